import { randomUUID } from 'node:crypto';
import { streams, subjects } from '@orderbridge/contracts/subjects';
import { publish } from '@orderbridge/service-kit/jetstream/publish';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrationsApp } from '../src/api/app.ts';
import { readConfig } from '../src/config.ts';
import { consumeOrderEvents } from '../src/consumers/order-events.ts';
import { createContext, type IntegrationsContext } from '../src/context.ts';
import { BadInput } from '../src/errors.ts';
import { migrate } from '../src/orm.ts';
import { listOrderEvents } from '../src/order-events/list-order-events.ts';
import { pruneOrderEvents } from '../src/order-events/prune-order-events.ts';
import { takeOrderEvents } from '../src/order-events/take-order-events.ts';

let stack: AsyncDisposableStack;
let context: IntegrationsContext;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ template: 'integrations', migrate }));
  const nats = stack.use(await testNats());
  context = await createContext(
    readConfig({ APP_PROFILE: 'test', DATABASE_URL: database.url, NATS_URL: nats.url, LOG_LEVEL: 'silent' }),
  );
  stack.defer(() => context.close());
  const consumer = consumeOrderEvents(context, () => {});
  stack.defer(() => consumer.stop());
});
afterAll(() => stack.disposeAsync());

const anEvent = (overrides: object = {}) => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/orderbridge/orders',
  type: 'order.moved',
  subject: 'O-1',
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  data: { from: 'pending', to: 'paid', fact: 'payment_succeeded' },
  ...overrides,
});
const tell = (type: string, text: string) =>
  publish(context.js, subjects.orderEvent(type), text, {
    messageId: randomUUID(),
    timeoutMs: 5_000,
    stream: streams.orders.name,
  });
const rows = <T>(sql: string, params: unknown[] = []) => context.orm.em.fork().execute<T[]>(sql, params);

describe('events of the bus', () => {
  test('known, unknown and unreadable ones are all kept, each once; the list shows what is known', async () => {
    const known = anEvent();
    const unknown = anEvent({ type: 'order.teleported' });
    await tell('order.moved', JSON.stringify(known));
    await tell('order.moved', JSON.stringify(known));
    await tell('order.teleported', JSON.stringify(unknown));
    await tell('order.teleported', JSON.stringify(unknown));
    await tell('order.moved', '{ no json \0');
    await expect
      .poll(() => rows(`select event_id, type, raw from received_order_events order by id`))
      .toEqual([
        { event_id: known.id, type: 'order.moved', raw: null },
        { event_id: unknown.id, type: null, raw: JSON.stringify(unknown) },
        { event_id: null, type: null, raw: '{ no json \u2400' },
      ]);
    const again = { streamSequence: 5, eventId: undefined, raw: '{ no json \0', cause: 'is not JSON', deliveries: 2 };
    expect(await takeOrderEvents(context, [again, again], new Date())).toEqual({ added: 0, planned: 0 });
    expect(await rows(`select cause, deliveries from received_order_events where raw is not null order by id`)).toEqual(
      [
        { cause: 'type: none of those known', deliveries: 1 },
        { cause: 'is not JSON', deliveries: 2 },
      ],
    );
    const { items } = await listOrderEvents(context.orm.em.fork(), { limit: 10 });
    expect(items.map(({ eventId }) => eventId)).toEqual([known.id]);
  });

  test('pages go on where the last one ended; a strange cursor is refused', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const event = anEvent({ subject: 'O-2' });
      ids.push(event.id);
      await tell('order.moved', JSON.stringify(event));
    }
    const list = (cursor?: string) =>
      listOrderEvents(context.orm.em.fork(), { orderNumber: 'O-2', limit: 2, ...(cursor ? { cursor } : {}) });
    await expect.poll(async () => (await list()).nextCursor).not.toBeNull();
    const first = await list();
    const second = await list(first.nextCursor!);
    expect([...first.items, ...second.items].map(({ eventId }) => eventId)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
    await expect(list('7')).rejects.toThrow(BadInput);
  });

  test('after 90 days they go', async () => {
    await pruneOrderEvents(context.orm, new Date(Date.now() + 89 * 86_400_000));
    expect((await rows(`select 1 from received_order_events`)).length).toBeGreaterThan(0);
    await pruneOrderEvents(context.orm, new Date(Date.now() + 91 * 86_400_000));
    expect(await rows(`select 1 from received_order_events`)).toEqual([]);
  });
});

test('what is refused has one shape and is counted', async () => {
  const app = integrationsApp(context, new AbortController().signal);
  const json = { 'content-type': 'application/json' };
  const asked: [string, RequestInit, number][] = [
    ['/trpc/orderEvent.list', {}, 401],
    ['/trpc/no.such', {}, 404],
    ['/elsewhere', {}, 404],
    [`/trpc/orderEvent.list?input=${'x'.repeat(17_000)}`, {}, 414],
    [
      '/trpc/orderEvent.list',
      { method: 'POST', body: '{}', headers: { ...json, 'sec-fetch-site': 'cross-site' } },
      403,
    ],
    ['/trpc/orderEvent.list', { method: 'POST', body: 'a=1', headers: { 'content-type': 'text/plain' } }, 415],
    ['/trpc/orderEvent.list', { method: 'POST', body: 'x'.repeat(300_000), headers: json }, 413],
  ];
  for (const [path, init, status] of asked) {
    const response = await app.request(path, init);
    expect([path.slice(0, 30), response.status]).toEqual([path.slice(0, 30), status]);
    const body = await response.json();
    expect(body).toMatchObject({
      error: {
        message: expect.stringMatching(/[\u4e00-\u9fff]/),
        data: { httpStatus: status, errorCode: expect.any(String), messageEn: expect.any(String) },
      },
    });
  }
  const { values } = await context.metrics.requestsRefused.get();
  expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(asked.length);
});
