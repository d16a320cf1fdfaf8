import { ordersOverviewApi } from '@orderbridge/contracts/overview-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepRefused } from '../src/callbacks/keep-refused.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { cancelUnpaidOrders } from '../src/orders/cancel-unpaid.ts';
import { readOverview } from '../src/overview/read-overview.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';
import { payOut, scriptedProvider } from './_refunds.ts';

const HOUR_MS = 3_600_000;

describe('what was done is counted', () => {
  let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
  beforeAll(async () => {
    app = await ordersOnDatabase();
  });
  afterAll(() => app[Symbol.asyncDispose]());
  const read = async () => ordersOverviewApi.get.output.parse(await readOverview(app.context));
  const rateOf = (overview: Awaited<ReturnType<typeof read>>, name: string) =>
    overview.rates.find((rate) => rate.name === name)!;

  test('with nothing there, nothing is wrong and nothing is claimed', async () => {
    const overview = await read();
    const figures = { placed: 0, paid: 0, cancelled: 0, completed: 0, takenFen: 0, refundedFen: 0 };
    expect(overview).toMatchObject({
      today: { day: '2026-11-20', ...figures },
      yesterday: { day: '2026-11-19', ...figures },
      exceptions: { open: 0, oldest: null },
      outbox: { unsent: 0, oldestAgeSeconds: null },
    });
    expect(overview.hours.map(({ hour }) => hour)).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
    expect([overview.days.length, overview.days[0]!.day, overview.days.at(-1)!.day]).toEqual([
      14,
      '2026-11-07',
      '2026-11-20',
    ]);
    expect(new Set(overview.rates.map(({ state }) => state))).toEqual(new Set(['no_data']));
    expect(overview.invariants.map(({ name, holds, total }) => [name, holds, total])).toEqual([
      ['accounted', true, 0],
      ['once', true, 0],
      ['balanced', true, 0],
    ]);
  });

  test('a day of orders, its yesterday up to now, callbacks by the minute, money and cases', async () => {
    // Yesterday at 10:00 and, for the comparison not yet, at 14:00; the clock of the test starts at 10:00 of the 20th.
    const early = await app.paidOrder();
    app.later(4 * HOUR_MS);
    await app.place();
    app.later(22 * HOUR_MS);

    // Today, at 12:00.
    const paid = await app.paidOrder();
    const cancelled = await app.paidOrder();
    await cancelOrder(
      { ...app.context, permissions: ['orders.cancel'] },
      { orderNumber: cancelled.orderNumber, reason: '不想要了' },
    );
    await app.place();
    const unpaid: string[] = [];
    for await (const { orderNumber } of cancelUnpaidOrders(app.context)) unpaid.push(orderNumber);
    expect(unpaid).toHaveLength(1);
    const again = haierCallback({ PlatformOrderNo: paid.orderNumber, State: 1 }, { at: app.now });
    await app.deliver(again);
    const payment = await app.openPayment((await app.place()).orderNumber);
    const wrong = paymentCallback(payment, { amount: '0.01' }, app.now);
    await app.deliver(wrong);
    await keepRefused(app.orm, [
      {
        id: '0193f0aa-0000-7000-8000-000000000001',
        provider: 'haier',
        reason: 'bad_signature',
        receivedAt: app.now.toISOString(),
        source: '203.0.113.9',
        path: '/',
        contentType: '',
        bodyBase64: '',
      },
    ]);

    app.later(30_000);
    const overview = await read();
    expect(overview.today).toEqual({
      day: '2026-11-21',
      placed: 4,
      paid: 2,
      // One by its buyer, and yesterday's that nobody paid.
      cancelled: 2,
      completed: 0,
      takenFen: paid.payableFen + cancelled.payableFen,
      refundedFen: 0,
    });
    expect(overview.yesterday).toMatchObject({ day: '2026-11-20', placed: 2, paid: 1, takenFen: early.payableFen });
    expect(overview.yesterdaySoFar).toMatchObject({ placed: 1, paid: 1 });
    expect(overview.hours[12]).toEqual({ hour: 12, orders: 4, takenFen: overview.today.takenFen });
    expect(overview.days.slice(-2)).toEqual([
      { day: '2026-11-20', orders: 2, takenFen: early.payableFen },
      { day: '2026-11-21', orders: 4, takenFen: overview.today.takenFen },
    ]);
    expect(Object.fromEntries(overview.funnel.status.map(({ status, count }) => [status, count]))).toMatchObject({
      pending: 2,
      paid: 2,
      cancelled: 2,
    });
    expect(overview.funnel).toMatchObject({ from: '2026-11-08', to: '2026-11-21' });
    expect(overview.callbackMinutes).toHaveLength(60);
    expect(overview.callbackMinutes.at(-1)).toEqual({
      at: '2026-11-21T04:00:00.000Z',
      applied: 3,
      repeated: 0,
      refused: 1,
      other: 1,
    });

    expect(rateOf(overview, 'callbackSuccess')).toMatchObject({
      value: 3 / 4,
      sampleSize: 4,
      fewSamples: true,
      state: 'warn',
    });
    expect(rateOf(overview, 'paymentCallbackSuccess')).toMatchObject({ value: 2 / 3, sampleSize: 3 });
    expect(rateOf(overview, 'callbackSeconds')).toMatchObject({ value: 0, sampleSize: 3, state: 'ok' });
    expect(rateOf(overview, 'signatureFailures')).toMatchObject({ value: 1 / 5, sampleSize: 5, state: 'warn' });
    expect(rateOf(overview, 'transitionFailures')).toMatchObject({ value: 0, state: 'ok' });
    expect(rateOf(overview, 'expiredShare')).toMatchObject({ value: 1 / 3, sampleSize: 3, state: 'warn' });
    expect(rateOf(overview, 'cancelShare')).toMatchObject({ value: 1 / 5, sampleSize: 5, state: 'warn' });

    expect(overview.exceptions).toMatchObject({
      open: 1,
      oldest: { kind: 'amount_mismatch', orderNumber: expect.any(String), ageSeconds: 30 },
    });
    expect(overview.outbox.unsent).toBeGreaterThan(10);
    expect(overview.invariants).toMatchObject([
      { name: 'accounted', holds: true, total: 4, parts: [{ value: 3 }, { value: 0 }, { value: 1 }] },
      { name: 'once', holds: true, total: 0 },
      {
        name: 'balanced',
        holds: true,
        total: paid.payableFen + cancelled.payableFen,
        parts: [
          { name: 'held', value: paid.payableFen },
          { name: 'refunded', value: 0 },
          { name: 'inRefund', value: cancelled.payableFen },
        ],
      },
    ]);
  });

  test('what waits to be confirmed, by the supply prices of its goods', async () => {
    expect((await read()).waitingPushes).toEqual({ orders: 0, costFen: 0, unpricedLines: 0 });
    const { orderNumber } = await app.paidOrder();
    await app.rows(`update orders set haier_status = 'push_pending' where order_number = ?`, [orderNumber]);
    const [line] = await app.rows<{ product_id: string; quantity: number }>(
      `select product_id, quantity from order_lines
        where source = 'haier' and order_id = (select id from orders where order_number = ?)`,
      [orderNumber],
    );
    await app.rows(`update products set supply_price_fen = null`);
    expect((await read()).waitingPushes).toEqual({ orders: 1, costFen: 0, unpricedLines: 1 });
    await app.rows(`update products set supply_price_fen = 12345 where id = ?`, [line!.product_id]);
    expect((await read()).waitingPushes).toEqual({ orders: 1, costFen: 12_345 * line!.quantity, unpricedLines: 0 });
    await app.rows(`update orders set haier_status = 'confirmed' where order_number = ?`, [orderNumber]);
  });

  test('after a quiet fortnight the funnel is empty', async () => {
    const later = new Date(app.now.getTime() + 20 * 24 * HOUR_MS);
    const { funnel, days } = await readOverview({ orm: app.orm, now: () => later });
    expect([...funnel.status, ...funnel.haierStatus].map(({ count }) => count)).toEqual(Array(17).fill(0));
    expect(days.map(({ orders }) => orders)).toEqual(Array(14).fill(0));
  });

  test('a broken rule shows', async () => {
    await app.rows(`delete from refunds`);
    await app.rows(
      `insert into state_changes (machine, order_id, from_state, to_state, fact, by, callback_id, at)
       select machine, order_id, from_state, to_state, fact, by, callback_id, at from state_changes
        where callback_id is not null and machine = 'haier'`,
    );
    await app.rows(`update callbacks set order_id = null where outcome = 'applied' and provider = 'haier'`);
    expect((await read()).invariants.map(({ name, holds, broken }) => [name, holds, broken])).toEqual([
      ['accounted', false, 1],
      ['once', false, 1],
      ['balanced', false, 1],
    ]);
  });
});

