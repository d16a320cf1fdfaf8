import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';

/** Columns of a product as `productViews` reads it. */
export const PRODUCT_COLUMNS = `p.id, p.product_code, p.name, p.source, p.price_fen, p.stock, p.low_stock_at, p.sales_count, p.is_sales,
  p.no_sales_reason, p.is_active`;

/** Which products are low: local ones at or below their limit. Haier keeps the stock of its own goods. */
export const IS_LOW = `(p.source = 'local' and p.stock <= p.low_stock_at)`;

export type ProductRow = {
  id: string;
  product_code: string;
  name: string;
  source: 'haier' | 'local';
  price_fen: string;
  stock: number;
  low_stock_at: number;
  sales_count: number;
  is_sales: boolean;
  no_sales_reason: string | null;
  is_active: boolean;
};

/** Products as the API shows them, with what orders hold of their stock. */
export async function productViews(em: SqlEntityManager, rows: readonly ProductRow[]): Promise<ProductView[]> {
  const held = await heldStock(
    em,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    productCode: row.product_code,
    name: row.name,
    source: row.source,
    priceFen: Number(row.price_fen),
    stock: row.stock,
    heldQty: held.get(row.id) ?? 0,
    lowStockAt: row.low_stock_at,
    isLow: row.source === 'local' && row.stock <= row.low_stock_at,
    salesCount: row.sales_count,
    isSales: row.is_sales,
    noSalesReason: row.no_sales_reason,
    isActive: row.is_active,
  }));
}

// What completed orders hold was delivered; all others may still give it back, also those whose release failed.
async function heldStock(em: SqlEntityManager, productIds: readonly string[]): Promise<Map<string, number>> {
  if (productIds.length === 0) return new Map();
  const rows = await em.execute<{ product_id: string; held: number }[]>(
    `select l.product_id, sum(l.held_qty)::int as held
       from order_lines l join orders o on o.id = l.order_id
      where l.product_id in (?) and l.held_qty > 0 and o.status <> 'completed'
      group by l.product_id`,
    [productIds],
  );
  return new Map(rows.map((row) => [row.product_id, row.held]));
}
