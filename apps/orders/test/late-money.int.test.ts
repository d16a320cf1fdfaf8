import type { CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { expect, test } from 'vitest';
import { cancelUnpaidJob } from '../src/jobs/cancel-unpaid-orders.ts';
import { openOrm } from '../src/orm.ts';
import { expirePayments } from '../src/payments/expire-payments.ts';
import type { PaymentOrder, PaymentProvider } from '../src/payments/providers/provider.ts';
import { reconcilePayments } from '../src/payments/reconcile-payments.ts';
import { ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';

const ORDERS = 250;
const AROUND_MS = 5_000;
const STEP_MS = 200;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** When a buyer pays (infinity: never), unless the payment is closed before, and when the callback comes, if it does. */
type Money = { payment: PaymentView; paysAt: number; callbackAt: number | undefined; isRepeated: boolean };

const CHANNELS = ['generic', 'mock'] as const;

/**
 * P16: every order has a payment at each of two channels. One can be asked and closed; the other cannot, so its money may
 * come after the order is gone. Buyers pay at random times around the end of the window, some callbacks are late,
 * repeated or lost, and two processes cancel unpaid orders all the while.
 */
test('500 payments around their end: each success ends paid, or on its way back, or before staff', async () => {
  await using orders = await ordersOnDatabase({ poolMax: 12 });
  const random = seeded(20_261_121);
  const { context } = orders;
  const stockBefore = await kettles(orders);
  const endsAt = orders.now.getTime() + PAYMENT_TIMEOUT_MS;
  const moneys: Money[] = [];
  // All chance is taken here, in one order, so that every run plays the same buyers.
  const plans = Array.from({ length: ORDERS }, () => CHANNELS.map((method) => planOf(method, endsAt, random)));
  await inLanes(8, plans, async (plan) => {
    const { orderNumber } = await orders.place({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] });
    for (const { method, ...money } of plan)
      moneys.push({ ...money, payment: await orders.openPayment(orderNumber, method) });
  });
  /** Numbers of the payments closed at the first channel before their buyers paid. */
  const closed = new Set<string>();
  context.providers.set(
    'generic',
    channelWithQuery(() => orders.now.getTime(), moneys, closed),
  );

  const other = await openOrm({ databaseUrl: orders.database.url, poolMax: 4 });
  const never = new AbortController().signal;
  const outcomes: CallbackOutcome[] = [];
  const jobs = { ...context, log: silent };
  orders.later(PAYMENT_TIMEOUT_MS - AROUND_MS - STEP_MS);
  for (let from = endsAt - AROUND_MS; from < endsAt + AROUND_MS + 2_000; from += STEP_MS) {
    orders.later(from + STEP_MS - orders.now.getTime());
    const due = moneys.filter(
      ({ callbackAt = -1, payment }) =>
        callbackAt >= from && callbackAt < from + STEP_MS && !closed.has(payment.providerOrderNo),
    );
    const deliveries = due.flatMap(({ payment, callbackAt, isRepeated }) => {
      const once = () => orders.deliver(paymentCallback(payment, {}, new Date(callbackAt!)));
      return isRepeated ? [once, once] : [once];
    });
    await Promise.all([
      cancelUnpaidJob(jobs, never),
      cancelUnpaidJob({ ...jobs, orm: other }, never),
      ...deliveries.map(async (deliver) => outcomes.push(...(await deliver()))),
    ]);
  }
  // What no callback told is found within a minute of the end.
  orders.later(60_000);
  await Promise.all([cancelUnpaidJob(jobs, never), expirePayments(jobs), reconcilePayments(jobs)]);
  await other.close();

  expect(outcomes.every(({ outcome }) => outcome === 'applied' || outcome === 'repeated')).toBe(true);
  const isTaken = ({ payment, paysAt }: Money) => Number.isFinite(paysAt) && !closed.has(payment.providerOrderNo);
  const taken = moneys.filter(isTaken);
  const found = await orders.rows<{
    public_id: string;
    kept: boolean;
    returned: boolean;
    cases: number;
    order: string;
  }>(`
    select p.public_id, o.status as order,
           p.status = 'succeeded' and o.status = 'paid' and not exists (select 1 from refunds r where r.payment_id = p.id) as kept,
           coalesce((select sum(r.amount_fen) = p.amount_fen from refunds r where r.payment_id = p.id), false) as returned,
           (select count(*)::int from exceptions e where e.payment_id = p.public_id) as cases
      from payments p join orders o on o.id = p.order_id`);
  const byId = new Map(found.map((row) => [row.public_id, row]));

  const ends = taken.map(({ payment }) => byId.get(payment.id)!);
  expect(ends.filter((end) => !end.kept && !end.returned && end.cases === 0)).toEqual([]);
  // Exactly one of the two, and staff know of everything that goes back.
  expect(ends.filter((end) => end.kept === end.returned)).toEqual([]);
  expect(ends.filter((end) => end.returned && end.cases === 0)).toEqual([]);
  // Nothing goes back that never came.
  const untaken = moneys.filter((money) => !isTaken(money)).map(({ payment }) => byId.get(payment.id)!);
  expect(untaken.filter((end) => end.kept || end.returned || end.cases > 0)).toEqual([]);

  // The races did happen.
  expect(ends.filter((end) => end.kept).length).toBeGreaterThan(50);
  expect(ends.filter((end) => end.returned && end.order === 'paid').length).toBeGreaterThan(20);
  expect(ends.filter((end) => end.returned && end.order === 'cancelled').length).toBeGreaterThan(20);

  const byStatus = await orders.rows<{ status: string; n: number }>(
    `select status, count(*)::int as n from orders group by status order by status`,
  );
  expect(byStatus.map((row) => row.status)).toEqual(['cancelled', 'paid']);
  expect(ends.filter((end) => end.kept)).toHaveLength(byStatus[1]!.n);
  expect(await kettles(orders)).toBe(stockBefore - byStatus[1]!.n);
  expect(
    await orders.rows(`select 1 from state_changes where machine = 'order' group by order_id having count(*) <> 1`),
  ).toEqual([]);
}, 60_000);

function planOf(method: (typeof CHANNELS)[number], endsAt: number, random: () => number) {
  const pays = random() < 0.85;
  const paysAt = pays ? Math.round(endsAt + (random() * 2 - 1) * AROUND_MS) : Number.POSITIVE_INFINITY;
  // What cannot be asked about is heard of by its callback only.
  const isLost = !pays || (method === 'generic' && random() < 0.3);
  const callbackAt = isLost ? undefined : Math.round(paysAt + random() * 2_000);
  return { method, paysAt, callbackAt, isRepeated: random() < 0.2 };
}

/** Takes money when its buyer pays, unless it was closed before; says so when asked. */
function channelWithQuery(nowMs: () => number, moneys: readonly Money[], closed: Set<string>): PaymentProvider {
  const byNumber = new Map(moneys.map((money) => [money.payment.providerOrderNo, money]));
  const paid = ({ providerOrderNo }: PaymentOrder): Money | undefined => {
    const money = byNumber.get(providerOrderNo)!;
    return closed.has(providerOrderNo) || money.paysAt > nowMs() ? undefined : money;
  };
  const notPlayed = () => Promise.reject(new Error('this test plays no refunds'));
  return {
    name: 'generic',
    prepay: async () => ({ outcome: 'answered', value: null }),
    async query(payment) {
      const money = paid(payment);
      return {
        outcome: 'answered',
        value: {
          paymentId: payment.paymentId,
          orderNumber: payment.orderNumber,
          news: money ? 'succeeded' : closed.has(payment.providerOrderNo) ? 'cancelled' : 'processing',
          statusText: 'played',
          transactionId: money && `T-${payment.paymentId}`,
          amountFen: payment.amountFen,
          paidAt: money && new Date(money.paysAt),
        },
      };
    },
    async close(payment) {
      if (paid(payment)) return { outcome: 'refused', code: 'PAID', reason: { zh: '已支付', en: 'paid already' } };
      closed.add(payment.providerOrderNo);
      return { outcome: 'answered', value: 'closed' };
    },
    refund: notPlayed,
    queryRefund: notPlayed,
  };
}

const kettles = async (orders: Awaited<ReturnType<typeof ordersOnDatabase>>) =>
  (await orders.rows<{ stock: number }>(`select stock from products where product_code = 'LOCAL-KETTLE-01'`))[0]!.stock;

async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    while (waiting.length > 0) await work(waiting.pop()!);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** The same numbers in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
