import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { formatHaierTime } from '@orderbridge/contracts/haier-callback';
import type { OrderView, PaymentView, PlaceOrder } from '@orderbridge/contracts/orders-api';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { PlayedRefund } from '@orderbridge/mock-upstreams/ledger';
import type { PaymentReport, PayOrder } from '@orderbridge/mock-upstreams/payment-control';
import { withHaierSign, withPaymentSignature } from '@orderbridge/mock-upstreams/sign-callback';
import pg from 'pg';
import type { Stack } from '../scripts/stack/start-stack.ts';
import { startPrivateStack } from '../scripts/stack/private-stack.ts';

export type Answer = { status: number; body: Record<string, unknown> };

const PAID_WITHIN_MS = 30_000;

/** How much larger the counts are under `npm run prove`. */
export const SCALE = Number(process.env['PROVE_SCALE'] ?? 1);

/** The whole system as real processes on free ports, and the outside world that talks to it. */
export async function startSystem(env: Record<string, string> = {}) {
  const stack = await startPrivateStack({ env: { LOG_LEVEL: 'info', ...env } });
  const database = new pg.Pool({ connectionString: stack.databaseUrls.orders, max: 4 });
  const jobs = new pg.Pool({ connectionString: stack.databaseUrls.integrations, max: 2 });
  // A server that the test kills must not take the test with it.
  for (const pool of [database, jobs]) pool.on('error', () => {});
  const { urls, secrets } = stack;

  const system = {
    stack,
    urls,
    kill: (name: 'orders' | 'gateway' | 'nats-server') => killOf(stack, name),
    /** Kills a service and starts it again at once, however short it lived. Resolves when it runs, not when it is ready. */
    async restart(name: 'integrations'): Promise<void> {
      const service = stack.services.get(name)!;
      await service.kill('SIGKILL');
      await service.start();
    },
    /** Stops a service in good order; it stays down until it is started. */
    stop: (name: 'orders' | 'integrations'): Promise<void> => stack.services.get(name)!.stop(),
    /** Resolves when it runs, not when it is ready. */
    start: (name: 'orders' | 'integrations'): Promise<void> => stack.services.get(name)!.start(),
    rows: async <T extends pg.QueryResultRow>(sql: string, params: unknown[] = []): Promise<T[]> =>
      (await database.query<T>(sql, params)).rows,
    /** Of the database of integrations. */
    jobRows: async <T extends pg.QueryResultRow>(sql: string, params: unknown[] = []): Promise<T[]> =>
      (await jobs.query<T>(sql, params)).rows,
    /** What the first staff account may do at orders and integrations, by procedure. */
    staff: () => signIn(stack),
    /** Has the played platforms do something, or tells what they know. */
    async control<T>(path: string, order?: object): Promise<T> {
      const init = order ? { method: 'POST', body: JSON.stringify(order) } : {};
      const response = await fetch(`${urls.mockUpstreams}/_control/${path}`, init);
      if (!response.ok) throw new Error(`the mock refused ${path}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    place: (overrides: Partial<PlaceOrder> = {}) =>
      call<OrderView>(urls.orders, 'order.place', { ...AN_ORDER, ...overrides }, secrets.STOREFRONT_API_TOKEN),
    openPayment: (orderNumber: string, method: PaymentView['method'] = 'generic') =>
      call<PaymentView>(urls.orders, 'payment.open', { orderNumber, method }, secrets.STOREFRONT_API_TOKEN),
    /** As the storefront, for its buyer. */
    cancel: (orderNumber: string) =>
      call<OrderView>(
        urls.orders,
        'order.cancel',
        { orderNumber, reason: '不想要了', buyer: AN_ORDER.buyer },
        secrets.STOREFRONT_API_TOKEN,
      ),
    /** The buyer pays at the played provider, which tells the gateway. */
    buyerPays: async ({ method, providerOrderNo: outTradeNo, amountFen }: PaymentView): Promise<PaymentReport> => {
      const order: PayOrder = { provider: method, outTradeNo, amountFen };
      const response = await fetch(`${urls.mockUpstreams}/_control/payments/pay`, {
        method: 'POST',
        body: JSON.stringify(order),
      });
      if (!response.ok) throw new Error(`the mock refused: ${await response.text()}`);
      return (await response.json()) as PaymentReport;
    },
    /** Every refund that the played providers know, with the payment it is of. */
    async providerRefunds(): Promise<PlayedRefund[]> {
      const response = await fetch(`${urls.mockUpstreams}/_control/payments`);
      const { items } = (await response.json()) as { items: { refunds: PlayedRefund[] }[] };
      return items.flatMap(({ refunds }) => refunds);
    },
    paymentCallback(payment: PaymentView, fields: Record<string, string> = {}) {
      const all = {
        payment_id: payment.id,
        amount: formatYuan(payment.amountFen),
        status: 'success',
        transaction_id: `T-${payment.id}`,
        ...fields,
      };
      const signed = withPaymentSignature(all, secrets.PAYMENT_CALLBACK_SECRET, 'right');
      return {
        url: `${urls.gateway}/api/payments/callback/generic/`,
        body: new URLSearchParams(signed).toString(),
        key: `generic:${signed['signature']}`,
      };
    },
    haierCallback(
      orderNumber: string,
      data: Record<string, unknown> = {},
      { method = 'hmm.scm_heorder.confirm', at = new Date() } = {},
    ) {
      const content = { PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}`, ...data };
      const fields = {
        AppKey: secrets.HAIER_CALLBACK_APP_KEY,
        TimeStamp: formatHaierTime(at),
        Method: method,
        Data: JSON.stringify(content),
        Nonce: randomUUID(),
      };
      const signed = withHaierSign(fields, secrets.HAIER_CALLBACK_SECRET, 'right');
      return {
        url: `${urls.gateway}/api/v1/haier/callback/`,
        body: new URLSearchParams(signed).toString(),
        key: `haier:${signed['Sign']}`,
      };
    },
    /** A new order whose money has come, by its number. */
    async paidOrder(overrides: Partial<PlaceOrder> = {}): Promise<string> {
      const { orderNumber } = await system.place(overrides);
      await system.buyerPays(await system.openPayment(orderNumber));
      // The provider may be told that its callback is kept before it is applied.
      const paid = await eventually(async () => {
        const rows = await system.rows(`select 1 from orders where order_number = $1 and status = 'paid'`, [
          orderNumber,
        ]);
        return rows[0];
      }, PAID_WITHIN_MS);
      if (!paid) throw new Error(`order ${orderNumber} is not paid after ${PAID_WITHIN_MS} ms`);
      return orderNumber;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([database.end(), jobs.end()]);
      await stack.stop();
    },
  };
  return system;
}
export type System = Awaited<ReturnType<typeof startSystem>>;

