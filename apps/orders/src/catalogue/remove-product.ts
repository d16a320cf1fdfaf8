import { Refused } from '../errors.ts';
import { transact } from '../transaction.ts';
import { type AdjustStockContext, productNotFound } from './adjust-stock.ts';

/**
 * Takes a product out of the catalogue for good, with the log of its own stock; what was done to it stays in the audit.
 * @throws NotFound, Refused CONFLICT when an order names it (R161)
 */
export async function removeProduct(
  context: AdjustStockContext,
  { productCode }: { productCode: string },
): Promise<{ removed: boolean }> {
  return transact(context, async (tx) => {
    // The lock also holds off whoever is about to order it: naming it in a line needs the row.
    const [product] = await tx.em.execute<{ id: string; name: string }[]>(
      `select id, name from products where product_code = ? for update`,
      [productCode],
    );
    if (!product) throw productNotFound(productCode);
    const [ordered] = await tx.em.execute(`select 1 from order_lines where product_id = ? limit 1`, [product.id]);
    if (ordered)
      throw new Refused(
        'CONFLICT',
        `商品 ${productCode} 已有订单，不能删除；请改为下架`,
        `Product ${productCode} is part of orders and cannot be removed; take it off sale instead`,
      );
    await tx.em.execute(`delete from inventory_log where product_id = ?`, [product.id], 'run');
    await tx.em.execute(`delete from products where id = ?`, [product.id], 'run');
    tx.audit.push({
      at: context.now(),
      actor: context.by,
      action: 'product_removed',
      resource_type: 'product',
      resource_id: productCode,
      detail: { name: product.name },
    });
    return { removed: true };
  });
}
