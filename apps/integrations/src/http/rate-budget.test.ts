import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { openRateBudget } from './rate-budget.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = () => systemClock(() => new Date());
const budgetOf = (perSecond: number) => openRateBudget({ perSecond, clock: clock() });

/** The most that lie in any window of one second, both its ends included. */
function mostInOneSecond(times: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [index, time] of times.entries()) {
    while (time - times[from]! > 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

test('5,000 calls at once: never above 80 in any second, and hardly slower than that allows', async () => {
  const budget = budgetOf(80);
  const gone: number[] = [];
  const startMs = performance.now();
  const all = Promise.all(
    Array.from({ length: 5_000 }, async () => {
      await budget.turn({ priority: 'bulk' });
      gone.push(performance.now() - startMs);
    }),
  );
  await vi.advanceTimersByTimeAsync(70_000);
  await all;

  expect(mostInOneSecond(gone)).toBeLessThanOrEqual(80);
  expect(gone.at(-1)! / 1_000).toBeLessThan((5_000 / 80) * 1.1);
});

test('calls that come when they like never make more than the budget in any second either', async () => {
  const budget = budgetOf(80);
  const gone: number[] = [];
  const startMs = performance.now();
  for (let burst = 0; burst < 40; burst++) {
    for (let call = 0; call < (burst * 7) % 23; call++)
      void budget.turn({ priority: 'manual' }).then(() => gone.push(performance.now() - startMs));
    await vi.advanceTimersByTimeAsync((burst * 37) % 101);
  }
  await vi.advanceTimersByTimeAsync(60_000);

  expect(gone.length).toBeGreaterThan(300);
  expect(mostInOneSecond(gone)).toBeLessThanOrEqual(80);
});

test.each(Array.from({ length: 100 }, (_, index) => index + 1))('a budget of %i is kept', async (perSecond) => {
  const budget = budgetOf(perSecond);
  const gone: number[] = [];
  for (let call = 0; call < perSecond * 3; call++)
    void budget.turn({ priority: 'bulk' }).then(() => gone.push(performance.now()));
  await vi.advanceTimersByTimeAsync(5_000);

  expect(gone).toHaveLength(perSecond * 3);
  expect(mostInOneSecond(gone)).toBeLessThanOrEqual(perSecond);
});

test('timers that are late, as on a busy machine, cost next to nothing of the budget', async () => {
  const real = clock();
  const late = { ...real, wait: (ms: number) => real.wait(ms + 8) };
  const budget = openRateBudget({ perSecond: 80, clock: late });
  const gone: number[] = [];
  const startMs = performance.now();
  for (let call = 0; call < 1_600; call++)
    void budget.turn({ priority: 'bulk' }).then(() => gone.push(performance.now() - startMs));
  await vi.advanceTimersByTimeAsync(30_000);

  expect(gone).toHaveLength(1_600);
  expect(gone.at(-1)! / 1_000).toBeLessThan((1_600 / 80) * 1.08);
  expect(mostInOneSecond(gone)).toBeLessThanOrEqual(80);
});

test('a call that finds nobody before it goes at once', async () => {
  const startMs = performance.now();

  expect(await budgetOf(80).turn({ priority: 'bulk' })).toBe(true);
  expect(performance.now()).toBe(startMs);
});

test('people go before bulk work, of which one call in eight goes on all the same', async () => {
  const budget = budgetOf(10);
  const order: string[] = [];
  const queue = (priority: 'manual' | 'bulk', count: number) => {
    for (let call = 0; call < count; call++) void budget.turn({ priority }).then(() => order.push(priority));
  };
  queue('bulk', 5);
  queue('manual', 30);
  await vi.advanceTimersByTimeAsync(2_000);

  expect(order.slice(0, 17).join(' ')).toBe(`bulk ${'manual '.repeat(7)}bulk ${'manual '.repeat(7)}bulk`);
});

test('whoever gives up leaves the queue', async () => {
  const budget = budgetOf(1);
  const gaveUp = new AbortController();
  const first = budget.turn({ priority: 'bulk' });
  const second = budget.turn({ priority: 'bulk', signal: gaveUp.signal });
  const third = budget.turn({ priority: 'bulk' });
  gaveUp.abort();
  await vi.advanceTimersByTimeAsync(1_070);

  expect([await first, await second, await third]).toEqual([true, false, true]);
  expect(await budget.turn({ priority: 'bulk', signal: gaveUp.signal })).toBe(false);
});
