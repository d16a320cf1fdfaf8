import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { dayIn, spanOf, textIn } from '../paging/read-filter.ts';
import { PAYMENT_STATUS_COLORS } from './payment-status-tag.tsx';

type Status = PaymentView['status'];
type Method = PaymentView['method'];

export const PAYMENT_FILTER_NAMES = ['orderNumber', 'status', 'method', 'from', 'to'] as const;
export const PAYMENT_STATUSES = Object.keys(PAYMENT_STATUS_COLORS) as Status[];
export const PAYMENT_METHODS = Object.keys({ generic: true, mock: true, wechat: true, alipay: true } satisfies Record<
  Method,
  true
>) as Method[];

export type PaymentFilter = {
  orderNumber: string | undefined;
  status: Status[];
  method: Method[];
  /** Days in Beijing, `2026-11-21`. */
  from: string | undefined;
  to: string | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export function readPaymentFilter(params: URLSearchParams): PaymentFilter {
  return {
    orderNumber: textIn(params, 'orderNumber'),
    status: PAYMENT_STATUSES.filter((status) => params.getAll('status').includes(status)),
    method: PAYMENT_METHODS.filter((method) => params.getAll('method').includes(method)),
    from: dayIn(params, 'from'),
    to: dayIn(params, 'to'),
  };
}

/** The filter as `payment.list` takes it. */
export function paymentListInput({ orderNumber, status, method, from, to }: PaymentFilter) {
  return {
    ...(orderNumber && { orderNumber }),
    ...(status.length > 0 && { status }),
    ...(method.length > 0 && { method }),
    ...spanOf({ from, to }, ['createdFrom', 'createdTo']),
  };
}
