import { setTimeout as delay } from 'node:timers/promises';
import { YLH_PATHS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import type pg from 'pg';
import { orderNumberOf, type OrderRange } from './confirm-callbacks.ts';
import { CALLS_PER_SECOND, type Platforms } from './platforms.ts';
import { prepareOrders } from './prepare-orders.ts';

/** People who press the button again and again, a moment after each answer; more orders than they come to. */
const PEOPLE = 3;
const MANUAL_EVERY_MS = 100;
const MANUAL_ORDERS = 1_000;
/** Fewer say nothing about the slowest in twenty. */
const MANUAL_LEAST = 20;
/** The first pushes sign in and compile; they belong to no measurement. */
const WARM_UP_PUSHES = 10;
const LOOK_EVERY_MS = 500;
const ENDS_WITHIN_MS = 120_000;

/** What one bulk push took, and single pushes meanwhile. */
export type MeasuredPush = {
  /** From asking for the bulk to its last order at YLH. */
  readonly seconds: number;
  /** What the calls that YLH got until then take when nothing but the rate budget limits them. */
  readonly budgetSeconds: number;
  /** The most calls that the platforms got in any second, wherever it begins. */
  readonly peakCallsPerSecond: number;
  /** Of each single push, from asking for it to the answer that YLH has taken it, which orders has applied by then. */
  readonly manualMs: readonly number[];
};

/**
 * Pushes so many orders in bulk and others one by one meanwhile, and sees to it that YLH took every one exactly once and
 * that every one was confirmed.
 */
export async function measurePush(
  platforms: Platforms,
  database: pg.Client,
  { prefix, count }: OrderRange,
): Promise<MeasuredPush> {
  const bulk = { prefix: `${prefix}B-`, count };
  const manual = { prefix: `${prefix}M-`, count: MANUAL_ORDERS };
  await prepareOrders(database, bulk);
  await prepareOrders(database, manual);
  const manualNumbers = numbersOf(manual);
  const warmUp = manualNumbers.splice(0, WARM_UP_PUSHES);
  for (const orderNumber of warmUp) await platforms.mutateOrders('order.push', { orderNumber });

  const startedMs = Date.now();
  const untilGone = pushInBulk(platforms, numbersOf(bulk));
  const single = await pushOneByOne(platforms, manualNumbers, untilGone);
  await untilGone;
  if (single.length < MANUAL_LEAST)
    throw new Error(`the bulk push left time for ${single.length} single pushes only, which says nothing`);
  const pushed = [...warmUp, ...numbersOf(bulk), ...single.map(({ orderNumber }) => orderNumber)];
  await untilConfirmed(database, prefix, pushed.length);

  const calls = (await platforms.remembered('requests')).map(({ path, body, receivedAt }) => ({
    soId: path === YLH_PATHS.create ? String(JSON.parse(body).soId) : undefined,
    atMs: Date.parse(receivedAt),
  }));
  expectOnce(calls, pushed);
  const sinceStart = calls.map(({ atMs }) => atMs).filter((atMs) => atMs >= startedMs);
  const lastMs = Math.max(...calls.filter(({ soId }) => soId?.startsWith(bulk.prefix)).map(({ atMs }) => atMs));
  return {
    seconds: (lastMs - startedMs) / 1_000,
    budgetSeconds: sinceStart.filter((atMs) => atMs <= lastMs).length / CALLS_PER_SECOND,
    peakCallsPerSecond: peakOf(sinceStart),
    manualMs: single.map(({ tookMs }) => tookMs),
  };
}

/** Resolves when each order of the bulk was called for. */
async function pushInBulk({ mutateOrders, query }: Platforms, orderNumbers: readonly string[]): Promise<void> {
  const { batchId, results } = await mutateOrders('order.pushMany', { orderNumbers });
  const refused = results.find(({ accepted }: { accepted: boolean }) => !accepted);
  if (refused) throw new Error(`order ${refused.orderNumber} was not put down for a push: ${refused.reasonEn}`);
  await until(async () => {
    const { items } = await query('job.batches', {});
    const batch = items.find(({ id }: { id: string }) => id === batchId);
    if (batch?.refused > 0) throw new Error(`${batch.refused} orders of the bulk push were refused`);
    return batch?.done === orderNumbers.length;
  }, 'the bulk push did not end');
}

/** Pushes until the bulk is gone; answers which orders, and how long each took. */
async function pushOneByOne(
  { mutateOrders }: Platforms,
  orderNumbers: readonly string[],
  untilGone: Promise<void>,
): Promise<{ orderNumber: string; tookMs: number }[]> {
  let isGone = false;
  const leave = () => {
    isGone = true;
  };
  // Whoever waits for the bulk hears what went wrong with it.
  untilGone.then(leave, leave);
  const pushed: { orderNumber: string; tookMs: number }[] = [];
  const left = orderNumbers[Symbol.iterator]();
  const person = async () => {
    for (const orderNumber of left) {
      if (isGone) return;
      const startedAt = performance.now();
      await mutateOrders('order.push', { orderNumber });
      pushed.push({ orderNumber, tookMs: performance.now() - startedAt });
      await delay(MANUAL_EVERY_MS);
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, person));
  return pushed;
}

async function untilConfirmed(database: pg.Client, prefix: string, count: number): Promise<void> {
  await until(async () => {
    const { rows } = await database.query<{ count: number }>(
      `select count(*)::int as count from orders where starts_with(order_number, $1) and haier_status = 'confirmed'`,
      [prefix],
    );
    return rows[0]!.count === count;
  }, `not all of ${count} pushed orders were confirmed`);
}

function expectOnce(calls: readonly { soId: string | undefined }[], pushed: readonly string[]): void {
  const times = new Map<string, number>();
  for (const { soId } of calls) if (soId) times.set(soId, (times.get(soId) ?? 0) + 1);
  const wrong = pushed.filter((orderNumber) => times.get(orderNumber) !== 1);
  if (wrong.length > 0)
    throw new Error(`YLH was not called exactly once for ${wrong.length} orders, the first one ${wrong[0]}`);
}

/** @param timesMs ascending; both ends of a window count, because a millisecond may hide anything below it */
function peakOf(timesMs: readonly number[]): number {
  let peak = 0;
  let first = 0;
  for (const [index, atMs] of timesMs.entries()) {
    while (atMs - timesMs[first]! > 1_000) first += 1;
    peak = Math.max(peak, index - first + 1);
  }
  return peak;
}

const numbersOf = (range: OrderRange): string[] =>
  Array.from({ length: range.count }, (_, index) => orderNumberOf(range, index));

async function until(done: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = performance.now() + ENDS_WITHIN_MS;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(otherwise);
    await delay(LOOK_EVERY_MS);
  }
}
