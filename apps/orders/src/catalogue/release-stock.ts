import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Cause, Tx } from '../transaction.ts';

/**
 * Gives the local stock that an order still holds back to the shelf, exactly once per order life (R77): a line that
 * holds nothing releases nothing. Haier lines never hold any (R78). The shelves are locked at the end of the
 * transaction, by id, because a batch may release for many orders.
 */
export function releaseStock(
  tx: Tx,
  { order, lines }: LockedOrder,
  reason: 'order_cancelled' | 'order_refunded',
  cause: Cause,
): void {
  const holding = lines.filter((line) => line.heldQty > 0);
  for (const line of holding) {
    tx.released.push({ product_id: line.productId, quantity: line.heldQty });
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
