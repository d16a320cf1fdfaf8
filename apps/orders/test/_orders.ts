import { createCipheriv, createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { formatHaierTime, haierSigningText } from '@orderbridge/contracts/haier-callback';
import { type OrderView, PAYMENT_METHODS, type PaymentView, type PlaceOrder } from '@orderbridge/contracts/orders-api';
import { formatYuan, paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { seedDemo } from '../src/catalogue/seed-demo.ts';
import { type ApplyContext, applyCallbacks } from '../src/callbacks/apply-callbacks.ts';
import { getOrder } from '../src/orders/get-order.ts';
import { placeOrder } from '../src/orders/place-order.ts';
import { migrate, openOrm } from '../src/orm.ts';
import { openPayment } from '../src/payments/open-payment.ts';
import type { AskIntegrations } from '../src/suppliers/ask-integrations.ts';
import type { PaymentProvider } from '../src/payments/providers/provider.ts';

export const PAYMENT_TIMEOUT_MS = 30 * 60_000;
const SECRET = 'a secret of this test only';

/** Orders on a real database of its own, without HTTP or NATS: the verbs, as the edges call them. */
export async function ordersOnDatabase(options: { poolMax?: number } = {}) {
  const database = await testDatabase({ template: 'orders', migrate });
  const orm = await openOrm({ databaseUrl: database.url, poolMax: options.poolMax ?? 8 });
  await seedDemo(orm);
  let now = new Date('2026-11-20T02:00:00.000Z');
  const context = {
    orm,
    wakeRelay: () => {},
    now: () => now,
    by: 'staff:tester',
    paymentTimeoutMs: PAYMENT_TIMEOUT_MS,
    methods: PAYMENT_METHODS,
    /** Empty; a test sets the providers it plays. */
    providers: new Map<PaymentView['method'], PaymentProvider>(),
    opensPerMinute: 1_000,
    maxFen: Number.MAX_SAFE_INTEGER,
    permissions: [],
    callbackKeys: ACCOUNTS,
    askIntegrations: agreeing,
  };
  const viewer = () => ({ now, by: context.by, permissions: [] });

  return {
    orm,
    database,
    context,
    get now() {
      return now;
    },
    later(ms: number) {
      now = new Date(now.getTime() + ms);
    },
    place: (overrides: Partial<PlaceOrder> = {}): Promise<OrderView> =>
      placeOrder(context, { ...anOrder(), ...overrides }),
    openPayment: (orderNumber: string, method: PaymentView['method'] = 'generic') =>
      openPayment(context, { orderNumber, method }),
    async paidOrder(overrides: Partial<PlaceOrder> = {}): Promise<OrderView> {
      const order = await this.place(overrides);
      const payment = await this.openPayment(order.orderNumber);
      await this.deliver(paymentCallback(payment, {}, now));
      return this.order(order.orderNumber);
    },
    order: (orderNumber: string) => getOrder(orm.em.fork(), orderNumber, viewer()),
    deliver: async (...envelopes: CallbackEnvelope[]): Promise<CallbackOutcome[]> =>
      applyCallbacks(context satisfies ApplyContext, envelopes),
    rows: <T>(sql: string, params: unknown[] = []): Promise<T[]> => orm.em.fork().execute<T[]>(sql, params),
    async [Symbol.asyncDispose]() {
      await orm.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Integrations as a platform that agrees to everything plays it. */
const agreeing = (async (name: string, input: object) => {
  const answers: Record<string, unknown> = {
    reschedule: input,
    logistics: {
      items: [{ logisticsCompany: '日日顺', logisticsNo: randomUUID(), deliveryRecordCode: null, snCode: null }],
    },
    deliveryImages: { urls: [`https://img.example.com/${randomUUID()}.jpg`] },
    stock: { quantity: 1_000 },
  };
  return name === 'preflight' ? { checks: [] } : { outcome: 'answered', value: answers[name] };
}) as AskIntegrations;

export const anOrder = (): PlaceOrder => ({
  buyer: 'buyer-1',
  address: {
    contactName: '张三丰',
    phone: '13800001234',
    province: '山东省',
    city: '青岛市',
    district: '崂山区',
    detail: '海尔路 1 号',
    countyCode: '370212',
  },
  lines: [{ productCode: 'GA0SZC00U', quantity: 2 }],
});

type HaierData = {
  PlatformOrderNo: string;
  State: unknown;
  ExtOrderNo?: unknown;
  FailMsg?: string;
  itemList?: unknown;
};

/** A verified Haier callback as the gateway keeps it. */
export function haierCallback(
  data: HaierData,
  {
    method = 'hmm.scm_heorder.confirm',
    at = new Date(),
    late = false,
  }: { method?: string; at?: Date; late?: boolean } = {},
): CallbackEnvelope {
  const fields: Record<string, string> = {
    AppKey: 'app-key',
    TimeStamp: formatHaierTime(at),
    Method: method,
    Data: JSON.stringify(data),
  };
  const sign = createHash('md5').update(haierSigningText(fields, SECRET)).digest('hex').toUpperCase();
  return envelope('haier', sign, new URLSearchParams({ ...fields, Sign: sign }).toString(), at, late);
}

/** Who the tests are at WeChat and Alipay; the key is made anew for each run. */
export const ACCOUNTS = {
  wechat: { mchid: '1900000109', appId: 'wx8888888888888888', apiV3Key: randomBytes(16).toString('hex') },
  alipay: { appId: '2021000000000001', sellerId: '2088000000000001' },
} as const;

/** A verified WeChat notification as the gateway keeps it; `resource` is what it seals, a text is sealed as it is. */
export function wechatCallback(
  resource: object | string,
  {
    at = new Date(),
    id = randomUUID(),
    eventType = 'TRANSACTION.SUCCESS',
    apiV3Key = ACCOUNTS.wechat.apiV3Key,
    change = {},
  }: { at?: Date; id?: string; eventType?: string; apiV3Key?: string; change?: object } = {},
): CallbackEnvelope {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from('transaction'));
  const text = typeof resource === 'string' ? resource : JSON.stringify(resource);
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  const body = JSON.stringify({
    id,
    create_time: at.toISOString(),
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary: '支付成功',
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: sealed.toString('base64'),
      associated_data: 'transaction',
      nonce,
      ...change,
    },
  });
  return { ...envelope('wechat', id, body, at, false), contentType: 'application/json' };
}

/** What WeChat says of a payment of ours that was paid. */
export const wechatPaid = (payment: PaymentView, change: object = {}) => ({
  mchid: ACCOUNTS.wechat.mchid,
  appid: ACCOUNTS.wechat.appId,
  out_trade_no: payment.providerOrderNo,
  transaction_id: `42-${payment.id}`,
  trade_state: 'SUCCESS',
  attach: JSON.stringify({ payment_id: payment.id }),
  amount: { total: payment.amountFen, payer_total: payment.amountFen, currency: 'CNY', payer_currency: 'CNY' },
  ...change,
});

/** A verified Alipay notice of a payment of ours that was paid, as the gateway keeps it. */
export function alipayCallback(
  payment: PaymentView,
  change: Record<string, string> = {},
  { at = new Date(), id = randomUUID() }: { at?: Date; id?: string } = {},
): CallbackEnvelope {
  const fields = {
    notify_type: 'trade_status_sync',
    notify_id: id,
    charset: 'utf-8',
    app_id: ACCOUNTS.alipay.appId,
    seller_id: ACCOUNTS.alipay.sellerId,
    out_trade_no: payment.providerOrderNo,
    trade_no: `2026-${payment.id}`,
    trade_status: 'TRADE_SUCCESS',
    total_amount: formatYuan(payment.amountFen),
    ...change,
  };
  return envelope('alipay', id, new URLSearchParams(fields).toString(), at, false);
}

/** Verified news of a refund by one of the HMAC providers, as the gateway keeps it. */
export function refundCallback(
  provider: 'generic' | 'mock',
  fields: Record<string, string>,
  at = new Date(),
): CallbackEnvelope {
  const sign = createHmac('sha256', SECRET).update(paymentSigningText(fields)).digest('hex');
  return envelope(provider, sign, new URLSearchParams({ ...fields, sign }).toString(), at, false);
}

/** A verified payment callback as the gateway keeps it. */
export function paymentCallback(
  payment: PaymentView,
  fields: Record<string, string> = {},
  at = new Date(),
): CallbackEnvelope {
  const all: Record<string, string> = {
    payment_id: payment.id,
    amount: formatYuan(payment.amountFen),
    status: 'success',
    transaction_id: `T-${payment.id}`,
    ...fields,
  };
  const sign = createHmac('sha256', SECRET).update(paymentSigningText(all)).digest('hex');
  return envelope(payment.method, sign, new URLSearchParams({ ...all, sign }).toString(), at, false);
}

const envelope = (
  provider: CallbackEnvelope['provider'],
  key: string,
  body: string,
  at: Date,
  late: boolean,
): CallbackEnvelope => ({
  id: randomUUID(),
  provider,
  transportKey: `${provider}:${key}`,
  secret: 'current',
  late,
  receivedAt: at.toISOString(),
  source: '127.0.0.1',
  path: '/test',
  contentType: 'application/x-www-form-urlencoded',
  body,
});
