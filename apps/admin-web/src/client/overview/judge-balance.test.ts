import { expect, test } from 'vitest';
import { judgeBalance } from './judge-balance.ts';

const account = (balanceFen: number, daysLeft?: number | null) => ({
  payerAccountCode: `P${balanceFen}`,
  payerAccountName: null,
  balanceFen,
  readAt: '2026-11-21T02:00:00.000Z',
  forecast: daysLeft === undefined ? null : { perDayFen: 100, daysLeft },
});
const judge = (costFen: number, ...balances: ReturnType<typeof account>[]) =>
  judgeBalance({ balances }, { waitingPushes: { orders: 1, costFen, unpricedLines: 0 } });

test('nothing is said while nothing is known, or there is enough', () => {
  expect(judge(1_000)).toBeUndefined();
  expect(judge(1_000, account(500), account(500, null), account(0, 3))).toBeUndefined();
  expect(judge(0, account(-5))).toBeUndefined();
});

test('an account that lasts less than three days', () => {
  const [soon, later] = [account(700, 2.9), account(900, 3)];
  expect(judge(100, soon, later)).toEqual({ runningOut: [soon], sumFen: 1_600, isShort: false });
});

test('less than what waiting pushes cost', () => {
  expect(judge(1_601, account(700), account(900))).toEqual({ runningOut: [], sumFen: 1_600, isShort: true });
  expect(judge(1, account(-700))).toMatchObject({ isShort: true });
});
