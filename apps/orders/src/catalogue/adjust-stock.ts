import type { inventoryApi, ProductView } from '@orderbridge/contracts/catalogue-api';
import type { z } from 'zod';
import { NotFound, Refused } from '../errors.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { PRODUCT_COLUMNS, type ProductRow, productViews } from './product-view.ts';
import { recordStockChange } from './record-stock-change.ts';

/** The most a column of type integer holds. */
const STOCK_MAX = 2_147_483_647;

export type AdjustStockContext = TransactContext & { readonly now: () => Date; readonly by: string };

/**
 * Adds pieces to the local stock by hand, or takes some away, never below zero (domain.md §3.7 `manual_adjust`).
 * @throws NotFound, Refused (REFUSED for Haier goods, whose stock is Haier's, R78; INSUFFICIENT_STOCK; BAD_INPUT beyond the limit)
 */
export async function adjustStock(
  context: AdjustStockContext,
  { productCode, quantity, reason }: z.output<typeof inventoryApi.adjust.input>,
): Promise<ProductView> {
  return transact(context, async (tx) => {
    const [row] = await tx.em.execute<ProductRow[]>(
      `select ${PRODUCT_COLUMNS} from products p where p.product_code = ? for no key update`,
      [productCode],
    );
    if (!row) throw productNotFound(productCode);
    if (row.source === 'haier')
      throw new Refused(
        'REFUSED',
        '海尔商品的库存由海尔提供，不能手工调整',
        'Haier keeps the stock of its own goods; it cannot be changed by hand',
      );
    const stock = row.stock + quantity;
    if (stock < 0)
      throw new Refused(
        'INSUFFICIENT_STOCK',
        `库存不足，当前库存: ${row.stock}，需要: ${-quantity}`,
        `Not enough stock: ${row.stock} left, ${-quantity} needed`,
      );
    if (stock > STOCK_MAX)
      throw new Refused('BAD_INPUT', `库存不能超过 ${STOCK_MAX}`, `The stock cannot be more than ${STOCK_MAX}`);
    await tx.em.execute(`update products set stock = ? where id = ?`, [stock, row.id], 'run');
    recordStockChange(
      tx,
      {
        product: { id: Number(row.id), productCode },
        order: null,
        change: 'adjust',
        quantity,
        reason: 'manual_adjust',
        note: reason,
      },
      { by: context.by, at: context.now() },
    );
    const [view] = await productViews(tx.em, [{ ...row, stock }]);
    return view!;
  });
}

export const productNotFound = (productCode: string) =>
  new NotFound(`商品 ${productCode} 不存在`, `There is no product ${productCode}`);
