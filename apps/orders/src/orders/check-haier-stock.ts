import type { MikroORM } from '@mikro-orm/postgresql';
import type { PlaceOrder } from '@orderbridge/contracts/orders-api';
import { Refused } from '../errors.ts';
import type { AskIntegrations } from '../suppliers/ask-integrations.ts';

/**
 * `required`: no order without the platform's word. `best-effort`: an order is refused only when the platform said that
 * there is too little, and taken when it cannot be asked. `off`: nobody is asked.
 */
export const HAIER_STOCK_CHECKS = ['required', 'best-effort', 'off'] as const;

export type StockCheckContext = {
  readonly orm: MikroORM;
  readonly haierStockCheck?: (typeof HAIER_STOCK_CHECKS)[number] | undefined;
  readonly askIntegrations?: AskIntegrations | undefined;
};

/** A buyer waits; an order that could not be checked is checked again before its push. */
const TIMEOUT_MS = 3_000;

/**
 * Asks the platform, before an order is placed and outside of any transaction, whether it has what the buyer wants where
 * the buyer lives (domain.md §4.1). Without a county code nobody can be asked.
 * @throws Refused INSUFFICIENT_STOCK, or SUPPLIER_… when the platform's word is required and did not come
 */
export async function checkHaierStock(
  { orm, haierStockCheck = 'off', askIntegrations }: StockCheckContext,
  { address: { countyCode }, lines }: PlaceOrder,
): Promise<void> {
  if (haierStockCheck === 'off' || !askIntegrations || countyCode === undefined) return;
  const rows = await orm.em
    .fork()
    .execute<{ product_code: string }[]>(
      `select product_code from products where product_code in (?) and source = 'haier' and is_active and is_sales`,
      [lines.map(({ productCode }) => productCode)],
    );
  const haier = new Set(rows.map((row) => row.product_code));
  const asked = lines.filter(({ productCode }) => haier.has(productCode));
  const answers = await Promise.all(
    asked.map(({ productCode }) =>
      askIntegrations('stock', { productCode, countyCode }, TIMEOUT_MS).catch(
        () => ({ outcome: 'unavailable' }) as const,
      ),
    ),
  );
  for (const [index, answer] of answers.entries()) {
    if (answer.outcome === 'answered') refuseTooLittle(answer.value.quantity, asked[index]!.quantity);
    else if (haierStockCheck === 'required') throw notKnown(answer.outcome);
  }
}

function refuseTooLittle(there: number, wanted: number): void {
  if (there >= wanted) return;
  throw new Refused(
    'INSUFFICIENT_STOCK',
    `海尔产品库存不足，当前库存: ${there}，需要: ${wanted}`,
    `Not enough stock of this product at Haier: ${there} there, ${wanted} wanted`,
  );
}

const notKnown = (outcome: 'authentication' | 'refused' | 'unavailable' | 'not_configured'): Refused =>
  outcome === 'authentication'
    ? new Refused(
        'SUPPLIER_AUTH_FAILED',
        '海尔库存查询失败：认证失败',
        "Haier's stock could not be asked for: it did not let us in",
      )
    : new Refused(
        'SUPPLIER_API_ERROR',
        '海尔库存查询失败：无法获取库存信息',
        "Haier's stock could not be asked for: it gave no stock",
      );
