import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import { dayIn, spanOf, textIn } from '../paging/read-filter.ts';
import { HAIER_STATUS_COLORS } from './haier-status-tag.tsx';
import { ORDER_STATUS_COLORS } from './order-status-tag.tsx';

/** Filters that are seldom wanted wait behind a button. */
export const MORE_FILTER_NAMES = ['buyer', 'product', 'haier', 'exceptions'] as const;
export const ORDER_FILTER_NAMES = ['q', 'status', 'haierStatus', 'from', 'to', ...MORE_FILTER_NAMES] as const;

const YES_OR_NO = { yes: true, no: false } as const;
export type YesOrNo = keyof typeof YES_OR_NO;

export type OrderFilter = {
  q: string | undefined;
  status: OrderListItem['status'][];
  haierStatus: OrderListItem['haierStatus'][];
  /** Days in Beijing, `2026-11-21`. */
  from: string | undefined;
  to: string | undefined;
  /** Exactly this buyer. */
  buyer: string | undefined;
  /** A part of a product's name. */
  product: string | undefined;
  /** Whether Haier has to do with it. */
  haier: YesOrNo | undefined;
  /** Whether a case is open. */
  exceptions: YesOrNo | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export function readOrderFilter(params: URLSearchParams): OrderFilter {
  const known = <T extends object>(name: string, values: T) =>
    params.getAll(name).filter((value): value is keyof T & string => Object.hasOwn(values, value));
  return {
    q: textIn(params, 'q'),
    status: known('status', ORDER_STATUS_COLORS),
    haierStatus: known('haierStatus', HAIER_STATUS_COLORS),
    from: dayIn(params, 'from'),
    to: dayIn(params, 'to'),
    buyer: textIn(params, 'buyer', 150),
    product: textIn(params, 'product'),
    haier: known('haier', YES_OR_NO)[0],
    exceptions: known('exceptions', YES_OR_NO)[0],
  };
}

/** The filter as `order.list` takes it. */
export function orderListInput(filter: OrderFilter) {
  const { q, status, haierStatus, from, to, buyer, product, haier, exceptions } = filter;
  return {
    ...(q && { q }),
    ...(status.length > 0 && { status }),
    ...(haierStatus.length > 0 && { haierStatus }),
    ...spanOf({ from, to }, ['createdFrom', 'createdTo']),
    ...(buyer && { buyer }),
    ...(product && { productName: product }),
    ...(haier && { hasHaierLines: YES_OR_NO[haier] }),
    ...(exceptions && { hasOpenExceptions: YES_OR_NO[exceptions] }),
  };
}
