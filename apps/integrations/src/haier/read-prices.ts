import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { readFen, readText } from '../http/read-fields.ts';
import { elementsOf, type JsonObject, readElements } from '../http/read-json.ts';

/**
 * Prices per piece (domain.md §1.4). What has a `reason` has no price (R117), and a text such as `价格未生效` where an
 * amount belongs is none.
 */
export const readPrices = (body: unknown): CatalogueItem[] | undefined => readElements(elementsOf(body), readPrice);

function readPrice(element: JsonObject): CatalogueItem | undefined {
  const productCode = readText(element['productCode']);
  if (productCode === null) return undefined;
  const reason = readText(element['reason']);
  if (reason !== null) return { productCode, priceReason: reason };
  const [supplyPriceFen, invoicePriceFen, marketPriceFen] = PRICES.map((name) => readPriceFen(element[name]));
  // Nothing but texts where amounts belong: the first of them says why.
  if (supplyPriceFen === null && invoicePriceFen === null && marketPriceFen === null) {
    const words = PRICES.map((name) => readText(element[name])).find((text) => text !== null);
    return { productCode, ...(words === undefined ? {} : { priceReason: words }) };
  }
  const rebate = readText(element['stockRebatePolicy']);
  const isType = rebate !== null && !/^[+-]?\d+(\.\d+)?%?$/.test(rebate);
  return {
    productCode,
    price: {
      supplyPriceFen: supplyPriceFen ?? null,
      invoicePriceFen: invoicePriceFen ?? null,
      marketPriceFen: marketPriceFen ?? null,
      // One name for two things: a number is the direct discount, a word its kind (T36).
      stockRebate: isType ? null : rebate,
      stockRebatePolicy: isType ? rebate : null,
      rebateMoneyFen: readPriceFen(element['rebateMoney']),
    },
  };
}

const PRICES = ['supplyPrice', 'invoicePrice', 'marketPrice'] as const;

const readPriceFen = (value: unknown): number | null => {
  const fen = readFen(value);
  return fen === undefined || fen < 0 ? null : fen;
};
