import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Cause, Tx } from '../transaction.ts';

/**
 * Gives the local stock that an order still holds back to the shelf, exactly once per order life (R77): a line that
 * holds nothing releases nothing. Haier lines never hold any (R78).
 */
export async function releaseStock(
  tx: Tx,
  { order, lines }: LockedOrder,
  reason: 'order_cancelled' | 'order_refunded',
  cause: Cause,
): Promise<void> {
  const holding = lines.filter((line) => line.heldQty > 0).toSorted((a, b) => a.productId - b.productId);
  for (const line of holding) {
    await tx.em.execute(`update products set stock = stock + ? where id = ?`, [line.heldQty, line.productId], 'run');
    tx.inventory.push({
      product_id: line.productId,
      order_id: order.id,
      change_type: 'release',
      quantity: line.heldQty,
      reason,
      by: cause.by,
      at: cause.at,
    });
    line.heldQty = 0;
  }
}
