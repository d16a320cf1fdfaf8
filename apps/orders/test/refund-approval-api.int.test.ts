import { afterAll, beforeAll, expect, test } from 'vitest';
import { payOutRefunds } from '../src/jobs/pay-out-refunds.ts';
import { ordersApi } from './_api.ts';
import { paidOverHttp, scriptedProvider } from './_refunds.ts';

let api: Awaited<ReturnType<typeof ordersApi>>;
beforeAll(async () => {
  api = await ordersApi({ REFUND_TWO_PERSON_FROM_YUAN: '100.00' });
});
afterAll(() => api[Symbol.asyncDispose]());

const SIX_MINUTES = 6 * 60_000;

const paidOrder = () => paidOverHttp(api);

test('the setting holds a large refund until a second person, with the password just given, approves it', async () => {
  const orderNumber = await paidOrder();
  const operator = await api.signIn('operator');
  const asked = await api.mutate('order.requestRefund', { orderNumber, amountFen: 10_000, reason: '破损' }, operator);
  const [refund] = asked.body.result.data.refunds;
  expect(refund).toMatchObject({ requestedBy: 'staff:operator', approval: { awaited: true } });

  const play = scriptedProvider();
  const payOut = () => payOutRefunds({ ...api.context, providers: play.providers });
  await payOut();
  expect(play.sent).toHaveLength(0);

  const { id } = refund;
  const admin = await api.signIn('admin');
  const listed = await api.query('refund.list', { toApprove: true }, await api.signIn('viewer'));
  expect(listed.body.result.data.items).toMatchObject([{ id }]);
  expect(await api.mutate('refund.approve', { id }, operator)).toMatchObject({
    status: 403,
    body: { error: { data: { errorCode: 'NOT_ALLOWED' } } },
  });
  const { token } = (await api.mutate('token.create', { name: 'robot', scopes: ['refunds.request'] }, admin)).body
    .result.data;
  expect((await api.mutate('refund.approve', { id }, { authorization: `Bearer ${token}` })).status).toBe(403);

  api.later(SIX_MINUTES);
  expect(await api.mutate('refund.approve', { id }, admin)).toMatchObject({
    body: { error: { data: { errorCode: 'STEP_UP_REQUIRED' } } },
  });
  expect(await api.mutate('refund.approve', { id }, await api.signIn('admin'))).toMatchObject({
    status: 200,
    body: { result: { data: { approval: { awaited: false, approvedBy: 'staff:admin' } } } },
  });
  await payOut();
  expect(play.sent).toMatchObject([{ refundNo: `${orderNumber}-R1` }]);
});

test('a cancel and its decline over HTTP: the money of a cancelled order waits, and cannot be kept', async () => {
  const orderNumber = await paidOrder();
  const operator = await api.signIn('operator');
  const cancelled = await api.mutate('order.cancel', { orderNumber, reason: '不要了' }, operator);
  const [{ id, approval }] = cancelled.body.result.data.refunds;
  expect(approval).toMatchObject({ awaited: true, approve: { allowed: false }, decline: { allowed: false } });
  expect(await api.mutate('refund.decline', { id, reason: 'x' }, await api.signIn('admin'))).toMatchObject({
    body: { error: { data: { errorCode: 'REFUSED' } } },
  });
});
