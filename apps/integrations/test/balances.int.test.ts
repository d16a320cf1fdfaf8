import { integrationsOverviewApi } from '@orderbridge/contracts/overview-api';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askBalances } from '../src/balances/ask-balances.ts';
import { keepBalances } from '../src/balances/keep-balances.ts';
import { pruneBalances } from '../src/balances/prune-balances.ts';
import { takeBalances } from '../src/balances/take-balances.ts';
import { queryBalance } from '../src/queries/query-balance.ts';
import type { BalanceAnswer, SupplierAnswer, Suppliers } from '../src/suppliers/suppliers.ts';
import { type IntegrationsApiUnderTest, integrationsApi } from './_integrations-api.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const never = new AbortController().signal;

let api: IntegrationsApiUnderTest;
beforeAll(async () => {
  api = await integrationsApi();
});
afterAll(() => api[Symbol.asyncDispose]());

let nowMs: number;
let told: SupplierAnswer<BalanceAnswer[]>;
let asked: number;
let current: Partial<Suppliers>;
beforeEach(async () => {
  await api.rows(`delete from balance_history`);
  nowMs = Date.now();
  told = { outcome: 'answered', value: [account('P1', 1_000_000)] };
  asked = 0;
  current = { source: 'database', problems: { haier: null, ylh: null } };
});
const account = (payerAccountCode: string | null, balanceFen: number, saleGroupCode: string | null = 'G') => ({
  saleGroupCode,
  saleGroupName: null,
  payerAccountCode,
  payerAccountName: payerAccountCode && `账户 ${payerAccountCode}`,
  balanceFen,
});
const haier = {
  balance: async () => {
    asked += 1;
    return told;
  },
};
const context = () => ({
  ...api.context,
  now: () => new Date(nowMs),
  suppliers: {
    ...api.context.suppliers,
    current: async () => ({ ...current, haier }) as unknown as Suppliers,
  },
});
const kept = async () =>
  (await api.rows<{ balance_fen: string }>(`select balance_fen from balance_history order by id`)).map((row) =>
    Number(row.balance_fen),
  );
const says = (...value: BalanceAnswer[]) => {
  told = { outcome: 'answered', value };
};

test('an answer is kept whole, and another one ten minutes later at the earliest', async () => {
  says(account('P1', 300), account('P1', 200, 'H'), account(null, -100, null));
  await askBalances(context(), haier, { priority: 'manual' });
  nowMs += 10 * MINUTE - 1;
  says(account('P1', 250));
  await askBalances(context(), haier, { priority: 'manual' });
  expect(await kept()).toEqual([300, 200, -100]);
  nowMs += 1;
  await askBalances(context(), haier, { priority: 'manual' });
  expect(await kept()).toEqual([300, 200, -100, 250]);
});

test('many at the same moment keep one', async () => {
  const at = new Date(nowMs);
  await Promise.all(Array.from({ length: 8 }, () => keepBalances(api.context.orm, [account('P1', 5)], at)));
  expect(await kept()).toEqual([5]);
});

test('whoever asks gets the answer, also when it cannot be kept; no answer is no reading', async () => {
  const away = {
    ...context(),
    orm: { em: { fork: () => ({ transactional: () => Promise.reject(new Error('away')) }) } },
  };
  expect(await askBalances(away as never, haier, { priority: 'manual' })).toEqual(told);
  told = { outcome: 'uncertain', detail: { zh: '超时', en: 'timed out' } };
  expect(await askBalances(context(), haier, { priority: 'manual' })).toEqual(told);
  expect(await kept()).toEqual([]);
});

test('half an hour after the last reading a new one is taken, where Haier is configured', async () => {
  expect(await takeBalances(context(), never)).toBe(true);
  nowMs += 29 * MINUTE;
  expect(await takeBalances(context(), never)).toBe(false);
  nowMs += MINUTE;
  expect(await takeBalances(context(), never)).toBe(true);
  expect(await kept()).toHaveLength(2);

  nowMs += 60 * MINUTE;
  current = { source: 'none', problems: { haier: null, ylh: null } };
  expect(await takeBalances(context(), never)).toBe(false);
  current = { source: 'database', problems: { haier: { zh: '缺少', en: 'missing' }, ylh: null } };
  expect(await takeBalances(context(), never)).toBe(false);
  expect(asked).toBe(2);
});

test('an answer tells how long it will do, each account by itself', async () => {
  for (const [daysAgo, first, second] of [
    [3, 40_000, 1_000],
    [1, 20_000, 9_000],
  ] as const)
    await keepBalances(api.context.orm, [account('P1', first), account('P2', second)], new Date(nowMs - daysAgo * DAY));
  says(account('P1', 10_000), account('P2', 9_000), account('P3', 5));
  expect((await queryBalance(context())).map(({ payerAccountCode, forecast }) => [payerAccountCode, forecast])).toEqual(
    [
      ['P1', { perDayFen: 10_000, daysLeft: 1 }],
      ['P2', { perDayFen: 0, daysLeft: null }],
      ['P3', null],
    ],
  );
});

test('the overview shows the accounts of the last answer without asking, and none that is a day old', async () => {
  const overview = async () => {
    const { body } = await api.query('overview.get');
    return integrationsOverviewApi.get.output.parse(body.result.data).balances;
  };
  const lastAt = new Date(nowMs - 60 * MINUTE);
  await keepBalances(api.context.orm, [account('P1', 9_000), account('OLD', 1)], new Date(nowMs - 4 * DAY));
  await keepBalances(api.context.orm, [account('P1', 3_000)], lastAt);
  const balances = await overview();
  expect(balances).toEqual([
    {
      payerAccountCode: 'P1',
      payerAccountName: '账户 P1',
      balanceFen: 3_000,
      readAt: lastAt.toISOString(),
      forecast: { perDayFen: expect.closeTo(1_519, -1), daysLeft: 1.9 },
    },
  ]);
  await api.rows(`update balance_history set at = at - interval '25 hours'`);
  await expect.poll(overview, { timeout: 5_000 }).toEqual([]);
});

test('after 90 days a reading goes', async () => {
  await keepBalances(api.context.orm, [account('P1', 1)], new Date(nowMs - 91 * DAY));
  await keepBalances(api.context.orm, [account('P1', 2)], new Date(nowMs - 89 * DAY));
  await pruneBalances(api.context.orm, new Date(nowMs));
  expect(await kept()).toEqual([2]);
});
