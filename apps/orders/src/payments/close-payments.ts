import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Cause, Tx } from '../transaction.ts';
import { movePayment } from './move-payment.ts';
import type { Payment } from './payment.entity.ts';

/**
 * Closes every payment of an order that could still be paid and answers which. Each is due to be closed at its provider
 * as well; money that comes all the same goes back by itself.
 */
export async function closePayments(tx: Tx, locked: LockedOrder, cause: Cause): Promise<Payment[]> {
  const closed: Payment[] = [];
  for (const payment of locked.payments) {
    const decision = await movePayment(tx, locked, payment, 'payment_closed', cause);
    if (decision.outcome !== 'moved') continue;
    payment.askAt = cause.at;
    closed.push(payment);
  }
  return closed;
}
