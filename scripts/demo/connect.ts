import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditVerification } from '@orderbridge/contracts/audit-api';
import type { ExceptionAction, ExceptionItem, ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { syncApi, SyncRun } from '@orderbridge/contracts/integrations-api';
import type {
  orderApi,
  OrderPreflight,
  OrderRebuild,
  OrderView,
  PlaceOrder,
  WhatIf,
} from '@orderbridge/contracts/orders-api';
import type { ApiErrorShape } from '@orderbridge/contracts/router-types';
import type { HaierCallbackOrder, PaymentCallbackOrder, SendReport } from '@orderbridge/mock-upstreams/app';
import type { FaultOrder } from '@orderbridge/mock-upstreams/faults/fault-menu';
import type { PlayedRefund } from '@orderbridge/mock-upstreams/ledger';
import type { PaymentReport, PayOrder } from '@orderbridge/mock-upstreams/payment-control';
import type { PlayedOrder } from '@orderbridge/mock-upstreams/ylh/order-book';
import type { OrderStep } from '@orderbridge/mock-upstreams/ylh/play-order';
import type { StepReport } from '@orderbridge/mock-upstreams/ylh/ylh-control';
import type { YlhOrder } from '@orderbridge/mock-upstreams/ylh/ylh';
import type { z } from 'zod';
import { localUrl, readStackSettings } from '../stack/settings.ts';
import { DONE, type OpenedPayment, type Text } from './scene.ts';

type Input<Procedure extends { input: z.ZodType }> = z.input<Procedure['input']>;

/** The running stack as those who use it reach it. */
export type Stack = {
  /** Places and pays with the storefront's bearer token. */
  readonly storefront: {
    place(order: PlaceOrder): Promise<OrderView>;
    openPayment(orderNumber: string, method: OpenedPayment['method']): Promise<OpenedPayment>;
  };
  /** Signed in as the first staff account. Verbs answer what a person reads: that it is done, or why not. */
  readonly staff: {
    get(orderNumber: string): Promise<OrderView>;
    ship(input: Input<typeof orderApi.ship>): Promise<Text>;
    complete(input: Input<typeof orderApi.complete>): Promise<Text>;
    cancel(input: Input<typeof orderApi.cancel>): Promise<Text>;
    requestRefund(input: Input<typeof orderApi.requestRefund>): Promise<Text>;
    adjustPrice(input: Input<typeof orderApi.adjustPrice>): Promise<Text>;
    preflight(orderNumber: string): Promise<OrderPreflight>;
    push(orderNumber: string): Promise<Text>;
    /** Asks the platform where the goods are. */
    logistics(orderNumber: string): Promise<Text>;
    /** Resolves when the sync has ended, or after 30 s as far as it is then. */
    sync(input: Input<typeof syncApi.start>): Promise<SyncedRun>;
    rebuild(orderNumber: string): Promise<OrderRebuild>;
    whatIf(callbackId: string): Promise<WhatIf>;
    openCases(orderNumber: string): Promise<readonly ExceptionItem[]>;
    /** @throws Error when the order has no open case of that kind */
    openCase(orderNumber: string, kind: ExceptionKind): Promise<ExceptionItem>;
    settle(orderNumber: string, kind: ExceptionKind, action: ExceptionAction, reason: string): Promise<Text>;
    verifyAudit(): Promise<AuditVerification>;
    /** CSV text. */
    exportOrders(filter: { buyer: string }): Promise<string>;
  };
  /** Lets mock-upstreams play the other sides: sign and send callbacks, pay, and tell what was paid back. */
  readonly platforms: {
    haier(callback: HaierCallbackOrder): Promise<SendReport>;
    payment(callback: PaymentCallbackOrder): Promise<SendReport>;
    pay(order: PayOrder): Promise<PaymentReport>;
    paidBack(): Promise<readonly PlayedRefund[]>;
    /** Something that goes wrong on purpose. */
    fault(order: FaultOrder): Promise<unknown>;
    /** How YLH behaves. */
    ylh(settings: YlhOrder): Promise<unknown>;
    /** What happens to an order at YLH, and what it was told about that. */
    step(step: OrderStep, soId: string): Promise<StepReport>;
    /** The order as YLH has it. @throws Error when it has none */
    orderAtYlh(soId: string): Promise<PlayedOrder>;
  };
};

type SyncedRun = z.output<typeof syncApi.get.output>;

/** @throws Error with one line that says what to do when the stack does not answer or does not know us */
export async function connectToStack(env: NodeJS.ProcessEnv, repoRoot: string): Promise<Stack> {
  const { host, ports, dataDir, adminUsername } = readStackSettings(env, repoRoot);
  const urls = {
    gateway: localUrl(host, ports.gateway),
    orders: localUrl(host, ports.orders),
    integrations: localUrl(host, ports.integrations),
    'mock-upstreams': localUrl(host, ports.mockUpstreams),
  };
  await Promise.all(Object.entries(urls).map(([name, url]) => expectReady(name, url)));

  const secret = (name: string) => env[name] || secretIn(join(dataDir, 'secrets.json'), name);
  const storefront = { authorization: `Bearer ${secret('STOREFRONT_API_TOKEN')}` };
  const staff = { cookie: await signIn(urls.orders, adminUsername, secret('ADMIN_PASSWORD')) };
  return {
    storefront: {
      place: (order) => mutate(urls.orders, 'order.place', order, storefront),
      openPayment: (orderNumber, method) => mutate(urls.orders, 'payment.open', { orderNumber, method }, storefront),
    },
    staff: asStaff(urls, staff),
    platforms: asPlatforms(urls['mock-upstreams']),
  };
}

function asStaff(
  { orders, integrations }: Readonly<Record<'orders' | 'integrations', string>>,
  session: Headers,
): Stack['staff'] {
  const ask = <Output>(procedure: string, input?: object) => query<Output>(orders, procedure, input, session);
  const verb = async (procedure: string, input: object): Promise<Text> => {
    try {
      const { message, messageEn } = await mutate<{ message?: string; messageEn?: string }>(
        orders,
        procedure,
        input,
        session,
      );
      return message && messageEn ? { en: messageEn, 'zh-CN': message } : DONE;
    } catch (error) {
      if (error instanceof Refusal) return error.says;
      throw error;
    }
  };
  const staff: Stack['staff'] = {
    get: (orderNumber) => ask('order.get', { orderNumber }),
    ship: (input) => verb('order.ship', input),
    complete: (input) => verb('order.complete', input),
    cancel: (input) => verb('order.cancel', input),
    requestRefund: (input) => verb('order.requestRefund', input),
    adjustPrice: (input) => verb('order.adjustPrice', input),
    preflight: (orderNumber) => ask('order.preflight', { orderNumber }),
    push: (orderNumber) => verb('order.push', { orderNumber }),
    logistics: (orderNumber) => verb('order.logistics', { orderNumber }),
    sync: async (input) => {
      const { id } = await mutate<SyncRun>(integrations, 'sync.start', input, session);
      for (const deadline = performance.now() + SYNC_ENDS_WITHIN_MS; ;) {
        const run = await query<SyncedRun>(integrations, 'sync.get', { id }, session);
        if (run.completedAt !== null || performance.now() > deadline) return run;
        await sleep(LOOK_EVERY_MS);
      }
    },
    rebuild: (orderNumber) => ask('order.rebuild', { orderNumber }),
    whatIf: (id) => ask('callback.whatIf', { id }),
    openCases: async (orderNumber) =>
      (await ask<{ items: ExceptionItem[] }>('exception.list', { orderNumber, limit: 100 })).items,
    openCase: async (orderNumber, kind) => {
      const found = (await staff.openCases(orderNumber)).find((item) => item.kind === kind);
      if (found) return found;
      throw new Error(`order ${orderNumber} has no open case ${kind}`);
    },
    settle: async (orderNumber, kind, action, reason) => {
      const { id } = await staff.openCase(orderNumber, kind);
      return verb('exception.resolve', { id, action, reason });
    },
    verifyAudit: () => ask('audit.verify'),
    exportOrders: async (filter) => {
      const response = await fetch(`${orders}/exports/orders.csv?${new URLSearchParams(filter)}`, { headers: session });
      if (!response.ok) throw new Error(`the export was refused: HTTP ${response.status}`);
      return response.text();
    },
  };
  return staff;
}

const SYNC_ENDS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

function asPlatforms(mockUpstreams: string): Stack['platforms'] {
  const control = async <Output>(path: string, order?: object): Promise<Output> => {
    const response = await fetch(
      `${mockUpstreams}/_control/${path}`,
      order ? { method: 'POST', body: JSON.stringify(order) } : {},
    );
    if (!response.ok) throw new Error(`mock-upstreams refused ${path}: ${await response.text()}`);
    return (await response.json()) as Output;
  };
  return {
    haier: (callback) => control('callbacks/haier', callback),
    payment: (callback) => control('callbacks/payment', callback),
    pay: (order) => control('payments/pay', order),
    paidBack: async () => {
      const { items } = await control<{ items: { refunds: PlayedRefund[] }[] }>('payments');
      return items.flatMap(({ refunds }) => refunds).filter(({ status }) => status === 'succeeded');
    },
    fault: (order) => control('faults', order),
    ylh: (settings) => control('ylh', settings),
    step: (step, soId) => control(`orders/${step}`, { soId }),
    orderAtYlh: async (soId) => {
      const { items } = await control<{ items: PlayedOrder[] }>(`orders?${new URLSearchParams({ soId })}`);
      if (items[0]) return items[0];
      throw new Error(`YLH has no order ${soId}`);
    },
  };
}

async function expectReady(name: string, url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    await response.body?.cancel();
    if (response.ok) return;
  } catch {
    // Refused, timed out or no HTTP: the same advice helps.
  }
  throw new Error(
    `${name} is not ready at ${url}: run "npm start" in another terminal, wait for "ready", then run the demo`,
  );
}

