import { type ListSorts, readSort, type RecordSorting, SORT_PARAM, sortInput, sortOfWay } from './list-sort.ts';
import type { ListAddress } from './use-list-address.ts';

/** The sequence of a list, kept in the address: what to ask its procedure for, and what its table says of it. */
export function useListSort<Sort extends string>(
  address: ListAddress,
  sorts: ListSorts<Sort>,
  usual: Sort,
): { sort: Sort; choose: (sort: Sort) => void; input: { sort?: Sort }; sorting: RecordSorting } {
  const sort = readSort(address.params, sorts, usual);
  const choose = (chosen: Sort) => address.filter({ [SORT_PARAM]: chosen === usual ? null : chosen });
  return {
    sort,
    choose,
    input: sortInput(address.params, sorts, usual),
    sorting: {
      current: sorts[sort],
      ways: Object.values(sorts),
      onSort: (way) => choose(sortOfWay(sorts, way) ?? usual),
    },
  };
}