/** With its county's code, so that stock there can be asked for. */
export const IN_STOCK_HERE = {
  contactName: '王小明',
  phone: '13812345678',
  province: '山东省',
  city: '青岛市',
  district: '崂山区',
  town: '中韩街道',
  detail: '海尔路 1 号',
  countyCode: '370212',
};

const AN_ORDER: PlaceOrder = {
  buyer: 'buyer-1',
  address: {
    contactName: '测试用户',
    phone: '13800001234',
    province: '山东省',
    city: '青岛市',
    district: '崂山区',
    detail: '某某路 1 号',
  },
  lines: [{ productCode: 'GA0SZC00U', quantity: 1 }],
};

/** Posts a form once. @throws when no answer comes */
export async function post({ url, body }: { url: string; body: string }): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    signal: AbortSignal.timeout(8_000),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export const isSuccess = ({ status, body }: Answer): boolean => status === 200 && body['success'] !== false;

const call = <T>(url: string, procedure: string, input: unknown, token: string): Promise<T> =>
  mutate(url, procedure, input, { authorization: `Bearer ${token}` });

async function mutate<T>(url: string, procedure: string, input: unknown, headers: Record<string, string>): Promise<T> {
  const response = await fetch(`${url}/trpc/${procedure}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return dataOf(procedure, response);
}

async function dataOf<T>(procedure: string, response: Response): Promise<T> {
  const answer = (await response.json()) as { result?: { data: T }; error?: { message: string } };
  if (!answer.result) throw new Error(`${procedure}: ${answer.error?.message ?? response.status}`);
  return answer.result.data;
}

async function signIn({ urls, settings, secrets }: Stack) {
  const response = await fetch(`${urls.orders}/trpc/session.signIn`, {
    method: 'POST',
    body: JSON.stringify({ username: settings.adminUsername, password: secrets.ADMIN_PASSWORD }),
    headers: { 'content-type': 'application/json' },
  });
  const cookie = response.headers.get('set-cookie')?.split(';', 1)[0];
  if (!response.ok || !cookie) throw new Error(`nobody can sign in: ${response.status} ${await response.text()}`);
  return {
    change: <T>(service: 'orders' | 'integrations', procedure: string, input: object): Promise<T> =>
      mutate(urls[service], procedure, input, { cookie }),
    ask: async <T>(service: 'orders' | 'integrations', procedure: string, input: object): Promise<T> =>
      dataOf(
        procedure,
        await fetch(`${urls[service]}/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, {
          headers: { cookie },
        }),
      ),
  };
}

async function killOf({ services, nats }: Stack, name: 'orders' | 'gateway' | 'nats-server'): Promise<void> {
  if (name === 'nats-server') await nats!.kill('SIGKILL');
  else await services.get(name)!.kill('SIGKILL');
}

/** Asks until there is an answer, or the time is over; then undefined. */
export async function eventually<T>(check: () => Promise<T | undefined>, withinMs: number): Promise<T | undefined> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value !== undefined || performance.now() > deadline) return value;
    await delay(200);
  }
}

/** Runs work over items, so many at once. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      // The workers share one iterator, so each item is taken once.
      for (const item of waiting) await work(item);
    }),
  );
}
