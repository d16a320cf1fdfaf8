import type { RefundView } from '@orderbridge/contracts/orders-api';
import { dayIn, spanOf, textIn } from '../paging/read-filter.ts';
import { REFUND_STATUS_COLORS } from './refund-status-tag.tsx';

type Status = RefundView['status'];

export const REFUND_FILTER_NAMES = ['orderNumber', 'status', 'approval', 'from', 'to'] as const;
export const REFUND_STATUSES = Object.keys(REFUND_STATUS_COLORS) as Status[];

export type RefundFilter = {
  orderNumber: string | undefined;
  status: Status[];
  /** Only those that wait for a second person. */
  toApprove: boolean;
  /** Days in Beijing, `2026-11-21`. */
  from: string | undefined;
  to: string | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export function readRefundFilter(params: URLSearchParams): RefundFilter {
  return {
    orderNumber: textIn(params, 'orderNumber'),
    status: REFUND_STATUSES.filter((status) => params.getAll('status').includes(status)),
    toApprove: params.get('approval') === 'awaited',
    from: dayIn(params, 'from'),
    to: dayIn(params, 'to'),
  };
}

/** The filter as `refund.list` takes it. */
export function refundListInput({ orderNumber, status, toApprove, from, to }: RefundFilter) {
  return {
    ...(orderNumber && { orderNumber }),
    ...(status.length > 0 && { status }),
    ...(toApprove && { toApprove: true as const }),
    ...spanOf({ from, to }, ['createdFrom', 'createdTo']),
  };
}
