import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import type { HaierClient, StockAnswer, SupplierAnswer, Suppliers } from '../src/suppliers/suppliers.ts';

export const answered = <T>(value: T): SupplierAnswer<T> => ({ outcome: 'answered', value });
export const refused = (zh: string, why: 'upstream' | 'authentication' = 'upstream'): SupplierAnswer<never> => ({
  outcome: 'refused',
  why,
  detail: { zh, en: zh },
});
export const silent: SupplierAnswer<never> = { outcome: 'uncertain', detail: { zh: '超时', en: 'timed out' } };

export const codeOf = (n: number) => `HR${String(n).padStart(7, '0')}`;

type Asked = 'products' | 'allProductCodes' | 'prices' | 'stock';
/** The calls of a sync; a test may put its own in place. */
type Scripted = { -readonly [Name in Asked]: HaierClient[Name] };

export type HaierCall = { readonly what: 'all' | 'products' | 'prices' | 'stock'; readonly codes: readonly string[] };

/**
 * Haier as a sync sees it: `size` products that follow from their number. `answer` may answer a call otherwise, or wait;
 * what it leaves undefined is answered well.
 */
export function scriptedHaier(size: number, { delayMs = 0 }: { delayMs?: number } = {}) {
  const calls: HaierCall[] = [];
  const changed = new Map<string, { model?: string; marketPriceFen?: number; stock?: number; priceReason?: string }>();
  const script: { answer: (call: HaierCall) => Promise<SupplierAnswer<never> | void> | SupplierAnswer<never> | void } =
    {
      answer: () => undefined,
    };
  const numberOf = (code: string) => Number(/^HR(\d{7})$/.exec(code)?.[1] ?? Number.NaN);
  const isKnown = (code: string) => numberOf(code) < size;
  const ask = async <T>(call: HaierCall, value: () => T): Promise<SupplierAnswer<T>> => {
    calls.push(call);
    if (delayMs > 0) await delay(delayMs);
    return (await script.answer(call)) ?? answered(value());
  };

  const haier: Scripted = {
    products: (codes) => ask({ what: 'products', codes }, () => codes.filter(isKnown).map(product)),
    async *allProductCodes() {
      const other = await script.answer({ what: 'all', codes: [] });
      calls.push({ what: 'all', codes: [] });
      if (other) return yield other;
      for (let n = 0; n < size; n += 1) yield answered(codeOf(n));
    },
    prices: (codes) => ask({ what: 'prices', codes }, () => codes.filter(isKnown).map(price)),
    stock: (code) => ask({ what: 'stock', codes: [code] }, () => stockOf(code)),
  };

  const product = (productCode: string): CatalogueItem => ({
    productCode,
    product: {
      model: changed.get(productCode)?.model ?? `M-${productCode}`,
      group: '冰箱',
      brand: '海尔',
      imageUrl: `https://img.example.com/${productCode}.jpg`,
      pageUrls: [],
      isSales: true,
      noSalesReason: null,
    },
  });
  const price = (productCode: string): CatalogueItem => {
    const { priceReason, marketPriceFen } = changed.get(productCode) ?? {};
    if (priceReason) return { productCode, priceReason };
    return {
      productCode,
      price: {
        supplyPriceFen: 200_000,
        invoicePriceFen: 190_000,
        marketPriceFen: marketPriceFen ?? 250_000 + numberOf(productCode),
        stockRebate: '0.05',
        stockRebatePolicy: 'COM',
        rebateMoneyFen: 3_000,
      },
    };
  };
  const stockOf = (code: string): StockAnswer => {
    const quantity = changed.get(code)?.stock ?? 10;
    const warehouse = { grade: '0', cutTime: '18:00', hours: 24 };
    return {
      quantity: quantity + 3,
      warehouses: [
        { ...warehouse, code: 'WH-FEW', quantity: 3 },
        { ...warehouse, code: 'WH-MOST', quantity },
      ],
    };
  };

  return {
    haier,
    calls,
    changed,
    script,
    access: { current: async () => ({ haier, source: 'database' }) as unknown as Suppliers },
    callsOf: (what: HaierCall['what']) => calls.filter((call) => call.what === what),
  };
}
