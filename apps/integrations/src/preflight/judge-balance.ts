import { formatFen } from '@orderbridge/contracts/money';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import type { BalanceAnswer } from '../suppliers/suppliers.ts';
import type { Finding } from './finding.ts';
import type { OrderedGoods } from './ordered-goods.ts';

/**
 * Whether our money at Haier covers what the goods cost us there, supply price times quantity. Which payer account is
 * charged is Haier's affair, so one that alone has enough is what is looked for. Without prices nobody knows, unless
 * those that are known are too much already.
 */
export function judgeBalance(
  goods: readonly OrderedGoods[],
  prices: readonly CatalogueItem[] | undefined,
  accounts: readonly BalanceAnswer[],
): Finding[] {
  if (accounts.length === 0)
    return [{ result: 'unknown', zh: '平台没有给出账户余额', en: 'The platform gives no balance' }];
  const costs = goods.map(({ productCode, quantity }) => {
    const supplyFen = prices?.find((item) => item.productCode === productCode)?.price?.supplyPriceFen;
    return supplyFen === undefined || supplyFen === null ? undefined : supplyFen * quantity;
  });
  const neededFen = costs.reduce<number>((sum, fen) => sum + (fen ?? 0), 0);
  const balances = accounts.map(({ balanceFen }) => balanceFen);
  const togetherFen = balances.reduce((sum, fen) => sum + fen, 0);
  const mostFen = Math.max(...balances);

  if (Math.max(mostFen, togetherFen) < neededFen)
    return [
      {
        result: 'failed',
        zh: `账户余额 ${formatFen(togetherFen)} 不足，需要 ${formatFen(neededFen)}`,
        en: `The balance of ${formatFen(togetherFen)} does not cover ${formatFen(neededFen)}`,
      },
    ];
  if (costs.includes(undefined))
    return [
      {
        result: 'unknown',
        zh: '部分商品没有供货价，无法判断余额是否足够',
        en: 'Some goods have no supply price, so nobody knows whether the balance covers them',
      },
    ];
  if (mostFen >= neededFen) return [];
  return [
    {
      result: 'warning',
      zh: `没有一个账户的余额（最多 ${formatFen(mostFen)}）单独够付 ${formatFen(neededFen)}，合计 ${formatFen(togetherFen)}`,
      en: `No account (${formatFen(mostFen)} at most) covers ${formatFen(neededFen)} alone; together they have ${formatFen(togetherFen)}`,
    },
  ];
}
