import { createDecipheriv, sign, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { alipayCallbackText, alipayRequestText } from '@orderbridge/contracts/alipay';
import { wechatSigningText } from '@orderbridge/contracts/wechat-pay';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PaymentProvider } from '../src/payments/providers/provider.ts';
import {
  API_V3_KEY,
  aPayment,
  aRefund,
  clientsFor,
  KEYS,
  PLATFORM_SERIAL,
  playedProviders,
  servedBy,
} from './_payment-providers.ts';

let played: Awaited<ReturnType<typeof playedProviders>>;
let clients: ReturnType<typeof clientsFor>;
beforeAll(async () => {
  played = await playedProviders();
  clients = clientsFor(played.url);
});
afterAll(async () => {
  await clients.close();
  await played[Symbol.asyncDispose]();
});

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

/** Clients against a server that answers what a test wants. */
async function clientsOf(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  options: Parameters<typeof clientsFor>[1] = {},
) {
  const built = clientsFor(await servedBy(stack, listener), options);
  stack.defer(() => built.close());
  return built;
}

const pay = (provider: string, payment: ReturnType<typeof aPayment>, more: object = {}) =>
  played.control('payments/pay', {
    provider,
    outTradeNo: payment.providerOrderNo,
    amountFen: payment.amountFen,
    paymentId: payment.paymentId,
    ...more,
  });

const REACHED = ['wechat', 'alipay', 'generic', 'mock'] as const;

