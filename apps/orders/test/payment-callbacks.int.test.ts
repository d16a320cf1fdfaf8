import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

async function pending() {
  const { orderNumber, payableFen } = await app.place();
  return { orderNumber, payableFen, payment: await app.openPayment(orderNumber) };
}
const notice = (payment: Parameters<typeof paymentCallback>[0], fields: Record<string, string> = {}) =>
  paymentCallback(payment, fields, app.now);

test('a success pays the order; the answer is the payment as it is now (P14)', async () => {
  const { orderNumber, payment } = await pending();
  const [outcome] = await app.deliver(notice(payment));
  expect(outcome).toMatchObject({
    outcome: 'applied',
    payment: { id: payment.id, order: orderNumber, amount: '5998.00', status: 'succeeded' },
  });
  const order = await app.order(orderNumber);
  expect(order).toMatchObject({
    status: 'paid',
    payments: [{ status: 'succeeded', transactionId: `T-${payment.id}` }],
  });
  expect(order.history).toMatchObject([
    { from: 'pending', to: 'paid', fact: 'payment_received', by: 'callback:generic' },
  ]);
});

test('the newest payment is found by order number', async () => {
  const { orderNumber, payment } = await pending();
  const byNumber = notice(payment);
  const body = new URLSearchParams(byNumber.body);
  body.delete('payment_id');
  body.set('out_trade_no', orderNumber);
  expect(await app.deliver({ ...byNumber, body: body.toString() })).toMatchObject([{ outcome: 'applied' }]);
  expect(await app.order(orderNumber)).toMatchObject({ status: 'paid' });
});

test('a JSON body keeps the text of its numbers', async () => {
  const { orderNumber, payment } = await pending();
  const body = `{"payment_id":"${payment.id}","amount":5998.00,"status":"SUCCESS","transaction_id":42000000002025112800017}`;
  expect(await app.deliver({ ...notice(payment), contentType: 'application/json', body })).toMatchObject([
    { outcome: 'applied' },
  ]);
  expect((await app.order(orderNumber)).payments[0]!.transactionId).toBe('42000000002025112800017');
});

test('a duplicate success changes nothing, under the same or another signature (R96)', async () => {
  const { orderNumber, payment } = await pending();
  const first = notice(payment);
  const [answer] = await app.deliver(first);
  const again = await app.deliver({ ...first, id: crypto.randomUUID() }, notice(payment, { subject: 'again' }));
  // To the letter: a provider may compare answers as text.
  expect(JSON.stringify(again[0])).toBe(JSON.stringify(answer));
  expect(again[1]).toMatchObject({ outcome: 'repeated', payment: { status: 'succeeded' } });
  expect((await app.order(orderNumber)).history).toHaveLength(1);
});

test('two parallel successes pay once (R97)', async () => {
  const { orderNumber, payment } = await pending();
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, index) => app.deliver(notice(payment, { n: String(index) }))),
  );
  expect(outcomes.flat().filter((outcome) => outcome.outcome === 'applied')).toHaveLength(1);
  expect((await app.order(orderNumber)).history).toHaveLength(1);
});

test.each(['5997.99', '5998.01', '0.01', '59.98'])(
  'an amount of %s is not taken, changes nothing and is raised (R99)',
  async (amount) => {
    const { orderNumber, payment } = await pending();
    expect(await app.deliver(notice(payment, { amount }))).toMatchObject([{ outcome: 'amount_mismatch' }]);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'pending',
      payments: [{ status: 'init', paidAt: null }],
      exceptions: [{ kind: 'amount_mismatch' }],
    });
  },
);

test.each(['1e4', '-1', '5998.001', '', 'NaN'])('an unreadable amount "%s" is malformed', async (amount) => {
  const { orderNumber, payment } = await pending();
  expect(await app.deliver(notice(payment, { amount }))).toMatchObject([{ outcome: 'malformed' }]);
  expect((await app.order(orderNumber)).status).toBe('pending');
});

test.each(['whatever', 'WAIT', 'paid?'])('status "%s" never becomes success (R103)', async (status) => {
  const { orderNumber, payment } = await pending();
  expect(await app.deliver(notice(payment, { status }))).toMatchObject([{ outcome: 'malformed' }]);
  expect(await app.order(orderNumber)).toMatchObject({ status: 'pending', payments: [{ status: 'init' }] });
});

test.each([
  ['failed', 'failed', 'pending'],
  ['closed', 'cancelled', 'pending'],
  ['processing', 'processing', 'pending'],
  ['expired', 'expired', 'cancelled'],
])('status %s: payment %s, order %s', async (status, paymentStatus, orderStatus) => {
  const { orderNumber, payment } = await pending();
  await app.deliver(notice(payment, { status }));
  expect(await app.order(orderNumber)).toMatchObject({ status: orderStatus, payments: [{ status: paymentStatus }] });
});