test.each(['cancelled', 'refunded'] as const)(
  'an order that is %s and still holds money breaks a rule, however old its payment is, until the money is on its way',
  async (status) => {
    await using app = await ordersOnDatabase();
    const { orderNumber } = await app.paidOrder();
    app.later(40 * 24 * HOUR_MS);
    const balanced = async () => (await readOverview(app.context)).invariants.find(({ name }) => name === 'balanced')!;
    expect(await balanced()).toMatchObject({ holds: true, broken: 0, total: 0 });
    await cancelOrder({ ...app.context, permissions: ['orders.cancel'] }, { orderNumber, reason: '不想要了' });
    expect(await balanced()).toMatchObject({ holds: true, broken: 0 });

    await app.rows(`update orders set status = ?`, [status]);
    await app.rows(`update refunds set withdrawn_at = ?`, [app.now]);
    expect(await balanced()).toMatchObject({ holds: false, broken: 1, total: 0 });
    app.later(13 * 24 * HOUR_MS);
    expect(await balanced()).toMatchObject({ broken: 1 });
    await app.rows(`update refunds set withdrawn_at = null, status = 'succeeded', amount_fen = amount_fen - 1`);
    // A refund of a part is what people agreed; a cancel returns all.
    expect(await balanced()).toMatchObject({ broken: status === 'cancelled' ? 1 : 0 });
    await app.rows(`update refunds set amount_fen = amount_fen + 1`);
    expect(await balanced()).toMatchObject({ holds: true, broken: 0 });
  },
);

