import type { OrderView } from '@orderbridge/contracts/orders-api';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { expect, test } from 'vitest';
import { cancelUnpaidJob } from '../src/jobs/cancel-unpaid-orders.ts';
import { oneAtATime } from '@orderbridge/service-kit/database/one-at-a-time';
import { repeatJobs } from '@orderbridge/service-kit/repeat';
import { cancelUnpaidOrders, type CancelUnpaidOptions } from '../src/orders/cancel-unpaid.ts';
import { rebuildOrder } from '../src/orders/rebuild-order.ts';
import { migrate, openOrm } from '../src/orm.ts';
import { expirePayments } from '../src/payments/expire-payments.ts';
import { reconcilePayments } from '../src/payments/reconcile-payments.ts';
import { ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';
import { scriptedProvider } from './_scripted-provider.ts';

const MINUTE_MS = 60_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function shop() {
  const orders = await ordersOnDatabase();
  const played = scriptedProvider();
  orders.context.providers.set('generic', played.provider);
  const run = async (options: CancelUnpaidOptions = {}) => {
    const results = [];
    for await (const result of cancelUnpaidOrders(orders.context, options)) results.push(result);
    return results;
  };
  const jobContext = { ...orders.context, log: silent };
  return Object.assign(orders, { played, run, jobContext });
}

const twoKettles = { lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }] };
const stockOf = async (orders: Awaited<ReturnType<typeof shop>>) =>
  (await orders.rows<{ stock: number }>(`select stock from products where product_code = 'LOCAL-KETTLE-01'`))[0]!.stock;
const brief = ({ status, payments }: OrderView) => [status, ...payments.map((payment) => payment.status)].join(' ');

test('strictly after its end an unpaid order is cancelled: stock, payments, history, audit (R80, R83, R84)', async () => {
  await using orders = await shop();
  const stock = await stockOf(orders);
  const { orderNumber } = await orders.place(twoKettles);
  const payment = await orders.openPayment(orderNumber);
  orders.later(PAYMENT_TIMEOUT_MS);
  expect(await orders.run()).toEqual([]);
  expect(await orders.order(orderNumber)).toMatchObject({ status: 'pending' });

  orders.later(1);
  expect(await orders.run()).toMatchObject([{ orderNumber, outcome: 'cancelled' }]);
  const order = await orders.order(orderNumber);
  expect(brief(order)).toBe('cancelled expired');
  expect(order.cancelReason).toBe('支付超时，订单自动取消');
  expect(order.history).toMatchObject([
    {
      to: 'cancelled',
      by: 'system',
      note: '支付超时，订单自动取消',
      noteEn: expect.stringContaining('Not paid in time'),
    },
  ]);
  expect(await stockOf(orders)).toBe(stock);
  expect(
    await orders.rows(`select detail->>'reason' as reason from audit_entries where action = 'order_cancelled'`),
  ).toEqual([{ reason: 'payment_timeout' }]);
  expect(orders.played.calls).toEqual([`query ${payment.providerOrderNo}`, `close ${payment.providerOrderNo}`]);

  expect(await orders.run()).toEqual([]);
  expect(await stockOf(orders)).toBe(stock);
});

test('a number of minutes takes orders by their age, strictly (R81)', async () => {
  await using orders = await shop();
  const old = await orders.place();
  orders.later(MINUTE_MS);
  await orders.place();
  orders.later(4 * MINUTE_MS);
  expect(await orders.run({ timeoutMs: 5 * MINUTE_MS })).toEqual([]);
  orders.later(1);
  expect(await orders.run({ timeoutMs: 5 * MINUTE_MS })).toMatchObject([
    { orderNumber: old.orderNumber, outcome: 'cancelled' },
  ]);
});