describe.each(REACHED)('%s', (name) => {
  const client = () => clients.client(name);
  const opened = async (overrides: Parameters<typeof aPayment>[0] = {}) => {
    const payment = aPayment(overrides);
    expect(await client().prepay(payment)).toMatchObject({ outcome: 'answered' });
    return payment;
  };

  test('a payment it has not heard of is not found', async () => {
    expect(await clients.client(name).query(aPayment())).toEqual({ outcome: 'answered', value: 'not_found' });
  });

  test('a paid payment is told with amount, transaction and our own numbers', async () => {
    const payment = await opened();
    const report = await pay(name, payment, { notify: false });

    expect(await client().query(payment)).toMatchObject({
      outcome: 'answered',
      value: {
        paymentId: payment.paymentId,
        orderNumber: payment.orderNumber,
        providerOrderNo: payment.providerOrderNo,
        news: 'succeeded',
        amountFen: 299_900,
        transactionId: report.payment!.transactionId,
      },
    });
  });

  test('a status that no table has is unknown', async () => {
    const payment = await opened();
    await pay(name, payment, { statusText: 'SOMETHING_NEW', notify: false });

    expect(await client().query(payment)).toMatchObject({ value: { news: 'unknown', statusText: 'SOMETHING_NEW' } });
  });

  test('closing an unpaid payment twice is closing it, and then it is cancelled there', async () => {
    const payment = await opened();
    // At Alipay the trade comes into being with the buyer; at WeChat one who is typing keeps it from being closed.
    await pay(name, payment, { state: name === 'wechat' ? 'failed' : 'processing', notify: false });

    expect(await client().close(payment)).toEqual({ outcome: 'answered', value: 'closed' });
    expect(await client().close(payment)).toEqual({ outcome: 'answered', value: 'closed' });
    expect(await client().query(payment)).toMatchObject({ value: { news: 'cancelled' } });
  });

  test('a payment it never heard of can be closed', async () => {
    expect(await client().close(aPayment())).toEqual({ outcome: 'answered', value: 'closed' });
  });

  test('a paid payment cannot be closed', async () => {
    const payment = await opened();
    await pay(name, payment, { notify: false });

    expect(await client().close(payment)).toMatchObject({ outcome: 'refused', code: expect.any(String) });
    expect(await client().query(payment)).toMatchObject({ value: { news: 'succeeded' } });
  });

  test('a refund repeated under its number pays out once', async () => {
    const payment = await opened();
    await pay(name, payment, { notify: false });
    const refund = aRefund(payment);

    const answers = [await client().refund(refund), await client().refund(refund), await client().refund(refund)];
    await played.control('refunds/finish', { provider: name, refundNo: refund.refundNo, notify: false });

    for (const answer of answers)
      expect(answer).toMatchObject({ outcome: 'answered', value: { refundNo: refund.refundNo } });
    expect(await client().queryRefund(refund)).toMatchObject({
      outcome: 'answered',
      value: { refundNo: refund.refundNo, news: 'succeeded', amountFen: 100_000 },
    });
    const { items } = await played.control<{ items: { provider: string; refunds: { outTradeNo: string }[] }[] }>(
      'payments',
    );
    const refunds = items.find((item) => item.provider === name)!.refunds;
    expect(refunds.filter(({ outTradeNo }) => outTradeNo === payment.providerOrderNo)).toHaveLength(1);
  });

  test('more than was paid is refused, with the words of the provider', async () => {
    const payment = await opened();
    await pay(name, payment, { notify: false });

    const answer = await client().refund(aRefund(payment, { amountFen: payment.amountFen + 1 }));

    expect(answer).toMatchObject({
      outcome: 'refused',
      code: expect.stringMatching(/^[A-Z._]+$/),
      reason: { zh: expect.stringContaining('拒绝'), en: expect.stringContaining('refused') },
    });
  });

  test('a refund it has not heard of is not found', async () => {
    const payment = await opened();
    await pay(name, payment, { notify: false });

    expect(await client().queryRefund(aRefund(payment))).toEqual({ outcome: 'answered', value: 'not_found' });
  });

  test('where nobody listens nothing was sent', async () => {
    const away = clientsFor(`http://127.0.0.1:${await freePort()}`);
    stack.defer(() => away.close());
    const provider = away.client(name);
    const payment = aPayment();

    for (const answer of [
      await provider.query(payment),
      await provider.close(payment),
      await provider.refund(aRefund(payment)),
      await provider.queryRefund(aRefund(payment)),
    ])
      expect(answer).toMatchObject({ outcome: 'not_sent', reason: { en: expect.stringContaining('ECONNREFUSED') } });
  });

  test('a limit is not sent, and says when to come back', async () => {
    const { client } = await clientsOf((_request, response) => response.writeHead(429, { 'retry-after': '7' }).end());

    expect(await client(name).refund(aRefund(aPayment()))).toMatchObject({ outcome: 'not_sent', retryAfterMs: 7_000 });
  });

  test.each([500, 502, 503, 302])('HTTP %i leaves open what became of the call', async (status) => {
    const { client } = await clientsOf((_request, response) =>
      response.writeHead(status, { location: played.url }).end('{"code":"PARAM_ERROR","message":"no"}'),
    );

    expect(await client(name).refund(aRefund(aPayment()))).toMatchObject({ outcome: 'uncertain' });
  });

  test('silence is uncertain once the time is over', async () => {
    const { client } = await clientsOf(() => undefined, { timeoutMs: 200 });

    expect(await client(name).refund(aRefund(aPayment()))).toMatchObject({
      outcome: 'uncertain',
      reason: { en: expect.stringContaining('timeout') },
    });
  });

  test.each([
    ['no JSON', 'surprise'],
    ['nothing', ''],
    ['an array', '[]'],
    ['half an object', '{"code":"10000"'],
    ['null', 'null'],
    ['other fields', '{"a":"b"}'],
  ])('%s in place of an answer is uncertain', async (_what, body) => {
    const { client } = await clientsOf((_request, response) => response.end(body));
    const refund = aRefund(aPayment());

    expect(await client(name).refund(refund)).toMatchObject({ outcome: 'uncertain' });
    expect(await client(name).queryRefund(refund)).toMatchObject({ outcome: 'uncertain' });
  });

  test('an answer that was changed on its way is uncertain', async () => {
    const payment = await opened();
    await pay(name, payment, { notify: false });
    const { client } = await clientsOf(async (request, response) => {
      const answer = await forward(request);
      const body = answer.body.replace('299900', '1').replace('2999.00', '0.01');
      expect(body).not.toBe(answer.body);
      response.writeHead(answer.status, answer.headers).end(body);
    });

    expect(await client(name).query(payment)).toMatchObject({ outcome: 'uncertain' });
  });

  test('an answer about something else, replayed, is not taken for ours', async () => {
    const [one, other] = [await opened(), await opened()];
    await pay(name, one, { notify: false });
    await pay(name, other, { notify: false });
    let kept: Awaited<ReturnType<typeof forward>> | undefined;
    const { client } = await clientsOf(async (request, response) => {
      kept ??= await forward(request);
      response.writeHead(kept.status, kept.headers).end(kept.body);
    });

    expect(await client(name).query(one)).toMatchObject({ outcome: 'answered' });
    expect(await client(name).query(other)).toMatchObject({ outcome: 'uncertain' });
  });
});

