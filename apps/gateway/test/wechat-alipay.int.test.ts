import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { alipayCallbackText } from '@orderbridge/contracts/alipay';
import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { PAYMENT_CALLBACK_PREFIXES, REFUND_CALLBACK_PREFIXES } from '@orderbridge/contracts/payment-callback';
import { wechatSigningText } from '@orderbridge/contracts/wechat-pay';
import { type TestNats, testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { call } from '@orderbridge/service-kit/nats-calls';
import { fakeOrders, FORM, paymentBody, paymentSignature, startGateway } from './gateway-under-test.ts';

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const [wechatKey, formerWechatKey, alipayKey] = [rsa(), rsa(), rsa()] as const;
const pem = ({ publicKey }: ReturnType<typeof rsa>) => publicKey.export({ type: 'spki', format: 'pem' }).toString();
const PATHS = [
  ...PAYMENT_CALLBACK_PREFIXES.map((prefix) => [prefix, 'payment'] as const),
  ...REFUND_CALLBACK_PREFIXES.map((prefix) => [prefix, 'refund'] as const),
].flatMap(([prefix, topic]) => ['', '/'].map((slash) => ({ prefix, slash, topic })));

let nats: TestNats;
let decide: (envelope: CallbackEnvelope) => Partial<CallbackOutcome> | undefined = () => ({});
let orders: Awaited<ReturnType<typeof fakeOrders>>;
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  nats = await testNats();
  orders = await fakeOrders(nats.url, (envelope) => decide(envelope));
  gateway = await startGateway({
    natsUrl: nats.url,
    env: {
      CALLBACK_WAIT_MS: '700',
      CALLBACK_FAILURES_PER_MINUTE: '25',
      WECHAT_PAY_PUBLIC_KEYS: `PUB_KEY_ID_1=${pem(wechatKey)};5157F09EFDC096DE=${pem(formerWechatKey)}`,
      ALIPAY_PUBLIC_KEY: pem(alipayKey),
    },
  });
  await gateway.connected();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await orders[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

const notification = (id: string = randomUUID(), eventType = 'TRANSACTION.SUCCESS') =>
  JSON.stringify({ id, event_type: eventType, summary: '支付成功', resource: { ciphertext: 'AAAA', nonce: 'n' } });

function wechatHeaders(
  body: string,
  { key = wechatKey, serial = 'PUB_KEY_ID_1', ageSeconds = 0, signature = '' } = {},
): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - ageSeconds);
  const nonce = randomUUID();
  const made = sign('sha256', Buffer.from(wechatSigningText({ timestamp, nonce, body })), key.privateKey);
  return {
    'content-type': 'application/json; charset=utf-8',
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': serial,
    'Wechatpay-Signature': signature || made.toString('base64'),
  };
}

function alipayBody(change: Record<string, string> = {}): string {
  const fields = {
    notify_id: randomUUID(),
    app_id: '2021000000000001',
    trade_status: 'TRADE_SUCCESS',
    subject: '海尔冰箱 + 安装',
    sign_type: 'RSA2',
    charset: 'utf-8',
    ...change,
  };
  const made = sign('sha256', Buffer.from(alipayCallbackText(fields)), alipayKey.privateKey).toString('base64');
  return new URLSearchParams({ ...fields, sign: made }).toString();
}

const read = async (response: Response) => [response.status, await response.json()];
const WECHAT = '/api/payments/callback/wechat/';
const ALIPAY = '/api/payments/callback/alipay/';

test.each(PATHS)('$prefix/wechat$slash takes a notification about a $topic', async ({ prefix, slash, topic }) => {
  decide = () => ({ payment: { id: 'p-1' } });
  const body = notification('EV-7', topic === 'refund' ? 'REFUND.SUCCESS' : undefined);
  const path = `${prefix}/wechat${slash}`;
  const response = await gateway.post(path, body, wechatHeaders(body));
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await read(response)).toEqual([
    200,
    { code: 'SUCCESS', message: '成功', ...(topic === 'payment' ? { payment_id: 'p-1' } : {}) },
  ]);
  expect(orders.taken.at(-1)).toMatchObject({
    provider: 'wechat',
    transportKey: 'wechat:EV-7',
    topic,
    path,
    body,
    late: false,
    secret: 'current',
  });
});

test.each(PATHS)('$prefix/alipay$slash takes a notice and answers one word', async ({ prefix, slash, topic }) => {
  decide = () => ({ outcome: 'amount_mismatch', problem: 'amount_mismatch' });
  const body = alipayBody({ notify_id: 'n-7' });
  const response = await gateway.post(`${prefix}/alipay${slash}`, body, { 'content-type': FORM });
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'success',
  ]);
  expect(orders.taken.at(-1)).toMatchObject({ provider: 'alipay', transportKey: 'alipay:n-7', topic, body });
});

test.each(PATHS)('$prefix/generic$slash takes an HMAC callback about a $topic', async ({ prefix, slash, topic }) => {
  decide = () => ({ outcome: 'orphan', problem: 'not_found' });
  const fields = { out_refund_no: '1-R1', refund_status: 'success', refund_amount: '1.00', refund_id: randomUUID() };
  const body =
    topic === 'payment'
      ? paymentBody({ transaction_id: randomUUID() })
      : new URLSearchParams({ ...fields, sign: paymentSignature(fields) }).toString();
  expect(await read(await gateway.post(`${prefix}/generic${slash}`, body))).toEqual([
    404,
    { detail: `${topic} not found` },
  ]);
  expect(orders.taken.at(-1)).toMatchObject({ provider: 'generic', topic });
});