function secretIn(file: string, name: string): string {
  try {
    const value = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string | undefined>)[name];
    if (value) return value;
  } catch {
    // Not there or not readable: the same advice helps.
  }
  throw new Error(`there is no ${name} in ${file}: set DATA_DIR or ${name} to what the stack was started with`);
}

async function signIn(orders: string, username: string, password: string): Promise<string> {
  const response = await post(`${orders}/trpc/session.signIn`, { username, password });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]!);
  if (response.ok && cookies.length > 0) return cookies.join('; ');
  throw new Error(
    `the stack does not let ${username} sign in: set ADMIN_USERNAME and ADMIN_PASSWORD to a staff account`,
  );
}

async function mutate<Output>(service: string, procedure: string, input: object, headers: Headers): Promise<Output> {
  return outputOf(procedure, await post(`${service}/trpc/${procedure}`, input, headers));
}

async function query<Output>(
  service: string,
  procedure: string,
  input: object | undefined,
  headers: Headers,
): Promise<Output> {
  const search = input ? `?input=${encodeURIComponent(JSON.stringify(input))}` : '';
  return outputOf(procedure, await fetch(`${service}/trpc/${procedure}${search}`, { headers }));
}

const post = (url: string, input: object, headers: Headers = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

async function outputOf<Output>(procedure: string, response: Response): Promise<Output> {
  const { result, error } = (await response.json()) as { result?: { data: Output }; error?: ApiErrorShape };
  if (result) return result.data;
  if (error) throw new Refusal(procedure, { en: error.data.messageEn, 'zh-CN': error.message });
  throw new Error(`${procedure} was not answered: HTTP ${response.status}`);
}

/** The API said no, in words for people. */
class Refusal extends Error {
  readonly says: Text;

  constructor(procedure: string, says: Text) {
    super(`${procedure} was refused: ${says.en}`);
    this.says = says;
  }
}

type Headers = Record<string, string>;
