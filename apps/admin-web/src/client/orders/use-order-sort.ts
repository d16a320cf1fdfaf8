import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import { applyChange } from '../paging/use-list-address.ts';

export const SORT_PARAM = 'sort';
export type OrderSort = 'newest' | 'oldest';

/** In which sequence an address wants the orders. */
export const readOrderSort = (params: URLSearchParams): OrderSort =>
  params.get(SORT_PARAM) === 'oldest' ? 'oldest' : 'newest';

/** The sequence of the order list, and how to turn it round, which starts at the first page. */
export function useOrderSort(): readonly [sort: OrderSort, turn: () => void] {
  const [params, setParams] = useSearchParams();
  const sort = readOrderSort(params);
  const turn = useCallback(
    () =>
      setParams((before) => applyChange(before, { [SORT_PARAM]: sort === 'oldest' ? null : 'oldest', cursor: null })),
    [setParams, sort],
  );
  return [sort, turn];
}