test('a retry of WeChat is signed anew and has the same key and the same answer', async () => {
  decide = () => ({ outcome: 'malformed', problem: 'order_mismatch' });
  const body = notification('EV-8');
  const first = await gateway.post(WECHAT, body, wechatHeaders(body));
  const text = await first.text();
  expect([first.status, JSON.parse(text)]).toEqual([400, { code: 'FAIL', message: '订单号不匹配' }]);
  expect(await (await gateway.post(WECHAT, body, wechatHeaders(body))).text()).toBe(text);
  const [one, other] = orders.taken.slice(-2);
  expect([one!.transportKey, other!.transportKey]).toEqual(['wechat:EV-8', 'wechat:EV-8']);
});

test('the previous key of WeChat is taken during a rotation', async () => {
  decide = () => ({});
  const body = notification();
  const headers = wechatHeaders(body, { key: formerWechatKey, serial: '5157f09efdc096de' });
  expect((await gateway.post(WECHAT, body, headers)).status).toBe(200);
  expect(orders.taken.at(-1)).toMatchObject({ secret: 'previous' });
});

test('kept but undecided is a success to both', async () => {
  decide = () => undefined;
  const body = notification();
  expect(await read(await gateway.post(WECHAT, body, wechatHeaders(body)))).toEqual([
    200,
    { code: 'SUCCESS', message: '成功' },
  ]);
  expect(await (await gateway.post(ALIPAY, alipayBody())).text()).toBe('success');
});

test('nothing forged, old or unreadable reaches the stream, and each is told why in the sender\u2019s form', async () => {
  const before = orders.taken.length;
  const body = notification();
  const cases: [string, Record<string, string>, number, string][] = [
    [body, wechatHeaders(body, { key: alipayKey }), 400, '回调签名验证失败'],
    [body, wechatHeaders(body, { serial: 'PUB_KEY_ID_2' }), 400, '回调签名验证失败'],
    [body, wechatHeaders(body, { ageSeconds: 310 }), 400, '回调签名验证失败'],
    [body, wechatHeaders(body, { ageSeconds: -310 }), 400, '回调签名验证失败'],
    [`${body} `, wechatHeaders(body), 400, '回调签名验证失败'],
    [body, { 'content-type': 'application/json' }, 400, '回调签名验证失败'],
    ['', wechatHeaders(''), 400, '回调体为空'],
    ['{', wechatHeaders('{'), 400, '回调内容不是有效的JSON'],
    ['x'.repeat(70_000), wechatHeaders('x'), 413, '请求体过大'],
  ];
  for (const [sent, headers, status, message] of cases)
    expect(await read(await gateway.post(WECHAT, sent, headers))).toEqual([status, { code: 'FAIL', message }]);
  for (const sent of [`${alipayBody()}&x=1`, alipayBody().replace('TRADE_SUCCESS', 'TRADE_CLOSED'), '']) {
    const response = await gateway.post(ALIPAY, sent);
    expect([response.status, await response.text()]).toEqual([400, 'failure']);
  }
  expect((await fetch(gateway.url + ALIPAY)).status).toBe(405);
  expect(orders.taken).toHaveLength(before);
});

test('a probe fails cleanly, alarms nobody, leaves failures their room, and is bounded itself', async () => {
  const warnings = gateway.logged('callback refused').length;
  const failures = async () =>
    gateway.metric('callback_requests_total', { provider: 'wechat', result: 'bad_signature' });
  const failed = await failures();
  const probe = () => {
    const body = notification();
    return gateway.post(WECHAT, body, wechatHeaders(body, { signature: 'WECHATPAY/SIGNTEST/MD4YQ' }));
  };
  expect(await read(await probe())).toEqual([400, { code: 'FAIL', message: '回调签名验证失败' }]);
  expect(gateway.logged('signature probe refused').at(-1)).toMatchObject({ level: 'info', provider: 'wechat' });
  expect(gateway.logged('callback refused')).toHaveLength(warnings);
  expect(await failures()).toBe(failed);

  const statuses = [];
  for (let n = 0; n < 40; n += 1) statuses.push((await probe()).status);
  expect(statuses.at(-1)).toBe(429);
  // A genuine one passes all the same.
  decide = () => ({});
  const body = notification();
  expect((await gateway.post(WECHAT, body, wechatHeaders(body))).status).toBe(200);
});

test('the headers that sign are kept, no others, and explain the signature over NATS', async () => {
  const body = notification();
  const headers = wechatHeaders(body);
  await gateway.post('/api/payments/callback/wechat', body, { ...headers, 'x-secret': 'not to be kept' });
  const envelope = orders.taken.at(-1)!;
  expect(envelope.signatureHeaders).toEqual({
    'wechatpay-signature': headers['Wechatpay-Signature'],
    'wechatpay-timestamp': headers['Wechatpay-Timestamp'],
    'wechatpay-nonce': headers['Wechatpay-Nonce'],
    'wechatpay-serial': 'PUB_KEY_ID_1',
  });
  const { connection } = gateway.ctx.broker.session!.js;
  const explained = (change: { body?: string } = {}) =>
    call(
      connection,
      internalCalls.explainSignature,
      {
        provider: 'wechat',
        path: envelope.path,
        contentType: envelope.contentType,
        body,
        truncated: false,
        signatureHeaders: envelope.signatureHeaders!,
        receivedAt: envelope.receivedAt,
        ...change,
      },
      2_000,
    );
  expect(await explained()).toMatchObject({ matches: true, variantsTried: [] });
  expect(await explained({ body: `${body}\n` })).toMatchObject({
    matches: false,
    variantsTried: expect.arrayContaining([{ name: 'body_newline', matches: true }]),
  });
  await gateway.post('/api/payments/callback/generic', paymentBody());
  expect(orders.taken.at(-1)).not.toHaveProperty('signatureHeaders');
});
