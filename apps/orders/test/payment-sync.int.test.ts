import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { cancelUnpaidOrders } from '../src/orders/cancel-unpaid.ts';
import { reconcilePayments } from '../src/payments/reconcile-payments.ts';
import { syncPayment } from '../src/payments/sync-payment.ts';
import { ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';
import { scriptedProvider } from './_scripted-provider.ts';

const MINUTE_MS = 60_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let orders: Awaited<ReturnType<typeof ordersOnDatabase>>;
let played: ReturnType<typeof scriptedProvider>;
beforeAll(async () => {
  orders = await ordersOnDatabase();
  played = scriptedProvider();
  orders.context.providers.set('generic', played.provider);
});
afterAll(() => orders[Symbol.asyncDispose]());

async function pending(method: PaymentView['method'] = 'generic') {
  const { orderNumber, payableFen } = await orders.place();
  return { orderNumber, payableFen, payment: await orders.openPayment(orderNumber, method) };
}
const sync = ({ id }: { id: string }) => syncPayment(orders.context, { id });
const statesOf = async (orderNumber: string) => {
  const { status, payments } = await orders.order(orderNumber);
  return [status, ...payments.map((payment) => payment.status)].join(' ');
};

describe('payment.sync', () => {
  test('paid at the provider: the order is paid, by the person who asked (R104)', async () => {
    const { orderNumber, payment } = await pending();
    played.says(payment, { news: 'succeeded' });
    expect(await sync(payment)).toMatchObject({
      id: payment.id,
      status: 'succeeded',
      transactionId: `T-${payment.id}`,
      changed: true,
      detail: '支付成功，订单已付款',
      detailEn: 'The payment succeeded and the order is paid',
    });
    const order = await orders.order(orderNumber);
    expect(order.history).toMatchObject([{ to: 'paid', by: 'staff:tester' }]);
    expect(
      await orders.rows(
        `select actor, detail->>'outcome' as outcome from audit_entries where action = 'payment_synced'`,
      ),
    ).toEqual([{ actor: 'staff:tester', outcome: 'applied' }]);

    expect(await sync(payment)).toMatchObject({ status: 'succeeded', changed: false });
    expect((await orders.order(orderNumber)).history).toHaveLength(1);
    // The callback that comes after all says nothing new.
    expect(await orders.deliver(paymentCallback(payment, {}, orders.now))).toMatchObject([{ outcome: 'repeated' }]);
  });

  test('ten people asking at once pay once', async () => {
    const { orderNumber, payment } = await pending();
    played.says(payment, { news: 'succeeded' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => sync(payment)));
    expect(answers.filter((answer) => answer.changed)).toHaveLength(1);
    expect((await orders.order(orderNumber)).history).toHaveLength(1);
  });

  test.each([
    ['processing', 'pending processing', true],
    ['failed', 'pending failed', true],
    ['cancelled', 'pending cancelled', true],
    ['expired', 'cancelled expired', true],
    ['unknown', 'pending init', false],
  ] as const)('%s at the provider: %s', async (news, states, changed) => {
    const { orderNumber, payment } = await pending();
    played.says(payment, { news });
    expect(await sync(payment)).toMatchObject({ changed });
    expect(await statesOf(orderNumber)).toBe(states);
  });

  test('not known there: nothing changes, and that is said', async () => {
    const { orderNumber, payment } = await pending();
    played.says(payment, 'not_found');
    expect(await sync(payment)).toMatchObject({
      changed: false,
      status: 'init',
      detail: expect.stringMatching(/没有/),
    });
    expect(await statesOf(orderNumber)).toBe('pending init');
  });

  test.each([-1, 1])('%i fen off: not booked, one case for staff however often it is asked (R99)', async (off) => {
    const { orderNumber, payableFen, payment } = await pending();
    played.says(payment, { news: 'succeeded', amountFen: payableFen + off });
    expect(await sync(payment)).toMatchObject({ changed: false, detail: expect.stringContaining('不一致') });
    await sync(payment);
    const order = await orders.order(orderNumber);
    expect(order).toMatchObject({ status: 'pending', payments: [{ status: 'init', paidAt: null }] });
    expect(order.exceptions.map((raised) => raised.kind)).toEqual(['amount_mismatch']);
  });

  test('money of a cancelled order goes back', async () => {
    const { orderNumber, payableFen, payment } = await pending();
    await orders.deliver(paymentCallback(payment, { status: 'expired' }, orders.now));
    played.says(payment, { news: 'succeeded' });
    expect(await sync(payment)).toMatchObject({ status: 'expired', changed: true });
    const order = await orders.order(orderNumber);
    expect(order).toMatchObject({ status: 'cancelled', refunds: [{ amountFen: payableFen }] });
    expect(order.exceptions.map((raised) => raised.kind)).toEqual(['money_to_return']);
  });

  test.each(['down', 'unreachable'] as const)(
    'the provider is %s: an error that may be tried again (R155)',
    async (how) => {
      const { orderNumber, payment } = await pending();
      played.says(payment, how);
      await expect(sync(payment)).rejects.toMatchObject({
        message: '网络连接超时，请稍后重试',
        messageEn: expect.stringMatching(/timed out/),
      });
      expect(await statesOf(orderNumber)).toBe('pending init');
    },
  );

  test('a method without a provider, and a payment that does not exist, are refused in words', async () => {
    const { payment } = await pending('mock');
    await expect(sync(payment)).rejects.toMatchObject({
      code: 'PAYMENT_METHOD_UNAVAILABLE',
      message: expect.stringMatching(/mock/),
    });
    await expect(sync({ id: crypto.randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND', message: '支付不存在' });
  });
});

describe('reconciliation', () => {
  const reconcile = () => reconcilePayments({ ...orders.context, log: silent });
  const asked = ({ providerOrderNo }: PaymentView) => played.calls.filter((call) => call.endsWith(providerOrderNo));
  /** Whatever earlier tests left open is answered for good. */
  const quiet = () => orders.rows(`update payments set ask_at = null`);

  test('an open payment is asked about after 1, 3, 8 and 18 minutes; a lost success is found', async () => {
    await quiet();
    const { orderNumber, payment } = await pending();
    const askedAt: number[] = [];
    for (let minute = 0; minute < 29; minute += 1) {
      const before = asked(payment).length;
      await reconcile();
      if (asked(payment).length > before) askedAt.push(minute);
      orders.later(MINUTE_MS);
    }
    expect(askedAt).toEqual([1, 3, 8, 18]);
    expect(await statesOf(orderNumber)).toBe('pending processing');

    const second = await pending();
    played.says(second.payment, { news: 'succeeded' });
    orders.later(MINUTE_MS);
    expect(await reconcile()).toBe(1);
    expect(await statesOf(second.orderNumber)).toBe('paid succeeded');
    expect((await orders.order(second.orderNumber)).history).toMatchObject([{ by: 'system' }]);
    orders.later(60 * MINUTE_MS);
    await reconcile();
    expect(asked(second.payment)).toHaveLength(1);
  });

  test('two processes do not ask at once', async () => {
    await quiet();
    const all = await Promise.all(Array.from({ length: 20 }, () => pending()));
    orders.later(MINUTE_MS);
    const taken = await Promise.all([reconcile(), reconcile(), reconcile()]);
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(20);
    for (const { payment } of all) expect(asked(payment)).toHaveLength(1);
  });

  test('a provider that is down is asked again later; one failure does not stop the others', async () => {
    await quiet();
    const [down, fine] = [await pending(), await pending()];
    played.says(down.payment, 'down');
    played.says(fine.payment, { news: 'succeeded' });
    orders.later(MINUTE_MS);
    await reconcile();
    expect(await statesOf(down.orderNumber)).toBe('pending init');
    expect(await statesOf(fine.orderNumber)).toBe('paid succeeded');
    played.says(down.payment, { news: 'succeeded' });
    orders.later(2 * MINUTE_MS);
    await reconcile();
    expect(await statesOf(down.orderNumber)).toBe('paid succeeded');
  });

  test('what was closed here is closed at the provider once, or its money goes back', async () => {
    await quiet();
    const [open, paid, down] = [await pending(), await pending(), await pending()];
    const numbers = [open, paid, down].map(({ orderNumber }) => orderNumber);
    // A cancel before the end of the window: the provider may still take money.
    await orders.rows(
      `update payments set status = 'cancelled', updated_at = ?, ask_at = ?
      where order_id in (select id from orders where order_number in (?))`,
      [orders.now, orders.now, numbers],
    );
    await orders.rows(`update orders set status = 'cancelled' where order_number in (?)`, [numbers]);
    played.says(paid.payment, { news: 'succeeded' });
    played.says(down.payment, 'down');

    expect(await reconcile()).toBe(3);
    expect(asked(open.payment)).toEqual([
      `query ${open.payment.providerOrderNo}`,
      `close ${open.payment.providerOrderNo}`,
    ]);
    expect(await orders.order(paid.orderNumber)).toMatchObject({
      status: 'cancelled',
      payments: [{ status: 'succeeded' }],
      refunds: [{ amountFen: paid.payableFen, status: 'pending' }],
    });

    played.says(down.payment, { news: 'processing' });
    orders.later(MINUTE_MS);
    expect(await reconcile()).toBe(1);
    orders.later(24 * 60 * MINUTE_MS);
    expect(await reconcile()).toBe(0);
    expect(asked(open.payment)).toHaveLength(2);
    expect(asked(down.payment).at(-1)).toBe(`close ${down.payment.providerOrderNo}`);
  });

  test('an attempt that failed there is closed there: its money would no longer pay the order', async () => {
    await quiet();
    const { payment, orderNumber } = await pending();
    played.says(payment, { news: 'failed' });
    orders.later(MINUTE_MS);
    await reconcile();
    expect(await statesOf(orderNumber)).toBe('pending failed');
    await reconcile();
    expect(asked(payment).at(-1)).toBe(`close ${payment.providerOrderNo}`);
    expect(await orders.rows(`select 1 from payments where ask_at is not null`)).toEqual([]);
  });

  test('after a day nobody asks a silent provider any more', async () => {
    await quiet();
    const { payment, orderNumber } = await pending();
    played.says(payment, 'down');
    orders.later(PAYMENT_TIMEOUT_MS + 31 * MINUTE_MS);
    for await (const result of cancelUnpaidOrders(orders.context)) expect(result.outcome).not.toBe('failed');
    expect(await statesOf(orderNumber)).toBe('cancelled expired');
    for (let hour = 0; hour < 30; hour += 1) {
      await reconcile();
      orders.later(60 * MINUTE_MS);
    }
    expect(asked(payment).length).toBeLessThan(35);
    expect(await orders.rows(`select 1 from payments where ask_at is not null`)).toEqual([]);
  });

  /** A payment whose provider was silent until we gave up. */
  async function givenUp() {
    await quiet();
    const { payment, orderNumber, payableFen } = await pending();
    played.says(payment, 'down');
    orders.later(PAYMENT_TIMEOUT_MS + 31 * MINUTE_MS);
    for await (const result of cancelUnpaidOrders(orders.context)) expect(result.outcome).not.toBe('failed');
    await reconcile();
    expect((await orders.order(orderNumber)).exceptions).toEqual([]);
    orders.later(25 * 60 * MINUTE_MS);
    await reconcile();
    return { payment, orderNumber, payableFen };
  }
  const casesOf = (payment: PaymentView) =>
    orders.rows<{ kind: string; status: string; resolved_by: string | null; detail: string }>(
      `select kind, status, resolved_by, detail from exceptions where payment_id = ? order by id`,
      [payment.id],
    );

  test('a provider that is silent to the end leaves a case that names the payment and what to run', async () => {
    const { payment, orderNumber } = await givenUp();
    const order = await orders.order(orderNumber);
    expect(order.exceptions).toMatchObject([{ kind: 'payment_unclear', status: 'open' }]);
    for (const text of [order.exceptions[0]!.detail, order.exceptions[0]!.detailEn]) {
      expect(text).toContain(payment.providerOrderNo);
      expect(text).toContain('payment.sync');
    }
    // Asked by a person and silent still: nothing is known, the case stays.
    await expect(sync(payment)).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    played.says(payment, { news: 'unknown', statusText: 'HMM' });
    await sync(payment);
    expect(await casesOf(payment)).toMatchObject([{ status: 'open' }]);
  });

  test.each(['not_found', { news: 'cancelled' }, { news: 'expired' }] as const)(
    'the case closes when the provider says that nothing was paid (%j), and no other is raised',
    async (standing) => {
      const { payment } = await givenUp();
      played.says(payment, standing);
      expect(await sync(payment)).toMatchObject({ status: 'expired', changed: false });
      expect(await casesOf(payment)).toMatchObject([
        { kind: 'payment_unclear', status: 'resolved', resolved_by: 'system' },
      ]);
    },
  );

  test.each(['asked', 'told'] as const)('the case closes when the money shows after all (%s)', async (how) => {
    const { payment, orderNumber, payableFen } = await givenUp();
    played.says(payment, { news: 'succeeded' });
    if (how === 'asked') await sync(payment);
    else await orders.deliver(paymentCallback(payment, {}, orders.now));
    expect((await orders.order(orderNumber)).refunds).toMatchObject([{ amountFen: payableFen, cause: 'late_money' }]);
    expect(await casesOf(payment)).toMatchObject([
      { kind: 'payment_unclear', status: 'resolved', resolved_by: 'system' },
      { kind: 'money_to_return', status: 'open' },
    ]);
  });

  test('a payment without a provider, or with its money, is not asked about', async () => {
    await quiet();
    const [alone, paid] = [await pending('mock'), await pending()];
    await orders.deliver(paymentCallback(paid.payment, {}, orders.now));
    await orders.rows(`update payments set ask_at = ? where public_id in (?)`, [
      orders.now,
      [alone.payment.id, paid.payment.id],
    ]);
    expect(await reconcile()).toBe(0);
    expect(asked(paid.payment)).toEqual([]);
    expect(await orders.rows(`select 1 from payments where ask_at is not null`)).toEqual([]);
    expect(await statesOf(alone.orderNumber)).toBe('pending init');
  });
});
