import { loadWhole, type LockedOrder, lockOrders } from '../orders/lock-orders.ts';
import type { Tx } from '../transaction.ts';
import type { Payment } from './payment.entity.ts';

/** A payment whose order is locked. */
export type LockedPayment = { readonly locked: LockedOrder; readonly payment: Payment };

/** Locks the order of a payment that was found before, with everything that belongs to it. */
export async function lockPayment(tx: Tx, { id, orderId }: Pick<Payment, 'id' | 'orderId'>): Promise<LockedPayment> {
  const [order] = await lockOrders(tx, { ids: [orderId] });
  const locked = order && (await loadWhole(tx, [order])).get(order.id);
  const payment = locked?.payments.find((candidate) => candidate.id === id);
  if (!locked || !payment) throw new Error(`payment ${id} of order ${orderId} is gone`);
  return { locked, payment };
}
