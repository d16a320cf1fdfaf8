/** The opaque cursor of a list that goes down by id. */
const cursorAfter = (id: string | number): string => Buffer.from(`id:${id}`).toString('base64url');

/** The id that a cursor names; undefined when it is none of ours. */
export const idInCursor = (cursor: string): string | undefined =>
  /^id:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];

/** Cuts a query's `limit + 1` rows to a page and names the next one. */
export function pageOf<Row extends { id: string | number }, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  return { items: shown.map(view), nextCursor: rows.length > limit ? cursorAfter(shown.at(-1)!.id) : null };
}
