import type { OrderView } from '@orderbridge/contracts/orders-api';
import { needsSecondPerson } from './refund-consequence.tsx';

export type CancelEffect =
  | 'order.cancelUnpaid'
  | 'order.cancelPaid'
  | 'order.cancelAsks'
  | 'order.cancelAsksOnly'
  | 'order.cancelReturns'
  | 'order.cancelReturnsLater'
  | 'order.needsSecondPerson';

type Cancelled = Pick<OrderView, 'status' | 'cancelAsksHaier' | 'refundableFen' | 'secondPersonFromFen'>;

/** What a cancel of this very order does, sentence by sentence. */
export function cancelEffects(order: Cancelled): CancelEffect[] {
  const { status, cancelAsksHaier, refundableFen } = order;
  if (cancelAsksHaier && status === 'cancelled') return ['order.cancelAsksOnly'];
  if (cancelAsksHaier)
    return ['order.cancelAsks', ...(refundableFen > 0 ? (['order.cancelReturnsLater'] as const) : [])];
  return [
    status === 'pending' ? 'order.cancelUnpaid' : 'order.cancelPaid',
    ...(refundableFen > 0 ? (['order.cancelReturns'] as const) : []),
    ...(refundableFen > 0 && needsSecondPerson(order, refundableFen) ? (['order.needsSecondPerson'] as const) : []),
  ];
}
