import type { paymentApi, refundApi } from '@orderbridge/contracts/orders-api';
import { type ListSorts, type SortOf, timeSorts } from '../paging/list-sort.ts';

/** The sequences of payments, and of refunds. */
export const MONEY_SORTS = {
  ...timeSorts('createdAt'),
  highest: { column: 'amount', direction: 'descending' },
  lowest: { column: 'amount', direction: 'ascending' },
} as const satisfies ListSorts<SortOf<typeof paymentApi.list> & SortOf<typeof refundApi.list>>;