test('a dry run names each order, asks nobody and changes nothing (R81)', async () => {
  await using orders = await shop();
  const placed = [await orders.place(), await orders.place(twoKettles)];
  await orders.openPayment(placed[1]!.orderNumber);
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  const before = await orders.rows(`select count(*)::int as n from audit_entries`);
  expect(await orders.run({ dryRun: true })).toMatchObject(
    placed.map(({ orderNumber, payableFen }) => ({ orderNumber, payableFen, outcome: 'would_cancel' })),
  );
  expect(orders.played.calls).toEqual([]);
  expect(await orders.rows(`select count(*)::int as n from audit_entries`)).toEqual(before);
  expect(brief(await orders.order(placed[1]!.orderNumber))).toBe('pending init');
});

test('more orders than one page holds are all taken, the oldest end first', async () => {
  await using orders = await shop();
  await orders.place();
  // Copies with the same end: only the id tells them apart.
  await orders.rows(`
    insert into orders (order_number, buyer, status, haier_line_count, local_line_count, total_fen, payable_fen, contact_name,
      phone, phone_tail, province, city, district, address_detail, created_at, expires_at)
    select order_number || 'C' || n, buyer, status, haier_line_count, local_line_count, total_fen, payable_fen, contact_name,
      phone, phone_tail, province, city, district, address_detail, created_at, expires_at
      from orders, generate_series(1, 249) n`);
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  const results = await orders.run();
  expect(new Set(results.map((result) => result.orderNumber)).size).toBe(250);
  expect(results.every((result) => result.outcome === 'cancelled')).toBe(true);
  expect(await orders.rows(`select 1 from orders where status = 'pending'`)).toEqual([]);
});

test('one order that fails does not stop the rest (R82)', async () => {
  await using orders = await shop();
  const placed = [await orders.place(), await orders.place(), await orders.place()];
  const payment = await orders.openPayment(placed[1]!.orderNumber);
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  orders.played.beforeClose(() => {
    throw new Error(`no closing of ${payment.providerOrderNo} today`);
  });
  expect(await orders.run()).toMatchObject([
    { outcome: 'cancelled' },
    { orderNumber: placed[1]!.orderNumber, outcome: 'failed', error: { message: expect.stringContaining('today') } },
    { outcome: 'cancelled' },
  ]);
  expect(brief(await orders.order(placed[1]!.orderNumber))).toBe('pending init');
});

test('an order with money that came is left to a person; once the money is back, it goes (R84)', async () => {
  await using orders = await shop();
  const { orderNumber } = await orders.place();
  const payment = await orders.openPayment(orderNumber);
  await orders.deliver(
    paymentCallback(payment, { status: 'closed' }, orders.now),
    paymentCallback(payment, {}, orders.now),
  );
  expect(brief(await orders.order(orderNumber))).toBe('pending succeeded');
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  expect(await orders.run({ dryRun: true })).toMatchObject([{ orderNumber, outcome: 'skipped' }]);
  expect(await orders.run()).toMatchObject([
    { orderNumber, outcome: 'skipped', why: { zh: expect.stringContaining('支付成功') } },
  ]);
  await orders.rows(`update refunds set status = 'succeeded'`);
  expect(await orders.run()).toMatchObject([{ orderNumber, outcome: 'cancelled' }]);
});

test('paid at the provider, callback lost: the order is paid, not cancelled (R85)', async () => {
  await using orders = await shop();
  const { orderNumber } = await orders.place();
  const payment = await orders.openPayment(orderNumber);
  orders.played.says(payment, { news: 'succeeded' });
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  expect(await orders.run()).toMatchObject([{ orderNumber, outcome: 'paid_meanwhile' }]);
  const order = await orders.order(orderNumber);
  expect(brief(order)).toBe('paid succeeded');
  expect(order.refunds).toEqual([]);
  expect(order.payments[0]).toMatchObject({ transactionId: `T-${payment.id}` });
  expect(order.history).toMatchObject([{ to: 'paid', by: 'system', note: '主动向支付平台查询得到的结果' }]);
});

