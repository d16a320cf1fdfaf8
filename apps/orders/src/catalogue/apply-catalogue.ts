import type { CatalogueItem, SupplierEvent } from '@orderbridge/contracts/supplier-events';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { Tx } from '../transaction.ts';

/** What became of the products of an event, by code. */
export type AppliedCatalogue = {
  readonly applied: readonly string[];
  /** Local products of the same code. */
  readonly leftAlone: readonly string[];
  /** Prices or stock of products that are not in the catalogue, which came without saying what they are. */
  readonly unknown: readonly string[];
};

/**
 * Takes what a sync found into the catalogue (R111-R117), set-based. What a person decided stays: a selling price is set
 * once, when a product has none, from its market price or else its supply price (R112). Until then it is not for sale.
 * Haier's stock is shown and never locked (R78). A local product of the same code is left alone, and staff are told. An
 * event that is older than what a part of a product says does not change that part.
 */
export async function applyCatalogue(
  tx: Tx,
  { time, data }: Extract<SupplierEvent, { type: 'catalogue.synced' }>,
): Promise<AppliedCatalogue> {
  const items = [...new Map(data.items.map((item) => [item.productCode, item])).values()];
  const known = await lockProducts(tx, items);
  const fresh = items.filter((item) => item.product && !known.has(item.productCode));
  await addProducts(tx, fresh, time);
  const leftAlone = items.filter((item) => known.get(item.productCode) === 'local');
  for (const { productCode } of leftAlone) await raiseCodeTaken(tx, productCode, new Date(time));

  const unknown = items.filter((item) => !item.product && !known.has(item.productCode));
  const applied = items.filter((item) => !leftAlone.includes(item) && !unknown.includes(item));
  await writeProducts(tx, applied, time);
  await writePrices(tx, applied, time);
  await writeStock(tx, applied, time);
  return { applied: applied.map(codeOf), leftAlone: leftAlone.map(codeOf), unknown: unknown.map(codeOf) };
}

const codeOf = (item: CatalogueItem) => item.productCode;

async function lockProducts({ em }: Tx, items: readonly CatalogueItem[]): Promise<Map<string, 'haier' | 'local'>> {
  const rows = await em.execute<{ product_code: string; source: 'haier' | 'local' }[]>(
    `select product_code, source from products where product_code in (?) order by id for update`,
    [items.map(codeOf)],
  );
  return new Map(rows.map((row) => [row.product_code, row.source]));
}

/** Not for sale until a price is there: the statements that follow bring it when the event has one. */
async function addProducts({ em }: Tx, items: readonly CatalogueItem[], time: string): Promise<void> {
  const rows = items.map(({ productCode, product }) => ({
    product_code: productCode,
    name: [product?.brand, product?.model].filter(Boolean).join(' ') || productCode,
    source: 'haier',
    price_fen: 0,
    is_active: false,
    created_at: time,
  }));
  if (rows.length > 0)
    await insertRows(
      em,
      'products',
      'product_code text, name text, source text, price_fen bigint, is_active boolean, created_at timestamptz',
      rows,
      // Two events may bring the same product at once; whoever comes second finds it there.
      'on conflict (product_code) do nothing',
    );
}

async function writeProducts({ em }: Tx, items: readonly CatalogueItem[], time: string): Promise<void> {
  const rows = items.flatMap(({ productCode, product }) =>
    product
      ? {
          product_code: productCode,
          model: product.model,
          product_group: product.group,
          brand: product.brand,
          image_url: product.imageUrl,
          page_urls: product.pageUrls,
          is_sales: product.isSales,
          no_sales_reason: product.isSales ? null : product.noSalesReason,
        }
      : [],
  );
  if (rows.length === 0) return;
  await em.execute(
    `update products p
        set model = r.model, product_group = r.product_group, brand = r.brand, image_url = r.image_url, page_urls = r.page_urls,
            is_sales = r.is_sales, no_sales_reason = r.no_sales_reason, product_synced_at = t.at,
            last_sync_at = greatest(p.last_sync_at, t.at)
       from (select ?::timestamptz as at) t, json_to_recordset(?::json) as r(product_code text, model text, product_group text,
              brand text, image_url text, page_urls jsonb, is_sales boolean, no_sales_reason text)
      where p.product_code = r.product_code and p.source = 'haier' and (p.product_synced_at is null or p.product_synced_at <= t.at)`,
    [time, JSON.stringify(rows)],
    'run',
  );
}

