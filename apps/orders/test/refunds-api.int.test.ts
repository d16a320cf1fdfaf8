import { afterAll, beforeAll, expect, test } from 'vitest';
import { payOutRefunds } from '../src/jobs/pay-out-refunds.ts';
import { ordersApi } from './_api.ts';
import { anOrder } from './_orders.ts';
import { paidOverHttp, scriptedProvider } from './_refunds.ts';

let api: Awaited<ReturnType<typeof ordersApi>>;
beforeAll(async () => {
  api = await ordersApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const payOut = (play: ReturnType<typeof scriptedProvider>) =>
  payOutRefunds({ ...api.context, providers: play.providers });

const paidOrder = () => paidOverHttp(api);

test('from the request over a failure and a retry to the money at the buyer, over HTTP', async () => {
  const orderNumber = await paidOrder();
  const operator = await api.signIn('operator');
  const asked = await api.mutate('order.requestRefund', { orderNumber, amountFen: 1_999, reason: '有划痕' }, operator);
  expect(asked).toMatchObject({
    status: 200,
    body: { result: { data: { status: 'refunding', refundableFen: 18_001, refunds: [{ amountFen: 1_999 }] } } },
  });
  const play = scriptedProvider(['refuse']);
  await payOut(play);

  const list = await api.query('refund.list', { orderNumber, status: 'failed' }, await api.signIn('viewer'));
  const [failed] = list.body.result.data.items;
  expect(failed).toMatchObject({ refundNo: `${orderNumber}-R1`, lastErrorEn: 'Not enough balance' });
  // Sending money again is the admin's.
  expect((await api.mutate('refund.retry', { id: failed.id }, operator)).status).toBe(403);
  expect(await api.mutate('refund.retry', { id: failed.id }, await api.signIn('admin'))).toMatchObject({
    status: 200,
    body: { result: { data: { status: 'failed', nextAttemptAt: expect.any(String) } } },
  });
  await payOut(play);
  expect(await api.query('order.get', { orderNumber }, operator)).toMatchObject({
    body: { result: { data: { status: 'refunded', refundedFen: 1_999 } } },
  });
  expect(play.sent).toHaveLength(2);
});

test('a payment and its refund are read whole, with their moves, nobody named in clear', async () => {
  const orderNumber = await paidOrder();
  const operator = await api.signIn('operator');
  const reason = `${anOrder().address.contactName} 13800001234 不想要了`;
  await api.mutate('order.requestRefund', { orderNumber, amountFen: 500, reason }, operator);
  const viewer = await api.signIn('viewer');
  const [listed] = (await api.query('payment.list', { orderNumber }, viewer)).body.result.data.items;

  const payment = (await api.query('payment.get', { id: listed.id }, viewer)).body.result.data;
  expect(payment).toMatchObject({
    ...listed,
    history: [{ machine: 'payment', subjectId: listed.id, to: 'succeeded', by: 'callback:generic' }],
    refunds: [{ amountFen: 500, status: 'pending', paymentId: listed.id }],
  });
  const [{ id }] = payment.refunds;
  await payOut(scriptedProvider(['refuse']));
  const refund = (await api.query('refund.get', { id }, viewer)).body.result.data;
  expect(refund).toMatchObject({
    id,
    orderNumber,
    status: 'failed',
    lastErrorEn: 'Not enough balance',
    history: [
      { machine: 'refund', subjectId: id, to: 'processing' },
      { machine: 'refund', subjectId: id, to: 'failed', noteEn: 'Not enough balance' },
    ],
  });
  for (const text of ['13800001234', anOrder().address.contactName])
    expect(JSON.stringify([payment, refund])).not.toContain(text);
});

test.each(['payment.get', 'refund.get'])('%s of something unknown says so in words', async (procedure) => {
  const answer = await api.query(procedure, { id: crypto.randomUUID() }, await api.signIn('viewer'));
  expect(answer).toMatchObject({ status: 404, body: { error: { data: { errorCode: 'NOT_FOUND' } } } });
});

test('a request is withdrawn over HTTP, and a second time refused in words', async () => {
  const orderNumber = await paidOrder();
  const operator = await api.signIn('operator');
  await api.mutate('order.requestRefund', { orderNumber, reason: 'x' }, operator);
  const withdraw = () => api.mutate('order.withdrawRefund', { orderNumber, reason: '买家又要了' }, operator);
  expect(await withdraw()).toMatchObject({ status: 200, body: { result: { data: { status: 'paid' } } } });
  expect(await withdraw()).toMatchObject({ body: { error: { data: { errorCode: 'INVALID_ORDER_STATUS' } } } });
});

let untouched: string | undefined;
let operator: { cookie: string } | undefined;
test.each([
  { amountFen: 0, reason: 'x' },
  { amountFen: -1, reason: 'x' },
  { amountFen: 0.5, reason: 'x' },
  { amountFen: '1', reason: 'x' },
  { amountFen: Number.MAX_SAFE_INTEGER + 1, reason: 'x' },
  { amountFen: 1, reason: ' ' },
  { amountFen: 1, reason: 'a\u0000b' },
  { amountFen: 1 },
  { amountFen: 1, reason: 'x', status: 'refunded' },
])('bad input %j is refused and changes nothing', async (input) => {
  const orderNumber = (untouched ??= await paidOrder());
  operator ??= await api.signIn('operator');
  const answer = await api.mutate('order.requestRefund', { orderNumber, ...input }, operator);
  expect(answer).toMatchObject({ status: 400, body: { error: { data: { errorCode: 'BAD_INPUT' } } } });
  expect(
    await api.rows(`select 1 from refunds r join orders o on o.id = r.order_id where order_number = ?`, [orderNumber]),
  ).toEqual([]);
});
