import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ProductView } from '@orderbridge/contracts/catalogue-api';
import { whyNotForSale } from './why-not-for-sale.ts';

/** Columns of a product as `productViews` reads it. */
export const PRODUCT_COLUMNS = `p.id, p.product_code, p.name, p.source, p.price_fen, p.price_set_by, p.stock, p.low_stock_at, p.sales_count,
  p.is_sales, p.no_sales_reason, p.is_active, p.model, p.product_group, p.brand, p.image_url, p.page_urls, p.supply_price_fen,
  p.invoice_price_fen, p.market_price_fen, p.stock_rebate, p.stock_rebate_policy, p.rebate_money_fen, p.warehouse_code,
  p.warehouse_grade, p.stock_county_code, p.last_sync_at`;

/** Which products are low: local ones at or below their limit. Haier keeps the stock of its own goods. */
export const IS_LOW = `(p.source = 'local' and p.stock <= p.low_stock_at)`;

export type ProductRow = {
  id: string;
  product_code: string;
  name: string;
  source: 'haier' | 'local';
  price_fen: string;
  price_set_by: string | null;
  stock: number;
  low_stock_at: number;
  sales_count: number;
  is_sales: boolean;
  no_sales_reason: string | null;
  is_active: boolean;
  model: string | null;
  product_group: string | null;
  brand: string | null;
  image_url: string | null;
  page_urls: string[];
  supply_price_fen: string | null;
  invoice_price_fen: string | null;
  market_price_fen: string | null;
  stock_rebate: string | null;
  stock_rebate_policy: string | null;
  rebate_money_fen: string | null;
  warehouse_code: string | null;
  warehouse_grade: string | null;
  stock_county_code: string | null;
  last_sync_at: string | null;
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
    priceSetBy: row.price_set_by,
    stock: row.stock,
    heldQty: held.get(row.id) ?? 0,
    lowStockAt: row.low_stock_at,
    isLow: row.source === 'local' && row.stock <= row.low_stock_at,
    salesCount: row.sales_count,
    isSales: row.is_sales,
    noSalesReason: row.no_sales_reason,
    isActive: row.is_active,
    ...notForSale(row),
    model: row.model,
    group: row.product_group,
    brand: row.brand,
    imageUrl: row.image_url,
    pageUrls: row.page_urls,
    supplyPriceFen: fen(row.supply_price_fen),
    invoicePriceFen: fen(row.invoice_price_fen),
    marketPriceFen: fen(row.market_price_fen),
    stockRebate: row.stock_rebate,
    stockRebatePolicy: row.stock_rebate_policy,
    rebateMoneyFen: fen(row.rebate_money_fen),
    warehouseCode: row.warehouse_code,
    warehouseGrade: row.warehouse_grade,
    stockCountyCode: row.stock_county_code,
    lastSyncAt: row.last_sync_at && new Date(row.last_sync_at).toISOString(),
  }));
}

const fen = (column: string | null) => (column === null ? null : Number(column));

function notForSale(row: ProductRow): Pick<ProductView, 'notForSale' | 'notForSaleEn'> {
  const why = whyNotForSale({
    productCode: row.product_code,
    priceFen: Number(row.price_fen),
    isActive: row.is_active,
    isSales: row.is_sales,
    noSalesReason: row.no_sales_reason,
  });
  return { notForSale: why?.zh ?? null, notForSaleEn: why?.en ?? null };
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
