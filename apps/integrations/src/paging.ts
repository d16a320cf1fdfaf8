import { idInCursor } from '@orderbridge/service-kit/paging';
import { BadInput } from './errors.ts';

/**
 * The id that a cursor names.
 * @throws BadInput when it is none of ours
 */
export function idOfCursor(cursor: string): string {
  const id = idInCursor(cursor);
  if (id === undefined)
    throw new BadInput('分页游标无效，请从第一页重新开始', 'The cursor is not valid; start again from the first page');
  return id;
}
