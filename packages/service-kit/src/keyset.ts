/** What rows are compared by: an expression of SQL that is never null, and what it holds. */
export type Key = { readonly sql: string; readonly holds: keyof typeof IS_VALUE };

/** A sequence in which rows are read page by page; no two rows have all its keys in common. */
export type Sequence = { readonly name: string; readonly keys: readonly Key[]; readonly direction: 'asc' | 'desc' };

export const ascending = (name: string, ...keys: readonly Key[]): Sequence => ({ name, keys, direction: 'asc' });
export const descending = (name: string, ...keys: readonly Key[]): Sequence => ({ name, keys, direction: 'desc' });

/** What a query takes to read a page of a sequence. */
export type PageStart = {
  /** Holds for the rows behind the cursor; undefined on the first page. */
  readonly behind: { readonly sql: string; readonly params: readonly string[] } | undefined;
  readonly orderBy: string;
  /** To be selected of every row as `place`: a text for each key, which the cursor behind the row names. */
  readonly place: string;
};

/** Where the page behind the cursor starts; undefined when the cursor is none of ours or of another sequence. */
export function pageStart(sequence: Sequence, cursor: string | undefined): PageStart | undefined {
  const { keys, direction } = sequence;
  const start = {
    orderBy: keys.map(({ sql }) => `${sql} ${direction}`).join(', '),
    place: `array[${keys.map(({ sql }) => `(${sql})::text`).join(', ')}] as place`,
  };
  if (cursor === undefined) return { ...start, behind: undefined };
  const place = placeIn(sequence, cursor);
  if (!place) return undefined;
  const sql = `(${keys.map((key) => key.sql).join(', ')}) ${direction === 'asc' ? '>' : '<'} (${keys.map(() => '?').join(', ')})`;
  return { ...start, behind: { sql, params: place } };
}

/** The opaque cursor behind a row. The keys stand in it: the row may change or go before the next page is read. */
export const cursorBehind = ({ name }: Pick<Sequence, 'name'>, place: readonly string[]): string =>
  Buffer.from(JSON.stringify([name, ...place])).toString('base64url');

/** Cuts a query's `limit + 1` rows to a page and names the next one. */
export function pageIn<Row extends { readonly place: readonly string[] }, Item>(
  sequence: Sequence,
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit ? cursorBehind(sequence, shown.at(-1)!.place) : null,
  };
}

function placeIn({ name, keys }: Sequence, cursor: string): string[] | undefined {
  const [given, ...place] = readList(Buffer.from(cursor, 'base64url').toString());
  const fits = given === name && place.length === keys.length;
  return fits && keys.every(({ holds }, n) => IS_VALUE[holds](place[n]!)) ? place : undefined;
}

function readList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((entry) => typeof entry === 'string') ? list : [];
  } catch {
    return [];
  }
}

// What PostgreSQL cannot read as a value would be an error of the server, not of the caller.
const IS_VALUE = {
  /** A `bigint`. */
  integer: (text: string): boolean => /^-?\d{1,18}$/.test(text),
  /** An `integer`, which has four bytes. */
  int4: (text: string): boolean => /^-?\d{1,10}$/.test(text) && Number(text) === (Number(text) | 0),
  text: (text: string): boolean => !text.includes('\u0000'),
  /** As PostgreSQL writes it in the session's zone, to the microsecond. */
  instant(text: string): boolean {
    if (text === 'infinity') return true;
    const [, day, time] =
      /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/.exec(text) ?? [];
    const written = `${day}T${time}`;
    const at = new Date(`${written}Z`);
    // JavaScript has a year 0, PostgreSQL none.
    return !Number.isNaN(at.getTime()) && at.getUTCFullYear() > 0 && at.toISOString().startsWith(written);
  },
};
