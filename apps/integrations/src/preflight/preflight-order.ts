import type { PreflightCheck, PushOrder } from '@orderbridge/contracts/internal-calls';
import { askBalances, type BalanceContext } from '../balances/ask-balances.ts';
import { isCountyCode } from '../suppliers/county-code.ts';
import type { CallOptions, StockAnswer, SupplierAccess, SupplierAnswer, Suppliers } from '../suppliers/suppliers.ts';
import { checkOf, type Finding, notLearnt } from './finding.ts';
import { judgeBalance } from './judge-balance.ts';
import { judgePrice, judgeProduct, judgeStock } from './judge-goods.ts';
import { type OrderedGoods, orderedGoods, soldAtFen } from './ordered-goods.ts';

/**
 * What the platform says about an order before it is pushed, and what only this side knows of it: whether a push can be
 * made with what is configured, and whether county and sums fit what goes over the wire. Everything is asked at once,
 * and what cannot be asked is `unknown`. That name, address and sums are there is for orders to see, which owns them:
 * `county` and `sums` appear here only when something is wrong with them.
 */
export async function preflightOrder(
  context: BalanceContext & { readonly suppliers: Pick<SupplierAccess, 'current'> },
  order: PushOrder,
  options: CallOptions,
): Promise<PreflightCheck[]> {
  const current = await context.suppliers.current();
  const { haier } = current;
  const goods = orderedGoods(order);
  const codes = goods.map(({ productCode }) => productCode);
  const [products, prices, balance, stocks] = await Promise.all([
    haier.products(codes, options),
    haier.prices(codes, options),
    askBalances(context, haier, options),
    askStock(current, goods, order.countyCode, options),
  ]);

  /** What is found of all goods with an answer, or that there is none. */
  const learnt = <T>(answer: SupplierAnswer<T>, judge: (value: T) => Finding[]): Finding[] =>
    answer.outcome === 'answered' ? judge(answer.value) : [notLearnt(answer, options)];
  const known = prices.outcome === 'answered' ? prices.value : undefined;
  return [
    configurationCheck(current),
    ...wireChecks(order),
    checkOf(
      'product',
      learnt(products, (found) => goods.flatMap((one) => judgeProduct(one, found))),
      { zh: '商品均可采购', en: 'All goods can be bought' },
    ),
    checkOf(
      'price',
      learnt(prices, (found) => goods.flatMap((one) => judgePrice(one, found))),
      { zh: '价格有效，售价不低于供货价', en: 'All prices are valid, and nothing is sold below them' },
    ),
    checkOf(
      'stock',
      stocks === undefined
        ? [NO_COUNTY]
        : stocks.flatMap((answer, index) => learnt(answer, ({ quantity }) => judgeStock(goods[index]!, quantity))),
      { zh: '当地库存充足', en: 'There is enough local stock' },
    ),
    checkOf(
      'balance',
      learnt(balance, (accounts) => judgeBalance(goods, known, accounts)),
      { zh: '账户余额充足', en: 'The balance covers the goods' },
    ),
  ];
}

/** The stock of each of the goods, in their order; undefined without a county to ask for. */
async function askStock(
  { haier }: Suppliers,
  goods: readonly OrderedGoods[],
  countyCode: string | null,
  options: CallOptions,
): Promise<SupplierAnswer<StockAnswer>[] | undefined> {
  if (countyCode === null || !isCountyCode(countyCode)) return undefined;
  return Promise.all(goods.map(({ productCode }) => haier.stock(productCode, countyCode, options)));
}

const NO_COUNTY: Finding = {
  result: 'unknown',
  zh: '没有有效的区县编码，无法查询当地库存（不影响推送）',
  en: 'Without a valid county code local stock cannot be asked for (this does not stop a push)',
};

/** A push goes through YLH; what Haier's open platform lacks only leaves things unknown. */
function configurationCheck({ source, problems }: Suppliers): PreflightCheck {
  const findings: Finding[] = [
    ...(problems.ylh ? [{ ...problems.ylh, result: 'failed' } as const] : []),
    ...(problems.haier ? [{ ...problems.haier, result: 'warning' } as const] : []),
  ];
  return checkOf(
    'configuration',
    findings,
    source === 'mock'
      ? { zh: '使用模拟数据，不会调用平台', en: 'Simulated: no platform is called' }
      : { zh: '供应商配置完整', en: 'The configuration is complete' },
  );
}

/** What is there, but does not fit the wire. */
function wireChecks(order: PushOrder): PreflightCheck[] {
  const { countyCode, payableFen, lines } = order;
  const soldAt = soldAtFen(order);
  const toldFen = soldAt?.reduce((sum, fen, index) => sum + fen * lines[index]!.quantity, 0);
  const findings: (Finding & { check: PreflightCheck['check'] })[] = [];
  if (countyCode !== null && !isCountyCode(countyCode))
    findings.push({
      check: 'county',
      result: 'warning',
      zh: `区县编码 ${countyCode} 无效，请核对收货地址`,
      en: `${countyCode} is no county code; check the delivery address`,
    });
  if (toldFen !== undefined && toldFen !== payableFen)
    findings.push({
      check: 'sums',
      result: 'warning',
      zh: `应付金额无法按件均分到分，推送金额将相差 ${Math.abs(payableFen - toldFen)} 分`,
      en: `What is to be paid cannot be shared out over the pieces; the platform is told ${Math.abs(payableFen - toldFen)} fen less or more`,
    });
  return findings.map((finding) => checkOf(finding.check, [finding], finding));
}