test('paid at the provider after the end, by its clock: cancelled, and the money goes back', async () => {
  await using orders = await shop();
  const { orderNumber, payableFen } = await orders.place();
  const payment = await orders.openPayment(orderNumber);
  orders.later(PAYMENT_TIMEOUT_MS + 1000);
  orders.played.says(payment, { news: 'succeeded', paidAt: orders.now });
  orders.later(1);
  expect(await orders.run()).toMatchObject([{ orderNumber, outcome: 'cancelled' }]);
  const order = await orders.order(orderNumber);
  expect(brief(order)).toBe('cancelled expired');
  expect(order.refunds).toMatchObject([{ amountFen: payableFen, cause: 'late_money' }]);
});

test('paid between the question and the closing: the order is paid', async () => {
  await using orders = await shop();
  const { orderNumber } = await orders.place();
  const payment = await orders.openPayment(orderNumber);
  orders.played.beforeClose(() => orders.played.says(payment, { news: 'succeeded' }));
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  expect(await orders.run()).toMatchObject([{ outcome: 'paid_meanwhile' }]);
  expect(brief(await orders.order(orderNumber))).toBe('paid succeeded');
  expect(orders.played.calls.map((call) => call.split(' ')[0])).toEqual(['query', 'close', 'query']);
});

test.each(['not_found', { news: 'cancelled' }, { news: 'expired' }] as const)(
  'what nobody can pay at the provider (%j) is not closed again',
  async (standing) => {
    await using orders = await shop();
    const { orderNumber } = await orders.place();
    const payment = await orders.openPayment(orderNumber);
    orders.played.says(payment, standing);
    orders.later(PAYMENT_TIMEOUT_MS + 1);
    expect(await orders.run()).toMatchObject([{ outcome: 'cancelled' }]);
    expect(orders.played.calls).toEqual([`query ${payment.providerOrderNo}`]);
  },
);

test.each(['down', 'unreachable', { news: 'unknown', statusText: 'HMM' }] as const)(
  'while the provider says nothing (%j) the order waits, asked at growing intervals, 30 minutes at most',
  async (standing) => {
    await using orders = await shop();
    const { orderNumber } = await orders.place();
    const payment = await orders.openPayment(orderNumber);
    orders.played.says(payment, standing);
    orders.later(PAYMENT_TIMEOUT_MS + 1);
    expect(await orders.run()).toMatchObject([{ orderNumber, outcome: 'skipped', why: { en: expect.any(String) } }]);
    // The job comes back every few seconds and does not ask each time; a person who calls the command does.
    expect(await orders.run()).toMatchObject([{ outcome: 'skipped' }]);
    expect(orders.played.calls).toHaveLength(1);
    await orders.run({ askAnyway: true });
    expect(orders.played.calls).toHaveLength(2);
    for (let minute = 1; minute < 30; minute += 1) {
      orders.later(MINUTE_MS);
      expect(await orders.run()).toMatchObject([{ outcome: 'skipped' }]);
    }
    expect(orders.played.calls).toHaveLength(6);
    orders.later(MINUTE_MS);
    expect(await orders.run()).toMatchObject([{ orderNumber, outcome: 'cancelled' }]);
    expect(brief(await orders.order(orderNumber))).toBe('cancelled expired');
    // It is still to be closed there.
    expect(await orders.rows(`select 1 from payments where ask_at is not null`)).toHaveLength(1);
  },
);

test('another amount at the provider is a case for staff, and neither pays nor hurries the order', async () => {
  await using orders = await shop();
  const { orderNumber } = await orders.place();
  const payment = await orders.openPayment(orderNumber);
  orders.played.says(payment, { news: 'succeeded', amountFen: 1 });
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  expect(await orders.run()).toMatchObject([{ outcome: 'skipped' }]);
  orders.later(2 * MINUTE_MS);
  expect(await orders.run()).toMatchObject([{ outcome: 'skipped' }]);
  expect(await orders.order(orderNumber)).toMatchObject({
    status: 'pending',
    exceptions: [{ kind: 'amount_mismatch' }],
  });
});