describe('money that must go back', () => {
  test('a success after the payment ran out: expired, order not paid, refund opened, staff told (R98)', async () => {
    const { orderNumber, payableFen, payment } = await pending();
    app.later(PAYMENT_TIMEOUT_MS + 1);
    expect(await app.deliver(notice(payment))).toMatchObject([{ outcome: 'applied', payment: { status: 'expired' } }]);
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({
      status: 'pending',
      payments: [{ status: 'expired', transactionId: `T-${payment.id}` }],
      refunds: [{ amountFen: payableFen, cause: 'late_money', status: 'pending' }],
    });
    expect(order.payments[0]!.paidAt).not.toBeNull();
    expect(order.exceptions.map((exception) => exception.kind)).toEqual(['money_to_return']);
    expect(await app.deliver(notice(payment, { again: '1' }))).toMatchObject([{ outcome: 'repeated' }]);
    expect((await app.order(orderNumber)).refunds).toHaveLength(1);
  });

  test('exactly at its expiry it still counts', async () => {
    const { orderNumber, payment } = await pending();
    app.later(PAYMENT_TIMEOUT_MS);
    await app.deliver(notice(payment));
    expect((await app.order(orderNumber)).status).toBe('paid');
  });

  test('received in time but processed late counts as in time', async () => {
    const { orderNumber, payment } = await pending();
    const inTime = notice(payment);
    app.later(PAYMENT_TIMEOUT_MS * 2);
    await app.deliver(inTime);
    expect((await app.order(orderNumber)).status).toBe('paid');
  });

  test.each(['failed', 'closed'])(
    'a success after %s: payment succeeded, order not paid, refund opened',
    async (status) => {
      const { orderNumber, payableFen, payment } = await pending();
      await app.deliver(notice(payment, { status }));
      await app.deliver(notice(payment));
      expect(await app.order(orderNumber)).toMatchObject({
        status: 'pending',
        payments: [{ status: 'succeeded' }],
        refunds: [{ amountFen: payableFen }],
        exceptions: [{ kind: 'money_to_return' }],
      });
    },
  );

  test('a failure after a success is a conflict and takes nothing back', async () => {
    const { orderNumber, payment } = await pending();
    await app.deliver(notice(payment));
    expect(await app.deliver(notice(payment, { status: 'failed' }))).toMatchObject([{ outcome: 'conflict' }]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', payments: [{ status: 'succeeded' }] });
  });

  test('a second payment of a paid order succeeds and goes back (R101)', async () => {
    const { orderNumber, payableFen, payment } = await pending();
    const second = await app.openPayment(orderNumber, 'mock');
    await app.deliver(notice(payment), notice(second));
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({
      status: 'paid',
      payments: [{ status: 'succeeded' }, { status: 'succeeded' }],
      exceptions: [{ kind: 'money_to_return' }],
    });
    expect(order.refunds).toMatchObject([{ paymentId: second.id, amountFen: payableFen }]);
  });

  test('a second transaction for one payment goes back, the first stays', async () => {
    const { orderNumber, payableFen, payment } = await pending();
    await app.deliver(notice(payment), notice(payment, { transaction_id: 'T-second' }));
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({ status: 'paid', refunds: [{ amountFen: payableFen, cause: 'paid_twice' }] });
    expect(order.payments[0]!.transactionId).toBe(`T-${payment.id}`);
  });

  test('one transaction number cannot pay two orders', async () => {
    const first = await pending();
    const second = await pending();
    await app.deliver(notice(first.payment, { transaction_id: 'T-shared' }));
    expect(await app.deliver(notice(second.payment, { transaction_id: 'T-shared' }))).toMatchObject([
      { outcome: 'conflict' },
    ]);
    expect(await app.order(second.orderNumber)).toMatchObject({
      status: 'pending',
      exceptions: [{ kind: 'transaction_reused' }],
    });
  });
});

test('an unknown payment is kept as an orphan', async () => {
  const { payment } = await pending();
  expect(await app.deliver(notice({ ...payment, id: crypto.randomUUID() }))).toMatchObject([{ outcome: 'orphan' }]);
  expect(await app.deliver(notice({ ...payment, id: 'not-a-uuid' }))).toMatchObject([{ outcome: 'orphan' }]);
});

test('a payment is confirmed by its own provider only', async () => {
  const { orderNumber, payment } = await pending();
  expect(await app.deliver({ ...notice(payment), provider: 'mock', transportKey: `mock:${payment.id}` })).toMatchObject(
    [{ outcome: 'orphan' }],
  );
  expect((await app.order(orderNumber)).status).toBe('pending');
});
