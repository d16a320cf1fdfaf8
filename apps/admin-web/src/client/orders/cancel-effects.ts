import type { OrderView } from '@orderbridge/contracts/orders-api';
import { needsSecondPerson } from './needs-second-person.ts';

export type CancelEffect =
  | 'order.cancelUnpaid'
  | 'order.cancelPaid'
  | 'order.cancelPaidLocal'
  | 'order.cancelAsks'
  | 'order.cancelAsksOnly'
  | 'order.cancelReturns'
  | 'order.cancelReturnsLater'
  | 'order.needsSecondPerson';

type Cancelled = Pick<
  OrderView,
  'status' | 'hasHaierLines' | 'cancelAsksHaier' | 'refundableFen' | 'secondPersonFromFen'
>;

/** What a cancel of this very order does, sentence by sentence. */
export function cancelEffects(order: Cancelled): CancelEffect[] {
  const { status, hasHaierLines, cancelAsksHaier, refundableFen } = order;
  if (cancelAsksHaier && status === 'cancelled') return ['order.cancelAsksOnly'];
  const money: CancelEffect[] =
    refundableFen === 0
      ? []
      : [
          cancelAsksHaier ? 'order.cancelReturnsLater' : 'order.cancelReturns',
          ...(needsSecondPerson(order, refundableFen) ? (['order.needsSecondPerson'] as const) : []),
        ];
  return [cancelAsksHaier ? 'order.cancelAsks' : atOnce({ status, hasHaierLines }), ...money];
}

function atOnce({ status, hasHaierLines }: Pick<Cancelled, 'status' | 'hasHaierLines'>): CancelEffect {
  if (status === 'pending') return 'order.cancelUnpaid';
  return hasHaierLines ? 'order.cancelPaid' : 'order.cancelPaidLocal';
}
