import type { productApi, ProductView } from '@orderbridge/contracts/catalogue-api';
import type { z } from 'zod';
import { transact } from '../transaction.ts';
import { type AdjustStockContext, productNotFound } from './adjust-stock.ts';
import { PRODUCT_COLUMNS, type ProductRow, productViews } from './product-view.ts';

/**
 * Sets what a product is sold for, which no sync changes afterwards (R112). A product that waited for a price is on sale
 * from then on. Orders that were placed keep their price.
 * @throws NotFound
 */
export async function setPrice(
  context: AdjustStockContext,
  { productCode, priceFen, reason }: z.output<typeof productApi.setPrice.input>,
): Promise<ProductView> {
  const { by, now } = context;
  return transact(context, async (tx) => {
    const [row] = await tx.em.execute<ProductRow[]>(
      `select ${PRODUCT_COLUMNS} from products p where p.product_code = ? for update`,
      [productCode],
    );
    if (!row) throw productNotFound(productCode);
    const fromFen = Number(row.price_fen);
    const changed = { price_fen: String(priceFen), price_set_by: by, is_active: row.is_active || fromFen === 0 };
    await tx.em.execute(
      `update products set price_fen = ?, price_set_by = ?, is_active = ? where id = ?`,
      [priceFen, by, changed.is_active, row.id],
      'run',
    );
    tx.audit.push({
      at: now(),
      actor: by,
      action: 'product_priced',
      resource_type: 'product',
      resource_id: productCode,
      detail: { fromFen, toFen: priceFen, reason },
    });
    const [view] = await productViews(tx.em, [{ ...row, ...changed }]);
    return view!;
  });
}
