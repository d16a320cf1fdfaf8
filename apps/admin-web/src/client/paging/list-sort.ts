import type { z } from 'zod';

export const SORT_PARAM = 'sort';

/** A column of a list's table, and which way the list goes by it. */
export type Way = { readonly column: string; readonly direction: 'ascending' | 'descending' };

/** The sequences that the records can come in, by columns of the table. */
export type RecordSorting = {
  readonly current: Way;
  readonly ways: readonly Way[];
  readonly onSort: (way: Way) => void;
};

/** Which way each sequence goes that a list can come in; of two by the same column the first is tried first. */
export type ListSorts<Sort extends string> = { readonly [name in Sort]: Way };

/** The sequences that the procedure of a list knows. */
export type SortOf<List extends { readonly input: z.ZodType<{ sort?: string | undefined }> }> = NonNullable<
  z.output<List['input']>['sort']
>;

/** Newest or oldest first, by the column that shows when. */
export const timeSorts = (column: string) =>
  ({
    newest: { column, direction: 'descending' },
    oldest: { column, direction: 'ascending' },
  }) as const satisfies ListSorts<'newest' | 'oldest'>;

/** In which sequence an address wants a list; `usual` when it names none that the list has. */
export function readSort<Sort extends string>(params: URLSearchParams, sorts: ListSorts<Sort>, usual: Sort): Sort {
  const asked = params.get(SORT_PARAM) ?? '';
  return Object.hasOwn(sorts, asked) ? (asked as Sort) : usual;
}

/** The sequence as a procedure takes it; the usual one goes without saying. */
export function sortInput<Sort extends string>(
  params: URLSearchParams,
  sorts: ListSorts<Sort>,
  usual: Sort,
): { sort?: Sort } {
  const sort = readSort(params, sorts, usual);
  return sort === usual ? {} : { sort };
}

/** The sequence that goes this way. */
export const sortOfWay = <Sort extends string>(sorts: ListSorts<Sort>, { column, direction }: Way): Sort | undefined =>
  (Object.keys(sorts) as Sort[]).find((name) => sorts[name].column === column && sorts[name].direction === direction);

/** Where a press on the head of a column leads: its first way, and then from one to the next. */
export function nextWay(ways: readonly Way[], current: Way, column: string): Way | undefined {
  const own = ways.filter((way) => way.column === column);
  const at = own.findIndex(({ direction }) => current.column === column && direction === current.direction);
  return own[(at + 1) % own.length];
}
