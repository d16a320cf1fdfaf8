import type { OrderListItem } from '@orderbridge/contracts/orders-api';
import { endOfDay, startOfDay } from '../format/beijing-time.ts';
import { HAIER_STATUS_COLORS } from './haier-status-tag.tsx';
import { ORDER_STATUS_COLORS } from './order-status-tag.tsx';

export const ORDER_FILTER_NAMES = ['q', 'status', 'haierStatus', 'from', 'to'] as const;

export type OrderFilter = {
  q: string | undefined;
  status: OrderListItem['status'][];
  haierStatus: OrderListItem['haierStatus'][];
  /** Days in Beijing, `2026-11-21`. */
  from: string | undefined;
  to: string | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export function readOrderFilter(params: URLSearchParams): OrderFilter {
  const known = <T extends object>(name: string, values: T) =>
    params.getAll(name).filter((value): value is keyof T & string => Object.hasOwn(values, value));
  const day = (name: string) => (startOfDay(params.get(name)) ? params.get(name)! : undefined);
  return {
    q: params.get('q')?.trim().slice(0, 100) || undefined,
    status: known('status', ORDER_STATUS_COLORS),
    haierStatus: known('haierStatus', HAIER_STATUS_COLORS),
    from: day('from'),
    to: day('to'),
  };
}

/** The filter as `order.list` takes it. */
export function orderListInput({ q, status, haierStatus, from, to }: OrderFilter) {
  const createdFrom = from && startOfDay(from);
  const createdTo = to && endOfDay(to);
  return {
    ...(q && { q }),
    ...(status.length > 0 && { status }),
    ...(haierStatus.length > 0 && { haierStatus }),
    ...(createdFrom && { createdFrom }),
    ...(createdTo && { createdTo }),
  };
}
