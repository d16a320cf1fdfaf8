import { CatalogueItem } from '@orderbridge/contracts/supplier-events';

const TEXT_MAX = 200;
const URL_MAX = 1_000;
const PAGES_MAX = 20;
/** The most that a stock of orders holds. */
const STOCK_MAX = 2_147_483_647;

/**
 * A product as it can be stored and shown: texts without control characters and of bounded length, addresses of the web
 * only. Undefined when what the platform said makes no sense.
 */
export function fitItem({ productCode, product, price, stock }: CatalogueItem): CatalogueItem | undefined {
  const fitted: CatalogueItem = {
    productCode,
    ...(product && {
      product: {
        model: text(product.model),
        group: text(product.group),
        brand: text(product.brand),
        imageUrl: webAddress(product.imageUrl),
        pageUrls: product.pageUrls
          .map(webAddress)
          .filter((url) => url !== null)
          .slice(0, PAGES_MAX),
        isSales: product.isSales,
        noSalesReason: text(product.noSalesReason),
      },
    }),
    ...(price && {
      price: { ...price, stockRebate: text(price.stockRebate), stockRebatePolicy: text(price.stockRebatePolicy) },
    }),
    ...(stock && {
      stock: {
        quantity: Math.min(Math.max(stock.quantity, 0), STOCK_MAX),
        warehouseCode: text(stock.warehouseCode),
        warehouseGrade: text(stock.warehouseGrade),
        countyCode: stock.countyCode,
      },
    }),
  };
  return CatalogueItem.safeParse(fitted).data;
}

const text = (given: string | null): string | null =>
  given
    ?.toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, TEXT_MAX)
    .toWellFormed() || null;

function webAddress(given: string | null): string | null {
  if (given === null || given.length > URL_MAX) return null;
  const url = URL.parse(given.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') return null;
  // Written out, a character may take nine; twenty products have to fit into one message of the broker.
  return url.href.length <= URL_MAX ? url.href : null;
}
