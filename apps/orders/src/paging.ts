import { Refused } from './errors.ts';

/** The opaque cursor of a list that goes down by id. */
export const cursorAfter = (id: string | number): string => Buffer.from(`id:${id}`).toString('base64url');

/**
 * The id that a cursor names.
 * @throws Refused BAD_INPUT when it is none of ours
 */
export function idOfCursor(cursor: string): string {
  const match = /^id:(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match)
    throw new Refused(
      'BAD_INPUT',
      '分页游标无效，请从第一页重新开始',
      'The cursor is not valid; start again from the first page',
    );
  return match[1]!;
}

/** Cuts a query's `limit + 1` rows to a page and names the next one. */
export function pageOf<Row extends { id: string | number }, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  return { items: shown.map(view), nextCursor: rows.length > limit ? cursorAfter(shown.at(-1)!.id) : null };
}
