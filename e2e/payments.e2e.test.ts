import { setTimeout as delay } from 'node:timers/promises';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, forEachOf, SCALE, startSystem, type System } from './_system.ts';

const METHODS = ['generic', 'mock', 'wechat', 'alipay'] as const;
const SETTLED_WITHIN_MS = 30_000;

const ORDERS = 80 * SCALE;
const KILLS = 4 * SCALE;
const CANCELLERS = 3;
// Orders are cancelled all the while that the service is killed and comes back.
const PACE_MS = (KILLS * 3_000 * CANCELLERS) / ORDERS;

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.[Symbol.asyncDispose]());

async function paidOrder(method: PaymentView['method']) {
  const { orderNumber, payableFen } = await system.place();
  const { answers } = await system.buyerPays(await system.openPayment(orderNumber, method));
  return { orderNumber, payableFen, answers };
}
const statusOf = async (orderNumber: string) =>
  (await system.rows<{ status: string }>(`select status from orders where order_number = $1`, [orderNumber]))[0]!
    .status;

test.each([
  ['generic', { status: 200, body: { status: 'succeeded' } }],
  ['mock', { status: 200, body: { status: 'succeeded' } }],
  ['wechat', { status: 200, body: { code: 'SUCCESS', message: '成功' } }],
  ['alipay', { status: 200, body: 'success' }],
] as const)('%s: opened, paid, told, cancelled, refunded, and told of the refund', async (method, answer) => {
  const { orderNumber, payableFen, answers } = await paidOrder(method);
  expect(answers).toMatchObject([answer]);
  expect(await statusOf(orderNumber)).toBe('paid');

  expect(await system.cancel(orderNumber)).toMatchObject({
    status: 'cancelled',
    refunds: [{ amountFen: payableFen, method }],
  });

  // Alipay answers the call itself with the end and tells of it all the same; the others tell when the bank has paid.
  const told = await eventually(async () => {
    const rows = await system.rows<{ outcome: string; status: string }>(
      `select c.outcome, r.status from refunds r join orders o on o.id = r.order_id join callbacks c on c.order_id = o.id
        where o.order_number = $1 and c.provider = $2 and c.received_at > r.created_at`,
      [orderNumber, method],
    );
    return rows.length > 0 ? rows : undefined;
  }, SETTLED_WITHIN_MS);
  expect(told).toEqual([{ outcome: method === 'alipay' ? 'repeated' : 'applied', status: 'succeeded' }]);
  expect((await system.providerRefunds()).filter(({ outTradeNo }) => outTradeNo.startsWith(orderNumber))).toMatchObject(
    [{ refundNo: `${orderNumber}-R1`, amountFen: payableFen, status: 'succeeded' }],
  );
  expect(await statusOf(orderNumber)).toBe('cancelled');
});

test(
  `${ORDERS} orders are cancelled while orders is killed ${KILLS} times in the middle of paying out: each refund is paid out once`,
  { timeout: 300_000 * SCALE },
  async () => {
    const paid: Awaited<ReturnType<typeof paidOrder>>[] = [];
    await forEachOf([...Array(ORDERS).keys()], 8, async (index) => {
      paid.push(await paidOrder(METHODS[index % METHODS.length]!));
    });

    const cancelling = forEachOf(paid, CANCELLERS, async ({ orderNumber }) => {
      // A caller's behaviour: repeat until there is an answer.
      while (!(await system.cancel(orderNumber).catch(() => undefined))) await delay(100);
      await delay(PACE_MS);
    });
    let killedInACall = 0;
    let lastKill = new Date();
    for (let round = 0; round < KILLS; round += 1) {
      if (await untilCalling(lastKill)) killedInACall += 1;
      lastKill = new Date();
      await system.kill('orders');
      await untilReady();
    }
    await cancelling;
    expect(killedInACall).toBeGreaterThan(KILLS / 2);

    await endLeasesOfTheDead(lastKill);
    const settled = await eventually(async () => {
      const [row] = await system.rows<{ open: number }>(
        `select count(*)::int as open from refunds where status <> 'succeeded'`,
      );
      return row!.open === 0 ? row : undefined;
    }, 4 * SETTLED_WITHIN_MS);
    expect(settled).toEqual({ open: 0 });

    const numbers = paid.map(({ orderNumber }) => orderNumber);
    const atProviders = (await system.providerRefunds()).filter(({ outTradeNo }) =>
      numbers.includes(outTradeNo.split('-')[0]!),
    );
    expect(atProviders.map(({ refundNo }) => refundNo).toSorted()).toEqual(
      numbers.map((number) => `${number}-R1`).toSorted(),
    );
    expect(atProviders.filter(({ amountFen, paymentFen }) => amountFen !== paymentFen)).toEqual([]);
    expect(await sentWithoutAsking(atProviders.map(({ refundNo }) => refundNo))).toEqual([]);
    expect(
      await system.rows(
        `select o.order_number from orders o
           left join refunds r on r.order_id = o.id
           left join state_changes s on s.order_id = o.id and s.machine = 'refund' and s.fact = 'refund_paid_out'
          where o.order_number = any($1)
          group by o.order_number having count(distinct r.id) <> 1 or count(distinct s.id) <> 1 or min(o.status) <> 'cancelled'`,
        [numbers],
      ),
    ).toEqual([]);
  },
);

const LEASE_MS = 120_000;

/** Waits until a provider is being called for a refund since `since`; answers whether that was so. */
async function untilCalling(since: Date): Promise<boolean> {
  for (const deadline = performance.now() + 5_000; performance.now() < deadline; await delay(2)) {
    const rows = await system.rows(`select 1 from refunds where leased_until > $1 limit 1`, [
      new Date(since.getTime() + LEASE_MS),
    ]);
    if (rows.length > 0) return true;
  }
  return false;
}

async function untilReady(): Promise<void> {
  const ready = await eventually(async () => {
    const response = await fetch(`${system.urls.orders}/readyz`).catch(() => undefined);
    return response?.ok || undefined;
  }, SETTLED_WITHIN_MS);
  expect(ready).toBe(true);
}

/** Nobody waits two minutes here: what a killed process had taken up is free as if they were over. */
const endLeasesOfTheDead = (lastKill: Date) =>
  system.rows(`update refunds set leased_until = now() where leased_until <= $1`, [
    new Date(lastKill.getTime() + LEASE_MS),
  ]);

/** Refund numbers that were sent to their provider a second time with no question about them in between. */
async function sentWithoutAsking(refundNumbers: readonly string[]): Promise<string[]> {
  const response = await fetch(`${system.urls.mockUpstreams}/_control/requests`);
  const { items } = (await response.json()) as { items: { method: string; path: string; body: string }[] };
  const calls = items.map(({ method, path, body }) => {
    const text = decodeURIComponent(`${method} ${path} ${body}`);
    return { text, asks: /^GET |refund-query|refund\.query/.test(text) };
  });
  return refundNumbers.filter((refundNo) => {
    const about = calls.filter(({ text }) => text.includes(refundNo));
    expect(about.length).toBeGreaterThan(0);
    return about.some(({ asks }, index) => !asks && about[index - 1]?.asks === false);
  });
}
