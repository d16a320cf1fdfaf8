import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { AlipaySdk } from 'alipay-sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import wechatpay from 'wechatpay-axios-plugin';
import { createMockUpstreams } from './app.ts';

// What others wrote against the real platforms has to get along with the played ones, signatures of both sides included.
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const [wechatMerchant, wechatPlatform, alipayMerchant, alipayPlatform] = [pair(), pair(), pair(), pair()];
const PLATFORM_SERIAL = 'PUB_KEY_ID_TEST';

const config = {
  host: '127.0.0.1',
  port: 0,
  gatewayUrl: 'http://127.0.0.1:1',
  haier: { appKey: 'app-key', secret: 'secret' },
  payment: { secret: 'payment-secret' },
  wechat: {
    appId: 'wx-app',
    mchid: '1900000001',
    apiV3Key: '0123456789abcdef0123456789abcdef',
    merchantSerial: 'MERCHANT01',
    merchantPublicKey: wechatMerchant.publicKey,
    platformSerial: PLATFORM_SERIAL,
    platformPrivateKey: wechatPlatform.privateKey,
  },
  alipay: {
    appId: '2021000000000001',
    sellerId: '2088000000000001',
    merchantPublicKey: alipayMerchant.publicKey,
    platformPrivateKey: alipayPlatform.privateKey,
  },
};

let server: ReturnType<typeof serve>;
let url: string;
beforeAll(async () => {
  server = serve({
    fetch: createMockUpstreams({ config, now: () => new Date(), log: () => undefined }).fetch,
    hostname: '127.0.0.1',
    port: 0,
  });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const pay = (provider: string, outTradeNo: string) =>
  fetch(`${url}/_control/payments/pay`, {
    method: 'POST',
    body: JSON.stringify({ provider, outTradeNo, amountFen: 299_900, notify: false }),
    headers: { 'content-type': 'application/json' },
  });

const strike = (match: string, fault: string) =>
  fetch(`${url}/_control/faults`, { method: 'POST', body: JSON.stringify({ match, fault }) });

let outTradeNo: string;
let numbered = 0;
beforeEach(() => {
  outTradeNo = `17642970000000${String((numbered += 1)).padStart(2, '0')}-P1`;
});

const wechatClient = (privateKey: KeyObject, platformKey: KeyObject) =>
  new wechatpay.Wechatpay({
    mchid: config.wechat.mchid,
    serial: config.wechat.merchantSerial,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    certs: { [PLATFORM_SERIAL]: platformKey.export({ type: 'spki', format: 'pem' }) },
    baseURL: url,
  }).client.v3;

test("WeChat Pay's side works with a client that somebody else wrote", async () => {
  const client = wechatClient(wechatMerchant.privateKey, wechatPlatform.publicKey);
  const terms = {
    appid: 'wx-app',
    mchid: '1900000001',
    description: 'kettle',
    out_trade_no: outTradeNo,
    notify_url: 'https://shop.example/',
    amount: { total: 299_900, currency: 'CNY' },
  };
  const opened = await client.post('/v3/pay/transactions/native', terms);
  await pay('wechat', outTradeNo);
  const told = await client.get(`/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=1900000001`);
  const refunded = await client.post('/v3/refund/domestic/refunds', {
    out_trade_no: outTradeNo,
    out_refund_no: 'R1',
    amount: { refund: 1, total: 299_900, currency: 'CNY' },
  });

  expect([opened.data, told.data, refunded.data]).toMatchObject([
    { code_url: expect.stringMatching(/^weixin:/) },
    { trade_state: 'SUCCESS', amount: { total: 299_900 } },
    { status: 'PROCESSING', amount: { refund: 1 } },
  ]);
});

test('that client notices an answer signed with another key, and this side a request', async () => {
  const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`;

  await expect(
    wechatClient(wechatMerchant.privateKey, alipayPlatform.publicKey).post('/v3/pay/transactions/native', {
      appid: 'wx-app',
      mchid: '1900000001',
      description: 'kettle',
      out_trade_no: outTradeNo,
      notify_url: 'https://shop.example/',
      amount: { total: 1, currency: 'CNY' },
    }),
  ).rejects.toThrow(/Verify the response/);
  await expect(
    wechatClient(alipayMerchant.privateKey, wechatPlatform.publicKey).post(path, { mchid: '1900000001' }),
  ).rejects.toMatchObject({ response: { status: 401 } });
});

test.each(['wrong-sign', 'skewed-clock'])('that client notices the fault %s, once', async (fault) => {
  const client = wechatClient(wechatMerchant.privateKey, wechatPlatform.publicKey);
  const open = () =>
    client.post('/v3/pay/transactions/native', {
      appid: 'wx-app',
      mchid: '1900000001',
      description: 'kettle',
      out_trade_no: outTradeNo,
      notify_url: 'https://shop.example/',
      amount: { total: 1, currency: 'CNY' },
    });
  await strike('/v3/pay', fault);

  await expect(open()).rejects.toThrow(/Verify the response|status code 401/);
  expect((await open()).status).toBe(200);
});

const VERIFIED = { validateSign: true };
const alipayClient = (privateKey: KeyObject, platformKey: KeyObject) =>
  new AlipaySdk({
    appId: config.alipay.appId,
    keyType: 'PKCS8',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    alipayPublicKey: platformKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    gateway: `${url}/gateway.do`,
  });

test("Alipay's side works with Alipay's own client", async () => {
  const client = alipayClient(alipayMerchant.privateKey, alipayPlatform.publicKey);
  const page = client.pageExecute('alipay.trade.page.pay', 'GET', {
    bizContent: {
      out_trade_no: outTradeNo,
      total_amount: '2999.00',
      subject: '水壶',
      product_code: 'FAST_INSTANT_TRADE_PAY',
    },
  });
  expect((await fetch(page)).status).toBe(200);
  const waiting = await client.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, VERIFIED);
  await pay('alipay', outTradeNo);
  const refund = { out_trade_no: outTradeNo, refund_amount: '9.90', out_request_no: 'R1' };
  const first = await client.exec('alipay.trade.refund', { bizContent: refund }, VERIFIED);
  const again = await client.exec('alipay.trade.refund', { bizContent: refund }, VERIFIED);

  expect([waiting, first, again]).toMatchObject([
    { code: '10000', tradeStatus: 'WAIT_BUYER_PAY', totalAmount: '2999.00' },
    { code: '10000', fundChange: 'Y', refundFee: '9.90' },
    { code: '10000', fundChange: 'N', refundFee: '9.90' },
  ]);
});

test('that client notices an answer signed with another key', async () => {
  const client = alipayClient(alipayMerchant.privateKey, wechatPlatform.publicKey);

  await expect(
    client.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, VERIFIED),
  ).rejects.toThrow('验签失败');
});

test('that client notices the fault wrong-sign, once', async () => {
  const client = alipayClient(alipayMerchant.privateKey, alipayPlatform.publicKey);
  const query = () => client.exec('alipay.trade.query', { bizContent: { out_trade_no: outTradeNo } }, VERIFIED);
  await strike('/gateway.do', 'wrong-sign');

  await expect(query()).rejects.toThrow('验签失败');
  expect(await query()).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_NOT_EXIST' });
});
