import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMockUpstreams } from './app.ts';

const SECRET = 'test-payment-secret';
let stack: AsyncDisposableStack;
let told: { path: string; fields: Record<string, string> }[];
let gatewayUrl: string;
let arrived: () => void;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  told = [];
  arrived = () => undefined;
  const gateway = createServer(async (request, response) => {
    told.push({ path: request.url!, fields: Object.fromEntries(new URLSearchParams(await text(request))) });
    response.end('{}');
    arrived();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => gateway.once('listening', resolve));
  stack.defer(() => {
    gateway.closeAllConnections();
    gateway.close();
  });
  gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterEach(() => stack.disposeAsync());

const play = (more: { refundsFinishAfterMs?: number } = {}) =>
  createMockUpstreams({
    config: {
      host: '127.0.0.1',
      port: 0,
      gatewayUrl,
      haier: { appKey: 'key', secret: 'secret' },
      payment: { secret: SECRET },
      ...more,
    },
    now: () => new Date('2026-11-21T08:00:00.000Z'),
    log: () => undefined,
  });
type App = ReturnType<typeof play>;

const post = async (app: App, path: string, body: object) => {
  const answer = await app.request(path, { method: 'POST', body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Record<string, any> };
};
const signed = (fields: Record<string, string>) => ({
  ...fields,
  sign: createHmac('sha256', SECRET).update(paymentSigningText(fields)).digest('hex'),
});
const refund = signed({
  out_refund_no: '1-R1',
  out_trade_no: '1-P1',
  refund_amount: '1.00',
  amount: '2.00',
  nonce: 'n',
});

test('what the buyer pays is told as a signed callback, as often as asked, in the words that were asked for', async () => {
  const app = play();
  const paid = { provider: 'generic', outTradeNo: '1-P1', amountFen: 299_900, statusText: 'mystery', copies: 3 };

  const { body } = await post(app, '/_control/payments/pay', paid);

  expect(body).toMatchObject({ payment: { state: 'succeeded', paidFen: 299_900 }, answers: [{}, {}, {}] });
  expect(told).toHaveLength(3);
  const { signature, ...fields } = told[0]!.fields;
  expect(told[0]!.path).toBe('/api/payments/callback/generic/');
  expect(fields).toEqual({
    out_trade_no: '1-P1',
    status: 'mystery',
    amount: '2999.00',
    transaction_id: body['payment'].transactionId,
  });
  expect(signed(fields).sign).toBe(signature);
});

test('money that comes twice has two transactions, the same money told again has one', async () => {
  const app = play();
  const pay = async (more: object = {}) =>
    (await post(app, '/_control/payments/pay', { provider: 'mock', outTradeNo: '1-P1', amountFen: 1, ...more })).body[
      'payment'
    ].transactionId as string;

  const first = await pay();
  expect(await pay()).toBe(first);
  expect(await pay({ transactionId: 'T-2' })).toBe('T-2');
});

test('without being told otherwise a refund waits for the control, and is then told', async () => {
  const app = play();
  expect((await post(app, '/generic-pay/refunds', refund)).body).toMatchObject({ refund_status: 'processing' });

  const { body } = await post(app, '/_control/refunds/finish', {
    provider: 'generic',
    refundNo: '1-R1',
    status: 'failed',
  });

  expect(body).toMatchObject({ refund: { status: 'failed' }, answers: [{ status: 200 }] });
  expect(told).toMatchObject([
    {
      path: '/api/payments/refund-callback/generic/',
      fields: { out_refund_no: '1-R1', refund_status: 'failed', refund_amount: '1.00' },
    },
  ]);
});

test('a bank that takes a while tells by itself', async () => {
  const app = play({ refundsFinishAfterMs: 1 });
  const once = new Promise<void>((resolve) => {
    arrived = resolve;
  });

  await post(app, '/mock-pay/refunds', refund);
  await once;

  expect(told).toMatchObject([{ fields: { out_refund_no: '1-R1', refund_status: 'success' } }]);
});

test('an unsigned request is not answered', async () => {
  expect(await post(play(), '/generic-pay/query', { out_trade_no: '1-P1', nonce: 'n' })).toMatchObject({ status: 403 });
});

test('what is asked of the played providers is recorded, and a reset forgets it with everything else', async () => {
  const app = play();
  await post(app, '/generic-pay/refunds', refund);
  const requests = async () => ((await (await app.request('/_control/requests')).json()) as { items: object[] }).items;
  const payments = async () => (await (await app.request('/_control/payments')).json()) as { items: object[] };

  expect(await requests()).toMatchObject([{ method: 'POST', path: '/generic-pay/refunds' }]);
  expect((await payments()).items[0]).toMatchObject({ provider: 'generic', refunds: [{ refundNo: '1-R1' }] });
  await post(app, '/_control/reset', {});
  expect(await requests()).toEqual([]);
  expect((await payments()).items[0]).toEqual({ provider: 'generic', payments: [], refunds: [] });
});

test.each([
  ['payments/pay', { provider: 'wechat', outTradeNo: '1-P1' }, 404],
  ['payments/pay', { provider: 'generic', outTradeNo: '1-P1' }, 404],
  ['payments/pay', { provider: 'fax', outTradeNo: '1-P1' }, 400],
  ['payments/pay', { provider: 'generic', outTradeNo: '1-P1', amountFen: -1 }, 400],
  ['payments/pay', { provider: 'generic', outTradeNo: '1-P1', amountFen: 1, colour: 'red' }, 400],
  ['refunds/finish', { provider: 'generic', refundNo: 'R' }, 404],
  ['refunds/finish', { provider: 'alipay', refundNo: 'R' }, 404],
  ['refunds/finish', { provider: 'generic' }, 400],
])('%s with %j is refused with %i and its field', async (path, body, status) => {
  expect(await post(play(), `/_control/${path}`, body)).toEqual({
    status,
    body: { error: 'bad_input', fields: [expect.objectContaining({ message: expect.any(String) })] },
  });
  expect(told).toEqual([]);
});
