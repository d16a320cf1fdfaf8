import { NotFound } from '../errors.ts';
import { type LockedOrder, loadWhole, lockOrders } from '../orders/lock-orders.ts';
import type { Tx } from '../transaction.ts';
import type { Refund } from './refund.entity.ts';

/**
 * A refund by its public id, safe to change: the order's lock rules its refunds too.
 * @throws NotFound
 */
export async function lockRefund(tx: Tx, publicId: string): Promise<{ locked: LockedOrder; refund: Refund }> {
  const [row] = await tx.em.execute<{ order_id: string }[]>(`select order_id from refunds where public_id = ?`, [
    publicId,
  ]);
  const [order] = row ? await lockOrders(tx, { ids: [Number(row.order_id)] }) : [];
  const locked = order && (await loadWhole(tx, [order])).get(order.id);
  const refund = locked?.refunds.find((entry) => entry.publicId === publicId);
  if (!locked || !refund) throw refundNotFound();
  return { locked, refund };
}

export const refundNotFound = () => new NotFound('退款记录不存在', 'There is no such refund');