async function writePrices({ em }: Tx, items: readonly CatalogueItem[], time: string): Promise<void> {
  const rows = items.flatMap(({ productCode, price }) =>
    price
      ? {
          product_code: productCode,
          supply_price_fen: price.supplyPriceFen,
          invoice_price_fen: price.invoicePriceFen,
          market_price_fen: price.marketPriceFen,
          stock_rebate: price.stockRebate,
          stock_rebate_policy: price.stockRebatePolicy,
          rebate_money_fen: price.rebateMoneyFen,
          first_price_fen: price.marketPriceFen || price.supplyPriceFen || 0,
        }
      : [],
  );
  if (rows.length === 0) return;
  const isFirst = `p.price_fen = 0 and p.price_set_by is null and r.first_price_fen > 0`;
  await em.execute(
    `update products p
        set supply_price_fen = r.supply_price_fen, invoice_price_fen = r.invoice_price_fen, market_price_fen = r.market_price_fen,
            stock_rebate = r.stock_rebate, stock_rebate_policy = r.stock_rebate_policy, rebate_money_fen = r.rebate_money_fen,
            price_fen = case when ${isFirst} then r.first_price_fen else p.price_fen end,
            price_set_by = case when ${isFirst} then 'sync' else p.price_set_by end,
            is_active = p.is_active or (${isFirst}),
            price_synced_at = t.at, last_sync_at = greatest(p.last_sync_at, t.at)
       from (select ?::timestamptz as at) t, json_to_recordset(?::json) as r(product_code text, supply_price_fen bigint,
              invoice_price_fen bigint, market_price_fen bigint, stock_rebate text, stock_rebate_policy text,
              rebate_money_fen bigint, first_price_fen bigint)
      where p.product_code = r.product_code and p.source = 'haier' and (p.price_synced_at is null or p.price_synced_at <= t.at)`,
    [time, JSON.stringify(rows)],
    'run',
  );
}

async function writeStock({ em }: Tx, items: readonly CatalogueItem[], time: string): Promise<void> {
  const rows = items.flatMap(({ productCode, stock }) =>
    stock
      ? {
          product_code: productCode,
          stock: Math.min(Math.max(stock.quantity, 0), STOCK_MAX),
          warehouse_code: stock.warehouseCode,
          warehouse_grade: stock.warehouseGrade,
          stock_county_code: stock.countyCode,
        }
      : [],
  );
  if (rows.length === 0) return;
  await em.execute(
    `update products p
        set stock = r.stock, warehouse_code = r.warehouse_code, warehouse_grade = r.warehouse_grade,
            stock_county_code = r.stock_county_code, stock_synced_at = t.at, last_sync_at = greatest(p.last_sync_at, t.at)
       from (select ?::timestamptz as at) t, json_to_recordset(?::json) as r(product_code text, stock integer, warehouse_code text,
              warehouse_grade text, stock_county_code text)
      where p.product_code = r.product_code and p.source = 'haier' and (p.stock_synced_at is null or p.stock_synced_at <= t.at)`,
    [time, JSON.stringify(rows)],
    'run',
  );
}

/** The most a column of type integer holds. */
const STOCK_MAX = 2_147_483_647;

const raiseCodeTaken = (tx: Tx, productCode: string, at: Date) =>
  raiseException(tx, {
    kind: 'product_code_taken',
    order: null,
    dedupKey: `product_code_taken:${productCode}`,
    detail: {
      zh: `海尔产品 ${productCode} 与同编码的本地商品冲突，未同步：如需销售海尔产品，请先删除该本地商品，再按编码同步一次`,
      en: `Haier sells a product under the code ${productCode} of a local one, which was left alone: to sell Haier's, remove the local product, then sync this code once by hand`,
    },
    at,
  });
