import { randomUUID } from 'node:crypto';
import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { OrderEvent } from '@orderbridge/contracts/order-events';
import type { OrderView, PlaceOrder } from '@orderbridge/contracts/orders-api';
import { subjects } from '@orderbridge/contracts/subjects';
import {
  SUPPLIER_EVENT_SOURCE,
  type SupplierEvent,
  type SupplierEventData,
  type SupplierEventType,
} from '@orderbridge/contracts/supplier-events';
import { publish } from '@orderbridge/service-kit/jetstream/publish';
import { type CallDefinition, serveCall } from '@orderbridge/service-kit/nats-calls';
import { applyCallbacks } from '../src/callbacks/apply-callbacks.ts';
import { serveInternalCalls } from '../src/consumers/internal-calls.ts';
import { consumeSupplierEvents } from '../src/consumers/supplier-events.ts';
import { ordersApi, TOKEN } from './_api.ts';
import { anOrder, paymentCallback } from './_orders.ts';

type AskedName = 'preflight' | 'balances' | 'reschedule' | 'logistics' | 'deliveryImages' | 'stock';
export type Wish = Extract<OrderEvent, { type: 'haier.moved' }>;

/** An event as integrations tells it. */
export const supplierEvent = <T extends SupplierEventType>(
  type: T,
  subject: string,
  data: SupplierEventData<T>,
  id = randomUUID(),
): SupplierEvent =>
  ({
    specversion: '1.0',
    id,
    source: SUPPLIER_EVENT_SOURCE,
    type,
    subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data,
  }) as SupplierEvent;

/**
 * The whole API of orders with its consumers, beside integrations as a test plays it over NATS: `answers` are its answers
 * to questions, a throw is no answer of use; `onWish` hears of every push and cancel that was asked for.
 */
export async function ordersBesideIntegrations(env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const api = stack.use(await ordersApi(env));
  const { context } = api;
  const { connection } = context.js;
  const consuming = consumeSupplierEvents(context);
  stack.defer(() => consuming.stop());
  const serving = serveInternalCalls(context);
  stack.defer(() => serving.stop());

  const answers = new Map<AskedName, (input: any) => unknown>();
  const asked: { name: AskedName; input: any }[] = [];
  const log = { warn: () => {}, error: () => {} };
  for (const name of ['preflight', 'balances', 'reschedule', 'logistics', 'deliveryImages', 'stock'] as const) {
    const served = serveCall(
      connection,
      internalCalls[name] as CallDefinition,
      { queueGroup: 'integrations', log },
      async (input) => {
        asked.push({ name, input });
        return answers.get(name)?.(input);
      },
    );
    stack.defer(() => served.stop());
  }

  const wishes: Wish[] = [];
  const played = { onWish: (_wish: Wish): unknown => undefined };
  const listening = connection.subscribe(subjects.orderEvent('haier.moved'), {
    callback: (_error, message) => {
      const wish = OrderEvent.parse(message.json()) as Wish;
      if (wish.data.to !== 'push_pending' && wish.data.to !== 'cancel_pending') return;
      wishes.push(wish);
      void played.onWish(wish);
    },
  });
  stack.defer(() => listening.unsubscribe());
  await connection.flush();

  const staff = await api.signIn('operator');
  return {
    ...api,
    staff,
    answers,
    asked,
    wishes,
    played,
    wishesOf: (orderNumber: string) => wishes.filter(({ subject }) => subject === orderNumber),
    /** Puts a text on the bus as integrations would. */
    publish: (type: string, body: string) =>
      publish(context.js, subjects.supplierEvent(type), body, { messageId: randomUUID(), timeoutMs: 5_000 }),
    async tell<T extends SupplierEventType>(type: T, subject: string, data: SupplierEventData<T>): Promise<void> {
      await this.publish(type, JSON.stringify(supplierEvent(type, subject, data)));
    },
    deliver: (...callbacks: CallbackEnvelope[]) => applyCallbacks(context, callbacks),
    order: async (orderNumber: string): Promise<OrderView> =>
      (await api.query('order.get', { orderNumber }, staff)).body.result.data,
    async paidOrder(overrides: Partial<PlaceOrder> = {}): Promise<string> {
      const storefront = { authorization: `Bearer ${TOKEN}` };
      const placed = await api.mutate('order.place', { ...anOrder(), ...overrides }, storefront);
      const { orderNumber } = placed.body.result.data;
      const opened = await api.mutate('payment.open', { orderNumber, method: 'generic' }, storefront);
      await applyCallbacks(context, [paymentCallback(opened.body.result.data)]);
      return orderNumber;
    },
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
    },
  };
}
