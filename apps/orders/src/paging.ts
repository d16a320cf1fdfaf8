import { idInCursor } from '@orderbridge/service-kit/paging';
import { Refused } from './errors.ts';

export { cursorAfter, pageOf } from '@orderbridge/service-kit/paging';

/**
 * The id that a cursor names.
 * @throws Refused BAD_INPUT when it is none of ours
 */
export function idOfCursor(cursor: string): string {
  const id = idInCursor(cursor);
  if (id === undefined) throw invalidCursor();
  return id;
}

/** What is said to a cursor that leads nowhere. */
export const invalidCursor = () =>
  new Refused(
    'BAD_INPUT',
    '分页游标无效，请从第一页重新开始',
    'The cursor is not valid; start again from the first page',
  );
