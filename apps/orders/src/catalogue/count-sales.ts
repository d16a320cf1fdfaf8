import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Tx } from '../transaction.ts';

/**
 * Counts what a completed order sold into `sales_count` of its products (domain.md §4.1), Haier goods too. Written at
 * the end of the transaction with the released stock, because both lock products.
 */
export function countSales(tx: Tx, { lines }: LockedOrder): void {
  for (const { productId, quantity } of lines) tx.sold.push({ product_id: productId, quantity });
}
