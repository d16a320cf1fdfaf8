import type { LockedOrder } from '../orders/lock-orders.ts';
import { moveOrder } from '../orders/move-order.ts';
import type { Cause, Tx } from '../transaction.ts';
import { isAllReturned } from './return-money.ts';

/**
 * Ends an order that is refunding once all its refunds have reached the buyer (domain.md §4.3), also when they return
 * only a part of what was paid. Refunds of an order in another status move nothing.
 */
export async function settleOrder(tx: Tx, locked: LockedOrder, { by, at, callbackId }: Cause): Promise<void> {
  if (locked.order.status !== 'refunding' || !isAllReturned(locked.refunds)) return;
  await moveOrder(tx, locked, 'refund_paid_out', {
    by,
    at,
    callbackId,
    note: { zh: '退款已全部到账', en: 'All refunds were paid out' },
  });
}
