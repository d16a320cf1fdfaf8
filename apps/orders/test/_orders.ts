import { createHash, createHmac, randomUUID } from 'node:crypto';
import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { formatHaierTime, haierSigningText } from '@orderbridge/contracts/haier-callback';
import type { OrderView, PaymentView, PlaceOrder } from '@orderbridge/contracts/orders-api';
import { formatYuan, paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { seedDemo } from '../src/catalogue/seed-demo.ts';
import { type ApplyContext, applyCallbacks } from '../src/callbacks/apply-callbacks.ts';
import { getOrder } from '../src/orders/get-order.ts';
import { placeOrder } from '../src/orders/place-order.ts';
import { migrate, openOrm } from '../src/orm.ts';
import { openPayment } from '../src/payments/open-payment.ts';

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
    methods: ['generic', 'mock'] as const,
    permissions: [],
  };
  const viewer = () => ({ now, permissions: [] });

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
