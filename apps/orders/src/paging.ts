import { type PageStart, pageStart, type Sequence } from '@orderbridge/service-kit/keyset';
import { idInCursor } from '@orderbridge/service-kit/paging';
import { Refused } from './errors.ts';

export { cursorBehind, pageIn } from '@orderbridge/service-kit/keyset';
export { pageOf } from '@orderbridge/service-kit/paging';

/**
 * Where the page behind a cursor starts.
 * @throws Refused BAD_INPUT when the cursor is none of ours or of another sequence
 */
export function startOfPage(sequence: Sequence, cursor: string | undefined): PageStart {
  const start = pageStart(sequence, cursor);
  if (!start) throw invalidCursor();
  return start;
}

/**
 * The id that a cursor names.
 * @throws Refused BAD_INPUT when it is none of ours
 */
export function idOfCursor(cursor: string): string {
  const id = idInCursor(cursor);
  if (id === undefined) throw invalidCursor();
  return id;
}

const invalidCursor = () =>
  new Refused(
    'BAD_INPUT',
    '分页游标无效或属于另一种排序，请从第一页重新开始',
    'The cursor is not valid or belongs to another sequence; start again from the first page',
  );
