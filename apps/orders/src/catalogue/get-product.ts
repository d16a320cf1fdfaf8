import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';
import { productNotFound } from './adjust-stock.ts';
import { PRODUCT_COLUMNS, type ProductRow, productViews } from './product-view.ts';

/** @throws NotFound */
export async function getProduct(em: SqlEntityManager, { productCode }: { productCode: string }): Promise<ProductView> {
  const rows = await em.execute<ProductRow[]>(`select ${PRODUCT_COLUMNS} from products p where p.product_code = ?`, [
    productCode,
  ]);
  const [view] = await productViews(em, rows);
  if (!view) throw productNotFound(productCode);
  return view;
}