/** Passes a request on to mock-upstreams as it came. */
async function forward(request: IncomingMessage) {
  const body = request.method === 'POST' ? await text(request) : undefined;
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answer = await fetch(`${played.url}${request.url}`, {
    method: request.method!,
    headers: headers as Record<string, string>,
    ...(body === undefined ? {} : { body }),
  });
  const {
    'content-length': _answerLength,
    'transfer-encoding': _encoding,
    ...answerHeaders
  } = Object.fromEntries(answer.headers);
  return { status: answer.status, headers: answerHeaders, body: await answer.text() };
}

describe('WeChat Pay', () => {
  const wechat = () => clients.client('wechat');

  test('a payment inside WeChat gets arguments signed with our key', async () => {
    const answer = await wechat().prepay(aPayment({ payerOpenId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }));

    if (answer.outcome !== 'answered' || answer.value?.kind !== 'wechat_jsapi') throw new Error('no checkout');
    const { appId, timeStamp, nonceStr, package: prepay, paySign } = answer.value.params;
    expect(prepay).toMatch(/^prepay_id=wx/);
    const signed = `${appId}\n${timeStamp}\n${nonceStr}\n${prepay}\n`;
    expect(verify('sha256', Buffer.from(signed), KEYS.wechatMerchant.publicKey, Buffer.from(paySign, 'base64'))).toBe(
      true,
    );
  });

  test('elsewhere it gets a QR code, and asking again is harmless', async () => {
    const payment = aPayment();

    for (const answer of [await wechat().prepay(payment), await wechat().prepay(payment)])
      expect(answer).toEqual({
        outcome: 'answered',
        value: { kind: 'wechat_native', codeUrl: expect.stringMatching(/^weixin:/) },
      });
  });

  test('other terms under the same number are refused', async () => {
    const payment = aPayment();
    await wechat().prepay(payment);

    expect(await wechat().prepay({ ...payment, amountFen: 1 })).toMatchObject({
      outcome: 'refused',
      code: 'INVALID_REQUEST',
      reason: { zh: expect.stringContaining('参数与首次请求时不一致') },
    });
  });

  test('opening what is paid already is no refusal: its callback is on the way', async () => {
    const payment = aPayment();
    await wechat().prepay(payment);
    await pay('wechat', payment, { notify: false });

    expect(await wechat().prepay(payment)).toMatchObject({ outcome: 'uncertain' });
  });

  test('a buyer who is just paying keeps the close open', async () => {
    const payment = aPayment();
    await wechat().prepay(payment);
    await pay('wechat', payment, { state: 'processing', notify: false });

    expect(await wechat().close(payment)).toMatchObject({ outcome: 'uncertain' });
  });

  test('notifications are signed and sealed as WeChat does it', async () => {
    const payment = aPayment();
    await wechat().prepay(payment);
    played.told.length = 0;
    await pay('wechat', payment);
    const refund = aRefund(payment);
    await wechat().refund(refund);
    await played.control('refunds/finish', { provider: 'wechat', refundNo: refund.refundNo });

    expect(played.told.map(({ path }) => path)).toEqual([
      '/api/payments/callback/wechat/',
      '/api/payments/refund-callback/wechat/',
    ]);
    const opened = played.told.map(({ headers, body }) => {
      const text = wechatSigningText({
        timestamp: String(headers['wechatpay-timestamp']),
        nonce: String(headers['wechatpay-nonce']),
        body,
      });
      const signature = Buffer.from(String(headers['wechatpay-signature']), 'base64');
      expect(verify('sha256', Buffer.from(text), KEYS.wechatPlatform.publicKey, signature)).toBe(true);
      return opensTo(JSON.parse(body).resource);
    });
    expect(opened[0]).toMatchObject({
      mchid: '1900000001',
      appid: 'wx-app',
      out_trade_no: payment.providerOrderNo,
      trade_state: 'SUCCESS',
      attach: JSON.stringify({ payment_id: payment.paymentId }),
      amount: { total: 299_900 },
    });
    expect(opened[1]).toMatchObject({
      mchid: '1900000001',
      out_refund_no: refund.refundNo,
      refund_status: 'SUCCESS',
      amount: { refund: 100_000 },
    });
  });

  test('a request signed with another key is refused by the other side', async () => {
    const env = { WECHAT_PAY_PRIVATE_KEY: pemOf(KEYS.alipayMerchant.privateKey) };
    const stranger = clientsFor(played.url, { env });
    stack.defer(() => stranger.close());

    expect(await stranger.client('wechat').query(aPayment())).toMatchObject({ outcome: 'refused', code: 'SIGN_ERROR' });
  });

  test.each([
    ['another serial', { 'Wechatpay-Serial': 'PUB_KEY_ID_OTHER' }],
    ['no serial', { 'Wechatpay-Serial': '' }],
    ['a time too long ago', { 'Wechatpay-Timestamp': '1700000000' }],
    ['a probing signature', { 'Wechatpay-Signature': 'WECHATPAY/SIGNTEST/abc' }],
  ])('an answer with %s does not count', async (_what, changed) => {
    const { client } = await clientsOf((_request, response) =>
      response
        .writeHead(200, { ...signedHeaders('{"code_url":"weixin://x"}'), ...changed })
        .end('{"code_url":"weixin://x"}'),
    );

    expect(await client('wechat').prepay(aPayment())).toMatchObject({ outcome: 'uncertain' });
  });

  test('an answer signed right counts, whatever the case of the serial', async () => {
    const { client } = await clientsOf((_request, response) => {
      const headers = signedHeaders('{"code_url":"weixin://x"}');
      response.writeHead(200, { ...headers, 'Wechatpay-Serial': PLATFORM_SERIAL.toLowerCase() });
      response.end('{"code_url":"weixin://x"}');
    });

    expect(await client('wechat').prepay(aPayment())).toMatchObject({ outcome: 'answered' });
  });

  test.each([
    [400, 'PARAM_ERROR', 'refused'],
    [403, 'NO_AUTH', 'refused'],
    [403, 'NOT_ENOUGH', 'refused'],
    [400, 'SYSTEM_ERROR', 'uncertain'],
    [403, 'FREQUENCY_LIMITED', 'not_sent'],
  ])('HTTP %i with %s is %s', async (status, code, outcome) => {
    const { client } = await clientsOf((_request, response) =>
      response.writeHead(status).end(JSON.stringify({ code, message: 'because' })),
    );

    expect(await client('wechat').refund(aRefund(aPayment()))).toMatchObject({ outcome });
  });
});

