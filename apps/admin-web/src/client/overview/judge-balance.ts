import { FEW_DAYS_LEFT } from '@orderbridge/contracts/balance-days';
import type { IntegrationsOverview, OrdersOverview } from '@orderbridge/contracts/overview-api';

type Account = IntegrationsOverview['balances'][number];

export type BalanceJudgement = {
  /** Accounts that will soon be empty. */
  runningOut: readonly Account[];
  sumFen: number;
  /** Whether all accounts together do not cover what waiting pushes cost. */
  isShort: boolean;
};

/** Whether our money at Haier will do, as far as it is known; undefined when nothing is to be said. */
export function judgeBalance(
  { balances }: Pick<IntegrationsOverview, 'balances'>,
  { waitingPushes }: Pick<OrdersOverview, 'waitingPushes'>,
): BalanceJudgement | undefined {
  if (balances.length === 0) return undefined;
  const runningOut = balances.filter(({ forecast }) => (forecast?.daysLeft ?? Infinity) < FEW_DAYS_LEFT);
  const sumFen = balances.reduce((sum, { balanceFen }) => sum + balanceFen, 0);
  const isShort = waitingPushes.costFen > Math.max(sumFen, 0);
  return runningOut.length > 0 || isShort ? { runningOut, sumFen, isShort } : undefined;
}
