import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { serve } from '@hono/node-server';
import { createMockUpstreams } from '@orderbridge/mock-upstreams/app';
import { readConfig as readMockConfig } from '@orderbridge/mock-upstreams/config';
import type { PaymentReport } from '@orderbridge/mock-upstreams/payment-control';
import { readConfig } from '../src/config.ts';
import { buildProviders } from '../src/payments/providers/build-providers.ts';
import type { PaymentOrder, PaymentProvider, RefundOrder } from '../src/payments/providers/provider.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const [wechatMerchant, wechatPlatform, alipayMerchant, alipayPlatform] = [pair(), pair(), pair(), pair()];

const privatePem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

/** Keys of both sides, for tests that sign or verify by other means. */
export const KEYS = { wechatMerchant, wechatPlatform, alipayMerchant, alipayPlatform };
export const PLATFORM_SERIAL = 'PUB_KEY_ID_TEST';
export const API_V3_KEY = '0123456789abcdef0123456789abcdef';
const SECRET = 'a-payment-secret-of-this-test';

const SHARED = {
  PAYMENT_CALLBACK_SECRET: SECRET,
  WECHAT_APPID: 'wx-app',
  WECHAT_PAY_MCHID: '1900000001',
  WECHAT_PAY_API_V3_KEY: API_V3_KEY,
  WECHAT_PAY_SERIAL_NO: 'MERCHANT01',
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_SELLER_ID: '2088000000000001',
};

/** Orders' settings with all four providers at this address. */
const providerEnv = (baseUrl: string): Record<string, string> => ({
  ...SHARED,
  GENERIC_PAY_URL: `${baseUrl}/generic-pay`,
  MOCK_PAY_URL: `${baseUrl}/mock-pay`,
  WECHAT_PAY_PRIVATE_KEY: privatePem(wechatMerchant.privateKey),
  WECHAT_PAY_PUBLIC_KEYS: `${PLATFORM_SERIAL}=${publicPem(wechatPlatform.publicKey)}`,
  WECHAT_PAY_NOTIFY_URL: 'https://shop.example/api/payments/callback/wechat/',
  WECHAT_PAY_REFUND_NOTIFY_URL: 'https://shop.example/api/payments/refund-callback/wechat/',
  WECHAT_PAY_BASE_URL: baseUrl,
  ALIPAY_PRIVATE_KEY: privatePem(alipayMerchant.privateKey),
  ALIPAY_PUBLIC_KEY: publicPem(alipayPlatform.publicKey),
  ALIPAY_NOTIFY_URL: 'https://shop.example/api/payments/callback/alipay/',
  ALIPAY_RETURN_URL: 'https://shop.example/paid',
  ALIPAY_GATEWAY_URL: `${baseUrl}/gateway.do`,
  OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1',
  OUTBOUND_PRIVATE_HOSTS: '127.0.0.1',
});

/** The clients as the service builds them, against this address. */
export function clientsFor(
  baseUrl: string,
  { now = () => new Date(), timeoutMs = 5_000, env = {} }: { now?: () => Date; timeoutMs?: number; env?: object } = {},
) {
  const { payments } = readConfig({
    APP_PROFILE: 'test',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1/none',
    NATS_URL: 'nats://127.0.0.1:1',
    ...providerEnv(baseUrl),
    ...env,
  });
  const { providers, close } = buildProviders(payments, now, timeoutMs);
  const client = (name: PaymentProvider['name']) => {
    const provider = providers.get(name);
    if (!provider) throw new Error(`${name} is not configured`);
    return provider;
  };
  return { providers, payments, client, close };
}

/** The real mock-upstreams on a loopback port, and a gateway that writes down what it is told. */
export async function playedProviders({ now = () => new Date() }: { now?: () => Date } = {}) {
  const stack = new AsyncDisposableStack();
  const told: ToldGateway[] = [];
  const gatewayUrl = await servedBy(stack, async (request, response) => {
    told.push({ path: request.url ?? '', headers: request.headers, body: await text(request) });
    response.end('{}');
  });
  const config = readMockConfig({
    APP_PROFILE: 'test',
    GATEWAY_URL: gatewayUrl,
    HAIER_CALLBACK_APP_KEY: 'app-key',
    HAIER_CALLBACK_SECRET: 'haier-secret',
    ...SHARED,
    MOCK_WECHAT_PAY_MERCHANT_PUBLIC_KEY: publicPem(wechatMerchant.publicKey),
    MOCK_WECHAT_PAY_PLATFORM_SERIAL: PLATFORM_SERIAL,
    MOCK_WECHAT_PAY_PLATFORM_PRIVATE_KEY: privatePem(wechatPlatform.privateKey),
    MOCK_ALIPAY_MERCHANT_PUBLIC_KEY: publicPem(alipayMerchant.publicKey),
    MOCK_ALIPAY_PLATFORM_PRIVATE_KEY: privatePem(alipayPlatform.privateKey),
  });
  const app = createMockUpstreams({ config, now, log: () => undefined });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const control = async <T = PaymentReport>(path: string, body?: object): Promise<T> => {
    const init = body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    };
    const response = await fetch(`${url}/_control/${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return { url, control, told, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** A server of one test's own on loopback, for answers that no provider should give. */
export async function servedBy(stack: AsyncDisposableStack, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type ToldGateway = { path: string; headers: IncomingMessage['headers']; body: string };

let numbered = 0;

/** A payment that nobody has heard of yet. */
export function aPayment(overrides: Partial<PaymentOrder> = {}): PaymentOrder {
  numbered += 1;
  const orderNumber = `1764297000${String(numbered).padStart(6, '0')}`;
  return {
    providerOrderNo: `${orderNumber}-P1`,
    paymentId: `0193a000-0000-7000-8000-${String(numbered).padStart(12, '0')}`,
    orderNumber,
    amountFen: 299_900,
    description: `订单 ${orderNumber}`,
    expiresAt: new Date(Date.now() + 30 * 60_000),
    ...overrides,
  };
}

/** A refund of it. */
export const aRefund = (payment: PaymentOrder, overrides: Partial<RefundOrder> = {}): RefundOrder => ({
  refundNo: `${payment.orderNumber}-R1`,
  providerOrderNo: payment.providerOrderNo,
  transactionId: null,
  paymentAmountFen: payment.amountFen,
  amountFen: 100_000,
  reason: '订单已取消',
  ...overrides,
});