describe('Alipay', () => {
  const alipay = () => clients.client('alipay');

  test('the page is an address signed with our key, and nothing is sent', async () => {
    const away = clientsFor(`http://127.0.0.1:${await freePort()}`, { now: () => new Date('2026-11-21T08:00:00Z') });
    stack.defer(() => away.close());
    const payment = aPayment({ expiresAt: new Date('2026-11-21T08:30:00Z') });
    const answer = await away.client('alipay').prepay(payment);

    if (answer.outcome !== 'answered' || answer.value?.kind !== 'alipay_page') throw new Error('no checkout');
    const fields = Object.fromEntries(new URL(answer.value.url).searchParams);
    expect(fields).toMatchObject({
      method: 'alipay.trade.page.pay',
      app_id: '2021000000000001',
      timestamp: '2026-11-21 16:00:00',
      notify_url: 'https://shop.example/api/payments/callback/alipay/',
      return_url: 'https://shop.example/paid',
    });
    expect(JSON.parse(fields['biz_content']!)).toEqual({
      out_trade_no: payment.providerOrderNo,
      product_code: 'FAST_INSTANT_TRADE_PAY',
      total_amount: '2999.00',
      subject: payment.description,
      time_expire: '2026-11-21 16:30:00',
    });
    const signature = Buffer.from(fields['sign']!, 'base64');
    const signed = Buffer.from(alipayRequestText(fields));
    expect(verify('sha256', signed, KEYS.alipayMerchant.publicKey, signature)).toBe(true);
  });

  test('a buyer who opens the page makes the trade', async () => {
    const payment = aPayment();
    const answer = await alipay().prepay(payment);
    if (answer.outcome !== 'answered' || answer.value?.kind !== 'alipay_page') throw new Error('no checkout');
    expect((await fetch(answer.value.url)).status).toBe(200);

    expect(await alipay().query(payment)).toMatchObject({ value: { news: 'processing', amountFen: 299_900 } });
  });

  test('a first refund moves money, a repeated one is looked up', async () => {
    const payment = aPayment();
    await pay('alipay', payment, { notify: false });
    const refund = aRefund(payment);

    expect(await alipay().refund(refund)).toMatchObject({ value: { news: 'succeeded', refundedSoFarFen: 100_000 } });
    expect(await alipay().refund(refund)).toMatchObject({ value: { news: 'succeeded', amountFen: 100_000 } });
    const asked = (await played.control<{ items: { path: string }[] }>('requests')).items;
    expect(asked.at(-1)?.path).toContain('alipay.trade.fastpay.refund.query');
  });

  test('notifications are signed forms', async () => {
    const payment = aPayment();
    played.told.length = 0;
    await pay('alipay', payment);

    const [notification] = played.told;
    expect(notification?.path).toBe('/api/payments/callback/alipay/');
    const fields = Object.fromEntries(new URLSearchParams(notification!.body));
    expect(fields).toMatchObject({
      app_id: '2021000000000001',
      seller_id: '2088000000000001',
      out_trade_no: payment.providerOrderNo,
      trade_status: 'TRADE_SUCCESS',
      total_amount: '2999.00',
    });
    const signature = Buffer.from(fields['sign']!, 'base64');
    const signed = Buffer.from(alipayCallbackText(fields));
    expect(verify('sha256', signed, KEYS.alipayPlatform.publicKey, signature)).toBe(true);
  });

  test('a request signed with another key is refused by the other side', async () => {
    const stranger = clientsFor(played.url, { env: { ALIPAY_PRIVATE_KEY: pemOf(KEYS.wechatMerchant.privateKey) } });
    stack.defer(() => stranger.close());

    expect(await stranger.client('alipay').query(aPayment())).toMatchObject({
      outcome: 'refused',
      code: 'isv.invalid-signature',
    });
  });

  const node = (fields: object) => JSON.stringify({ code: '40004', msg: 'Business Failed', ...fields });
  test.each([
    ['a fault of Alipay', node({ sub_code: 'ACQ.SYSTEM_ERROR' }), 'uncertain'],
    ['a fault told by the gateway', node({ sub_code: 'aop.ACQ.SYSTEM_ERROR' }), 'uncertain'],
    ['an unavailable service', '{"code":"20000","msg":"Service Currently Unavailable"}', 'uncertain'],
    ['a limit', '{"code":"40005","msg":"Call Limited"}', 'not_sent'],
    ['a refusal', node({ sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' }), 'refused'],
    ['missing rights', '{"code":"40006","msg":"Insufficient Permissions"}', 'refused'],
    // The signature covers the text and not the meaning.
    ['spaces and escapes', '{ "code" : "40004", "sub_code":"A\\u0043Q.X", "deep": {"a":[1,"}"]} }', 'refused'],
  ])('%s is %s', async (_what, text, outcome) => {
    const { client } = await clientsOf((_request, response) =>
      response.end(alipayAnswer('alipay_trade_refund_response', text)),
    );

    expect(await client('alipay').refund(aRefund(aPayment()))).toMatchObject({ outcome });
  });

  test.each([
    ['under another name', (text: string) => alipayAnswer('alipay_trade_close_response', text)],
    [
      'that comes twice',
      (text: string) =>
        alipayAnswer('alipay_trade_refund_response', text).replace('{', `{"alipay_trade_refund_response":${text},`),
    ],
    ['without a signature', (text: string) => `{"alipay_trade_refund_response":${text}}`],
  ])('an answer %s does not count', async (_what, write) => {
    const { client } = await clientsOf((_request, response) =>
      response.end(write('{"code":"10000","fund_change":"Y","refund_fee":"1000.00"}')),
    );

    expect(await client('alipay').refund(aRefund(aPayment()))).toMatchObject({ outcome: 'uncertain' });
  });
});

describe('the generic provider', () => {
  test('a query answers what was sent as a callback by hand', async () => {
    const payment = aPayment();
    const fields = { payment_id: payment.paymentId, status: 'success', amount: '2999.00', transaction_id: 'T-1' };
    await played.control('callbacks/payment', { provider: 'generic', fields });

    expect(await clients.client('generic').query(payment)).toMatchObject({
      value: { news: 'succeeded', amountFen: 299_900, transactionId: 'T-1', providerOrderNo: payment.providerOrderNo },
    });
  });

  test('what was sent with a wrong signature was never said', async () => {
    const payment = aPayment();
    const fields = { payment_id: payment.paymentId, status: 'success', amount: '2999.00' };
    await played.control('callbacks/payment', { provider: 'generic', fields, sign: 'wrong' });

    expect(await clients.client('generic').query(payment)).toMatchObject({ value: 'not_found' });
  });

  test('nothing has to be prepared', async () => {
    expect(await clients.client('generic').prepay(aPayment())).toEqual({ outcome: 'answered', value: null });
  });

  test('a request with another secret is not answered', async () => {
    const stranger = clientsFor(played.url, { env: { PAYMENT_CALLBACK_SECRET: 'another-secret-altogether' } });
    stack.defer(() => stranger.close());

    expect(await stranger.client('generic').query(aPayment())).toMatchObject({ outcome: 'uncertain' });
  });
});

test('a provider without settings is not there', () => {
  const { providers, payments } = clientsFor('http://127.0.0.1:1', {
    env: Object.fromEntries(
      ['GENERIC_PAY_URL', 'MOCK_PAY_URL', ...WECHAT_SETTINGS, ...ALIPAY_SETTINGS].map((name) => [name, '']),
    ),
  });

  expect([...providers.keys()]).toEqual([]);
  expect(payments.methods).toEqual(['generic', 'mock']);
});

const WECHAT_SETTINGS = [
  'WECHAT_APPID',
  'WECHAT_PAY_MCHID',
  'WECHAT_PAY_API_V3_KEY',
  'WECHAT_PAY_SERIAL_NO',
  'WECHAT_PAY_PRIVATE_KEY',
  'WECHAT_PAY_PUBLIC_KEYS',
  'WECHAT_PAY_NOTIFY_URL',
  'WECHAT_PAY_REFUND_NOTIFY_URL',
];
const ALIPAY_SETTINGS = [
  'ALIPAY_APP_ID',
  'ALIPAY_SELLER_ID',
  'ALIPAY_PRIVATE_KEY',
  'ALIPAY_PUBLIC_KEY',
  'ALIPAY_NOTIFY_URL',
];

test.each([...WECHAT_SETTINGS, ...ALIPAY_SETTINGS, 'PAYMENT_CALLBACK_SECRET'])(
  'half a provider does not start: %s',
  (name) => {
    expect(() => clientsFor('http://127.0.0.1:1', { env: { [name]: '' } })).toThrow(
      new RegExp(`^  - ${name}[^\n]* is not set`, 'm'),
    );
  },
);

test('in production mock is never a way to pay', async () => {
  const built = clientsFor('http://127.0.0.1:1', { env: { APP_PROFILE: 'production' } });
  stack.defer(() => built.close());

  expect(built.payments.methods).toEqual(['generic', 'wechat', 'alipay']);
  expect([...built.providers.keys()].toSorted()).toEqual(['alipay', 'generic', 'wechat']);
});

function signedHeaders(body: string) {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const text = wechatSigningText({ timestamp, nonce: 'n', body });
  return {
    'Wechatpay-Serial': PLATFORM_SERIAL,
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': 'n',
    'Wechatpay-Signature': sign('sha256', Buffer.from(text), KEYS.wechatPlatform.privateKey).toString('base64'),
  };
}

function alipayAnswer(name: string, text: string): string {
  const signature = sign('sha256', Buffer.from(text), KEYS.alipayPlatform.privateKey).toString('base64');
  return `{"${name}":${text},"sign":"${signature}"}`;
}

function opensTo({ ciphertext, nonce, associated_data }: Record<'ciphertext' | 'nonce' | 'associated_data', string>) {
  const sealed = Buffer.from(ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', API_V3_KEY, nonce);
  decipher.setAAD(Buffer.from(associated_data)).setAuthTag(sealed.subarray(-16));
  return JSON.parse(decipher.update(sealed.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8'));
}

function pemOf(key: PaymentKey): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
type PaymentKey = typeof KEYS.wechatMerchant.privateKey;

// Keeps the list above complete when a provider is added.
REACHED satisfies readonly PaymentProvider['name'][];
