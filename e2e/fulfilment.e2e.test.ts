import { setTimeout as delay } from 'node:timers/promises';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { OrderPreflight, OrderRebuild, OrderView } from '@orderbridge/contracts/orders-api';
import { YLH_PATHS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import type { PlayedOrder } from '@orderbridge/mock-upstreams/ylh/order-book';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import pg from 'pg';
import { orderNumberOf } from '../bench/confirm-callbacks.ts';
import { prepareOrders } from '../bench/prepare-orders.ts';
import { eventually, SCALE, startSystem, type System } from './_system.ts';

const SUPPLIER_TIMEOUT_MS = 1_000;

let system: System;
let staff: Awaited<ReturnType<System['staff']>>;
beforeAll(async () => {
  system = await startSystem({ SUPPLIER_TIMEOUT_MS: String(SUPPLIER_TIMEOUT_MS) });
  staff = await system.staff();
});
afterAll(() => system?.[Symbol.asyncDispose]());

const orderOf = (orderNumber: string) => staff.ask<OrderView>('orders', 'order.get', { orderNumber });
const push = (orderNumber: string) =>
  staff.change<OrderView & { message: string }>('orders', 'order.push', { orderNumber });
const jobsOf = async (orderNumber: string) =>
  (await staff.ask<{ items: JobView[] }>('integrations', 'job.list', { orderNumber })).items.toReversed();
const step = (name: string, soId: string, more: object = {}) => system.control(`orders/${name}`, { soId, ...more });
const fault = (match: string, name: string, more: object = {}) =>
  system.control('faults', { match, fault: name, times: 1, ...more });

/** Waits until the order, as staff see it, is like this. */
async function becomes(orderNumber: string, like: Partial<Pick<OrderView, 'status' | 'haierStatus'>>) {
  const isSo = async () => {
    const order = await orderOf(orderNumber);
    const is = Object.entries(like).every(([key, value]) => order[key as keyof typeof like] === value);
    return is ? order : undefined;
  };
  const order = await eventually(isSo, 20_000);
  expect(order ?? (await orderOf(orderNumber))).toMatchObject(like);
  return order!;
}

const rebuilds = (orderNumber: string) =>
  expect(staff.change<OrderRebuild>('orders', 'order.rebuild', { orderNumber })).resolves.toMatchObject({
    matches: true,
    differences: [],
  });

describe('the life of an order at Haier', () => {
  test('placed, paid, checked, pushed, confirmed, on its way, there', async () => {
    const orderNumber = await system.paidOrder();
    const preflight = await staff.ask<OrderPreflight>('orders', 'order.preflight', { orderNumber });
    expect(preflight).toMatchObject({ canPush: true, missing: [] });

    expect(await push(orderNumber)).toMatchObject({
      status: 'paid',
      message: expect.stringMatching(/回调确认|推送成功/),
    });
    const confirmed = await becomes(orderNumber, { status: 'paid', haierStatus: 'confirmed' });
    expect(confirmed.haierOrderNo).toMatch(/^SO\./);
    expect(await jobsOf(orderNumber)).toMatchObject([
      { kind: 'push', key: `push:${orderNumber}:1`, state: 'done', attempts: 1, lastOutcome: 'done' },
    ]);

    const logistics = () => staff.change<{ logisticsInfo: object[] }>('orders', 'order.logistics', { orderNumber });
    expect(await logistics()).toMatchObject({ logisticsInfo: [] });
    expect(await orderOf(orderNumber)).toMatchObject({ status: 'paid' });
    await step('deliver', orderNumber, {
      parcels: [{ logisticsCompany: '日日顺物流', logisticsNo: 'RRS1', snCode: 'SN1' }],
    });
    expect(await logistics()).toMatchObject({ logisticsInfo: [{ logisticsNo: 'RRS1' }] });
    expect(await orderOf(orderNumber)).toMatchObject({ status: 'shipped', trackingNo: 'RRS1', snCode: 'SN1' });

    await staff.change('orders', 'order.complete', { orderNumber });
    const { status, haierStatus, timeline, exceptions } = await orderOf(orderNumber);
    expect({ status, haierStatus, exceptions }).toEqual({
      status: 'completed',
      haierStatus: 'confirmed',
      exceptions: [],
    });
    expect(
      timeline.filter(({ machine }) => machine === 'haier' || machine === 'order').map(({ fact }) => fact),
    ).toEqual(expect.arrayContaining(['push_requested', 'order_confirmed', 'goods_sent']));
    await rebuilds(orderNumber);
  });

  test('a push that is refused says so in the platform’s words, and goes through after the repair', async () => {
    const orderNumber = await system.paidOrder();
    await fault(YLH_PATHS.create, 'success-false', { text: '该区县暂不支持配送' });

    await expect(push(orderNumber)).rejects.toThrow('推送订单失败：该区县暂不支持配送');
    expect(await orderOf(orderNumber)).toMatchObject({
      status: 'paid',
      haierStatus: 'failed',
      haierFailMessage: '该区县暂不支持配送',
      exceptions: [{ kind: 'push_failed', status: 'open', detail: expect.stringContaining('该区县暂不支持配送') }],
    });
    expect(await jobsOf(orderNumber)).toMatchObject([{ state: 'refused', detail: '该区县暂不支持配送', attempts: 1 }]);

    await push(orderNumber);
    expect(await becomes(orderNumber, { haierStatus: 'confirmed' })).toMatchObject({
      status: 'paid',
      haierFailMessage: null,
      exceptions: [{ kind: 'push_failed', status: 'resolved' }],
    });
    expect(await jobsOf(orderNumber)).toMatchObject([
      { key: `push:${orderNumber}:1`, state: 'refused' },
      { key: `push:${orderNumber}:2`, state: 'done' },
    ]);
    await rebuilds(orderNumber);
  });

  test('a cancel that Haier agrees to ends the order and gives the money back', async () => {
    const orderNumber = await system.paidOrder();
    await push(orderNumber);
    await becomes(orderNumber, { haierStatus: 'confirmed' });

    const asked = await cancel(orderNumber);
    expect(asked).toMatchObject({ status: 'paid', haierStatus: 'cancel_pending', refunds: [] });
    expect(asked.message).toMatch(/[\u4e00-\u9fff]/);
    const { refunds, payableFen } = await becomes(orderNumber, { status: 'cancelled', haierStatus: 'cancelled' });
    expect(refunds).toMatchObject([{ amountFen: payableFen }]);
    const back = await eventually(async () => {
      const { refundedFen } = await orderOf(orderNumber);
      return refundedFen === payableFen || undefined;
    }, 30_000);
    expect(back).toBe(true);
    expect(await jobsOf(orderNumber)).toMatchObject([
      { kind: 'push', state: 'done' },
      { kind: 'cancel', state: 'done', attempts: 1 },
    ]);
    await rebuilds(orderNumber);
  });

  test('a cancel that Haier refuses leaves the order and the money where they are', async () => {
    const orderNumber = await system.paidOrder();
    await push(orderNumber);
    await becomes(orderNumber, { haierStatus: 'confirmed' });
    await step('deliver', orderNumber);

    await cancel(orderNumber);
    expect(await becomes(orderNumber, { haierStatus: 'cancel_failed' })).toMatchObject({
      status: 'paid',
      refunds: [],
      exceptions: [{ kind: 'cancel_refused', detail: expect.stringContaining('订单已签收，无法取消') }],
    });
    expect(await jobsOf(orderNumber)).toMatchObject([
      { kind: 'push', state: 'done' },
      { kind: 'cancel', state: 'done' },
    ]);
    await rebuilds(orderNumber);
  });

  test('a cancel that YLH does not even take note of says so at once, and can be asked for again', async () => {
    const orderNumber = await system.paidOrder();
    await push(orderNumber);
    await becomes(orderNumber, { haierStatus: 'confirmed' });
    await fault(YLH_PATHS.cancel, 'success-false', { text: '系统维护中' });

    await expect(cancel(orderNumber)).rejects.toThrow('推送易理货取消失败：系统维护中');
    expect(await orderOf(orderNumber)).toMatchObject({ status: 'paid', haierStatus: 'cancel_failed', refunds: [] });
    await cancel(orderNumber);
    await becomes(orderNumber, { status: 'cancelled', haierStatus: 'cancelled' });
    const jobs = await jobsOf(orderNumber);
    expect(jobs.map(({ kind, state, detail }) => ({ kind, state, detail }))).toEqual([
      { kind: 'push', state: 'done', detail: null },
      { kind: 'cancel', state: 'refused', detail: '系统维护中' },
      { kind: 'cancel', state: 'done', detail: null },
    ]);
    await rebuilds(orderNumber);
  });
});

const cancel = (orderNumber: string) =>
  staff.change<OrderView & { message: string | null }>('orders', 'order.cancel', {
    orderNumber,
    reason: '买家不想要了',
  });

describe('a thousand pushes through everything that can go wrong', () => {
  const ORDERS = 1_000 * SCALE;
  const KILLS = 20 * SCALE;
  const MOST_AT_ONCE = 1_000;
  /** Of the pushes: the line drops after the order was taken, the platform fails, it hangs. */
  const DROPPED = 0.3;
  const FAILED = 0.1;
  const HUNG = 0.05;
  /** A life ends after so many calls, or so long after its first one, as the breaker may be open by then, and a little later. */
  const LIFE = { calls: 60, withinMs: 1_500, moreMs: 300 };
  const KILLS_MOST = 4 * KILLS;
  const SETTLED_WITHIN_MS = 60_000 + 180_000 * SCALE;

  beforeEach(async () => {
    await system.control('reset', {});
    // Longer than a lease: pushes are repeated before their confirmation comes, and some after it.
    await system.control('ylh', { delayMs: LEASE_MS + 5_000 });
  });

  test(
    `${ORDERS} pushes while lines drop, YLH fails and hangs, and integrations is killed ${KILLS} times or more: each is taken once`,
    { timeout: 300_000 + 300_000 * SCALE },
    async () => {
      const numbers = await paidOrders();
      await setFaults();
      const startedAt = new Date();

      for (let from = 0; from < ORDERS; from += MOST_AT_ONCE) {
        const orderNumbers = numbers.slice(from, from + MOST_AT_ONCE);
        const { results } = await staff.change<{ results: { accepted: boolean }[] }>('orders', 'order.pushMany', {
          orderNumbers,
        });
        expect(results.filter(({ accepted }) => !accepted)).toEqual([]);
      }
      const draw = seededDraw(1);
      let lastKill = startedAt;
      let kills = 0;
      let faults = await faultsNow();
      for (; kills < KILLS || (!haveStruck(faults) && kills < KILLS_MOST); kills += 1) {
        expect(await untilCalling(lastKill)).toBe(true);
        await untilCalls(callsSeen(faults) + LIFE.calls, LIFE.withinMs);
        await delay(draw() * LIFE.moreMs);
        await system.restart('integrations');
        lastKill = new Date();
        faults = await faultsNow();
      }
      // Whatever is left meets a platform that works.
      expect(faults.map(({ fault: name, struck }) => ({ name, struck }))).toEqual([
        { name: 'drop-after-commit', struck: ORDERS * DROPPED },
        { name: 'http-500', struck: ORDERS * FAILED },
        { name: 'slow', struck: ORDERS * HUNG },
      ]);

      await endLeasesOfTheDead(lastKill);
      const settled = await eventually(async () => {
        await shortenWaits();
        const [row] = await system.rows<{ open: number }>(
          `select count(*)::int as open from orders where order_number = any($1) and haier_status = 'push_pending'`,
          [numbers],
        );
        return row!.open === 0 ? row : undefined;
      }, SETTLED_WITHIN_MS);
      expect(settled).toEqual({ open: 0 });

      // The platform's own ledger: each order once, under its own number and no other.
      const { items: ledger } = await system.control<{ items: PlayedOrder[] }>('orders');
      expect(ledger.map(({ soId }) => soId).toSorted()).toEqual(numbers.toSorted());
      expect(ledger.filter(({ soId, onlineNo, acceptedTimes }) => acceptedTimes !== 1 || onlineNo !== soId)).toEqual(
        [],
      );
      // Some repeated calls came before the confirmation and were turned away as repetitions.
      expect(ledger.reduce((sum, { repeatsRefused }) => sum + repeatsRefused, 0)).toBeGreaterThan(0);

      // Ours: confirmed, and nobody has to look at anything.
      expect(
        await system.rows(
          `select haier_status, count(*)::int as n from orders where order_number = any($1) group by haier_status`,
          [numbers],
        ),
      ).toEqual([{ haier_status: 'confirmed', n: ORDERS }]);
      expect(
        await system.rows(`select kind, order_id from exceptions where status = 'open' and created_at >= $1`, [
          startedAt,
        ]),
      ).toEqual([]);
      expect(
        await system.rows(
          `select o.order_number from orders o left join state_changes s on s.order_id = o.id and s.machine = 'haier'
            where o.order_number = any($1)
            group by o.order_number
           having array_agg(s.fact order by s.id) is distinct from '{push_requested,order_confirmed}'`,
          [numbers],
        ),
      ).toEqual([]);

      // Every job has ended, each told orders so once.
      const ended = await eventually(async () => {
        const rows = await system.jobRows<{ state: string; n: number }>(
          `select state, count(*)::int as n from jobs where order_number = any($1) group by state`,
          [numbers],
        );
        return rows.length === 1 ? rows : undefined;
      }, SETTLED_WITHIN_MS);
      expect(ended).toEqual([{ state: 'done', n: ORDERS }]);
      expect(
        await system.jobRows(
          `select subject from outbox where subject = any($1) and type like 'push.%' group by subject
            having count(*) > 1 or min(type) <> 'push.accepted'`,
          [numbers],
        ),
      ).toEqual([]);
    },
  );

  /** As placing and paying would have left them. */
  async function paidOrders(): Promise<string[]> {
    const range = { prefix: '1795270000', count: ORDERS };
    const url = new URL(system.stack.databaseUrls.orders);
    const { username, password } = new URL(system.stack.postgres!.url);
    Object.assign(url, { username, password });
    const client = new pg.Client({ connectionString: url.href, options: '-c search_path=orders' });
    await client.connect();
    try {
      await prepareOrders(client, range);
    } finally {
      await client.end();
    }
    return Array.from({ length: ORDERS }, (_, index) => orderNumberOf(range, index));
  }

  type SetFaults = { fault: string; times: number; seen: number; struck: number }[];
  const faultsNow = async () => (await system.control<{ items: SetFaults }>('faults')).items;
  const haveStruck = (faults: SetFaults) => faults.every(({ times, struck }) => struck === times);
  // A fault that is used up sees no more calls, and leaves them to the next.
  const callsSeen = (faults: SetFaults) => Math.max(...faults.map(({ seen }) => seen));

  async function untilCalls(count: number, withinMs: number): Promise<void> {
    for (const deadline = performance.now() + withinMs; performance.now() < deadline; await delay(20))
      if (callsSeen(await faultsNow()) >= count) return;
  }

  /** The first fault that matches strikes, so each but the first draws from what those before it have left. */
  async function setFaults(): Promise<void> {
    let left = 1;
    for (const [name, share, more] of [
      ['drop-after-commit', DROPPED, { seed: 1 }],
      ['http-500', FAILED, { seed: 2 }],
      ['slow', HUNG, { seed: 3, delayMs: 3 * SUPPLIER_TIMEOUT_MS }],
    ] as const) {
      await fault(YLH_PATHS.create, name, { ...more, times: ORDERS * share, share: share / left });
      left -= share;
    }
  }
});

const LEASE_MS = 20_000;

/** Waits until a call is under way that began after `since`; answers whether that was so. */
async function untilCalling(since: Date): Promise<boolean> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await delay(5)) {
    const rows = await system.jobRows(
      `select 1 from jobs where state = 'running' and attempts > 0 and leased_until > $1 limit 1`,
      [new Date(since.getTime() + LEASE_MS)],
    );
    if (rows.length > 0) return true;
  }
  return false;
}

/** What the killed process had taken up is free, as if the time of its lease were over. */
const endLeasesOfTheDead = (lastKill: Date) =>
  system.jobRows(`update jobs set leased_until = now() where state = 'running' and leased_until <= $1`, [
    new Date(lastKill.getTime() + LEASE_MS),
  ]);

/** Nobody waits minutes here: the longer steps of the schedule count as over. */
const shortenWaits = () =>
  system.jobRows(
    `update jobs set next_attempt_at = now() where state = 'waiting' and last_outcome = 'uncertain' and next_attempt_at > now() + interval '5 s'`,
  );

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function seededDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
