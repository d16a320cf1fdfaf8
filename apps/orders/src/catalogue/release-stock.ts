import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Cause, Tx } from '../transaction.ts';

/**
 * Marks the local stock that an order still holds to go back to the shelf at the end of the transaction, exactly once
 * per order life (R77): a line that holds nothing releases nothing. Haier lines never hold any (R78). The lines keep
 * saying what they hold until give-back-stock.ts has put it back, so that a release that fails is on record.
 */
export function releaseStock(
  tx: Tx,
  { order, lines }: LockedOrder,
  reason: 'order_cancelled' | 'order_refunded',
  { by, at }: Cause,
): void {
  for (const line of lines) {
    if (line.heldQty === 0 || tx.released.some((entry) => entry.line_id === line.id)) continue;
    tx.released.push({
      order: { id: order.id, orderNumber: order.orderNumber },
      line_id: line.id,
      product_id: line.productId,
      product_code: line.productCode,
      quantity: line.heldQty,
      reason,
      by,
      at,
    });
  }
}