test.each([0, 40])('an order whose part was refunded keeps the rest, %i days after it was paid', async (days) => {
  await using app = await ordersOnDatabase();
  const { orderNumber } = await app.paidOrder();
  app.later(days * 24 * HOUR_MS);
  const balanced = async () => (await readOverview(app.context)).invariants.find(({ name }) => name === 'balanced')!;
  await requestRefund(app.context, { orderNumber, amountFen: 1_000, reason: '补差价' });
  expect(await balanced()).toMatchObject({ holds: true });
  await payOut(app, scriptedProvider());
  expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded', refundedFen: 1_000 });
  expect(await balanced()).toMatchObject({ holds: true, broken: 0 });
  await app.rows(`update refunds set withdrawn_at = ?`, [app.now]);
  expect(await balanced()).toMatchObject({ holds: false, broken: 1 });
});

test('with a long history behind it, no table that grows is read as a whole', async () => {
  await using app = await ordersOnDatabase({ poolMax: 1 });
  await fillHistory(app, 40_000, 60);
  const scans = async () => {
    await app.rows(`select pg_stat_force_next_flush()`);
    return app.rows<{ relname: string; seq_scan: string }>(
      `select relname, seq_scan from pg_stat_user_tables
        where relname in ('orders', 'payments', 'refunds', 'state_changes', 'callbacks', 'outbox', 'exceptions')
        order by relname`,
    );
  };
  const before = await scans();
  const overview = await readOverview(app.context);
  expect(overview.days.every(({ orders, takenFen }) => orders > 0 && takenFen > 0)).toBe(true);
  expect(overview.today.placed).toBeGreaterThan(100);
  expect(await scans()).toEqual(before);
}, 60_000);

/** So many orders over so many days, each paid by a callback, with its changes. */
async function fillHistory(app: Awaited<ReturnType<typeof ordersOnDatabase>>, count: number, days: number) {
  const at = `?::timestamptz - make_interval(secs => (${days} * 86400.0 / ${count}) * (${count} - n))`;
  await app.rows(
    `insert into orders (order_number, buyer, status, haier_status, haier_line_count, local_line_count, total_fen, payable_fen,
       contact_name, phone, phone_tail, province, city, district, address_detail, created_at, expires_at, paid_at)
     select 'H' || n, 'b', 'paid', 'none', 1, 0, 100, 100, 'x', 'x', 'x', 'x', 'x', 'x', 'x', ${at}, ${at}, ${at}
       from generate_series(1, ${count}) n`,
    [app.now, app.now, app.now],
  );
  await app.rows(
    `insert into payments (public_id, order_id, method, provider_order_no, status, amount_fen, created_at, updated_at, expires_at, paid_at)
     select gen_random_uuid(), id, 'generic', order_number || '-P1', 'succeeded', 100, paid_at, paid_at, paid_at, paid_at
       from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into callbacks (public_id, provider, transport_key, outcome, order_id, secret, source, path, content_type, body, received_at, decided_at)
     select gen_random_uuid(), 'generic', 'k' || id, 'applied', id, 'current', '-', '-', '-', repeat('x', 400), paid_at, paid_at
       from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into state_changes (machine, order_id, from_state, to_state, fact, by, at)
     select 'order', id, 'pending', 'paid', 'payment_received', 'system', paid_at from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into outbox (event_id, type, subject, data, at, sent_at)
     select gen_random_uuid(), 'order.moved', order_number, '{}', paid_at, paid_at from orders where paid_at is not null order by id`,
  );
  await app.rows(
    `insert into refunds (public_id, order_id, payment_id, status, amount_fen, idempotency_key, refund_no, cause, reason, reason_en, created_at, updated_at)
     select gen_random_uuid(), order_id, id, 'succeeded', 100, 'r' || id, 'r' || id, 'order_cancelled', '-', '-', paid_at, paid_at
       from payments where id % 10 = 0`,
  );
  await app.rows(`vacuum analyze orders, payments, refunds, callbacks, state_changes, outbox`);
}
