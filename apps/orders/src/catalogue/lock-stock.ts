import { Refused } from '../errors.ts';
import type { Tx } from '../transaction.ts';
import type { Product } from './product.entity.ts';
import { recordStockChange } from './record-stock-change.ts';

/**
 * Takes local stock for a new order under the product's row lock, products in order of id so that two orders cannot
 * lock crosswise. Haier goods are left alone (R78).
 * @throws Refused INSUFFICIENT_STOCK with the seeds' text
 */
export async function lockStock(
  tx: Tx,
  order: { id: number; orderNumber: string },
  lines: readonly { product: Product; quantity: number }[],
  cause: { by: string; at: Date },
): Promise<void> {
  const local = lines
    .filter(({ product }) => product.source === 'local')
    .toSorted((a, b) => a.product.id - b.product.id);
  for (const { product, quantity } of local) {
    const [taken] = await tx.em.execute<{ id: string }[]>(
      `update products set stock = stock - ? where id = ? and stock >= ? returning id`,
      [quantity, product.id, quantity],
    );
    if (!taken) {
      const [current] = await tx.em.execute<{ stock: number }[]>(`select stock from products where id = ?`, [
        product.id,
      ]);
      const stock = current?.stock ?? 0;
      throw new Refused(
        'INSUFFICIENT_STOCK',
        `库存不足，当前库存: ${stock}，需要: ${quantity}`,
        `Not enough stock: ${stock} left, ${quantity} needed`,
      );
    }
    recordStockChange(tx, { product, order, change: 'lock', quantity: -quantity, reason: 'order_created' }, cause);
  }
}