test('two runs at once: one works, the other leaves it at that (R86)', async () => {
  await using orders = await shop();
  const { orderNumber } = await orders.place();
  const payment = await orders.openPayment(orderNumber);
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  const other = await openOrm({ databaseUrl: orders.database.url, poolMax: 3 });
  try {
    const never = new AbortController().signal;
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const first = oneAtATime(orders.orm, 7, async () => {
      entered.resolve();
      await leave.promise;
      return 'done';
    });
    await entered.promise;
    expect(await oneAtATime(other, 7, async () => 'too')).toBeUndefined();
    leave.resolve();
    expect(await first).toBe('done');
    expect(await oneAtATime(other, 7, async () => 'now')).toBe('now');

    await Promise.all([
      cancelUnpaidJob(orders.jobContext, never),
      cancelUnpaidJob({ ...orders.jobContext, orm: other }, never),
    ]);
    expect(await orders.order(orderNumber)).toMatchObject({ status: 'cancelled' });
    expect(orders.played.calls.filter((call) => call === `close ${payment.providerOrderNo}`)).toHaveLength(1);
    expect((await orders.order(orderNumber)).history).toHaveLength(1);
  } finally {
    await other.close();
  }
});

test('who holds the lock and loses its connection loses the lock', async () => {
  await using orders = await shop();
  const other = await openOrm({ databaseUrl: orders.database.url, poolMax: 2 });
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const first = oneAtATime(other, 8, async () => {
    entered.resolve();
    await leave.promise;
  }).catch(() => 'connection lost');
  await entered.promise;
  await orders.rows(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 8`);
  await expect.poll(() => oneAtATime(orders.orm, 8, async () => 'free')).toBe('free');
  leave.resolve();
  expect(await first).toBe('connection lost');
  await other.close();
});

test('started before the tables are there, the job says so and works once they are (R86)', async () => {
  const database = await testDatabase({ template: 'empty_for_timers', migrate: async () => {} });
  const orm = await openOrm({ databaseUrl: database.url, poolMax: 4 });
  const said: string[] = [];
  const log = { ...silent, warn: (event: string) => void said.push(event) };
  let runs = 0;
  const context = { orm, log, wakeRelay: () => {}, now: () => new Date(), providers: new Map() };
  const repeating = repeatJobs({ log }, [
    {
      name: 'cancel unpaid orders',
      everyMs: 5,
      run: async (stopping) => {
        await cancelUnpaidJob(context, stopping);
        runs += 1;
      },
    },
  ]);
  try {
    await expect.poll(() => said).toContain('job failed');
    expect(runs).toBe(0);
    await migrate(database.url);
    await expect.poll(() => runs).toBeGreaterThan(0);
  } finally {
    await repeating.stop();
    await orm.close();
    await database[Symbol.asyncDispose]();
  }
});

test('stopping ends a run between two orders', async () => {
  await using orders = await shop();
  for (let n = 0; n < 9; n += 1) await orders.place();
  orders.later(PAYMENT_TIMEOUT_MS + 1);
  const stopping = new AbortController();
  let seen = 0;
  for await (const _ of cancelUnpaidOrders(orders.context, { signal: stopping.signal })) {
    seen += 1;
    stopping.abort();
  }
  expect(seen).toBe(4);
});

test('when an order is paid its other payments are closed, here and at their provider, or their money goes back', async () => {
  await using orders = await shop();
  const alipay = scriptedProvider('alipay');
  orders.context.providers.set('alipay', alipay.provider);
  const paidTwice = async () => {
    const { orderNumber } = await orders.place();
    const first = await orders.openPayment(orderNumber, 'mock');
    const second = await orders.openPayment(orderNumber, 'alipay');
    await orders.deliver(paymentCallback(first, {}, orders.now));
    return { orderNumber, second };
  };
  const [open, paid, silentOne] = [await paidTwice(), await paidTwice(), await paidTwice()];
  const order = await orders.order(open.orderNumber);
  expect(brief(order)).toBe('paid succeeded cancelled');
  expect(order.timeline.at(-1)).toMatchObject({
    machine: 'payment',
    subjectId: open.second.id,
    fact: 'payment_closed',
    note: '订单已付款，其余支付关闭',
  });
  alipay.says(paid.second, { news: 'succeeded' });
  alipay.says(silentOne.second, 'down');
  expect(await reconcilePayments(orders.jobContext)).toBe(3);
  expect(alipay.calls).toContain(`close ${open.second.providerOrderNo}`);
  const returned = await orders.order(paid.orderNumber);
  expect(brief(returned)).toBe('paid succeeded succeeded');
  expect(returned.refunds).toMatchObject([{ paymentId: paid.second.id, cause: 'late_money' }]);
  orders.later(MINUTE_MS);
  expect(await reconcilePayments(orders.jobContext)).toBe(1);
  alipay.says(silentOne.second, { news: 'processing' });
  orders.later(2 * MINUTE_MS);
  expect(await reconcilePayments(orders.jobContext)).toBe(1);
  expect(alipay.calls.at(-1)).toBe(`close ${silentOne.second.providerOrderNo}`);
  for (const { orderNumber } of [open, paid, silentOne])
    expect(await rebuildOrder(orders.context, { orderNumber })).toMatchObject({ matches: true });
});

test('a pending order whose money is on its way back: its other payments are asked about and end all the same', async () => {
  await using orders = await shop();
  const alipay = scriptedProvider('alipay');
  orders.context.providers.set('alipay', alipay.provider);
  const withMoneyGoingBack = async () => {
    const { orderNumber } = await orders.place();
    const first = await orders.openPayment(orderNumber, 'mock');
    const second = await orders.openPayment(orderNumber, 'alipay');
    await orders.deliver(
      paymentCallback(first, { status: 'closed' }, orders.now),
      paymentCallback(first, {}, orders.now),
    );
    return { orderNumber, second };
  };
  const [open, paid, silentOne] = [await withMoneyGoingBack(), await withMoneyGoingBack(), await withMoneyGoingBack()];
  const unpaid = await orders.place();
  await orders.openPayment(unpaid.orderNumber, 'alipay');
  alipay.says(paid.second, { news: 'succeeded' });
  alipay.says(silentOne.second, 'down');
  orders.later(PAYMENT_TIMEOUT_MS);
  expect(await expirePayments(orders.jobContext)).toBe(0);
  orders.later(1);
  expect(await expirePayments(orders.jobContext)).toBe(3);
  expect(brief(await orders.order(open.orderNumber))).toBe('pending succeeded expired');
  expect(alipay.calls).toContain(`close ${open.second.providerOrderNo}`);
  expect(await orders.order(paid.orderNumber)).toMatchObject({
    status: 'paid',
    payments: [{ status: 'succeeded' }, { status: 'succeeded' }],
    refunds: [{ cause: 'late_money' }],
  });
  expect(brief(await orders.order(silentOne.orderNumber))).toBe('pending succeeded init');
  expect(await expirePayments(orders.jobContext)).toBe(0);
  orders.later(31 * MINUTE_MS);
  expect(await expirePayments(orders.jobContext)).toBe(1);
  expect(brief(await orders.order(silentOne.orderNumber))).toBe('pending succeeded expired');
  expect(await orders.rows(`select 1 from payments where ask_at is not null and status = 'expired'`)).toHaveLength(1);
  // An order that holds no money ends its payments itself.
  expect(brief(await orders.order(unpaid.orderNumber))).toBe('pending init');
});
