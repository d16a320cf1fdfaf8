import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { OrderEvent } from '@orderbridge/contracts/order-events';
import { streams } from '@orderbridge/contracts/subjects';
import { connectJetStream, type JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { createLogger } from '@orderbridge/service-kit/logger';
import { type TestNats, testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { relayOnce, startRelay } from '@orderbridge/service-kit/outbox/relay';
import { OUTBOX } from '../src/outbox/outbox.ts';
import { recordEvent, transact } from '../src/transaction.ts';
import { ordersOnDatabase } from './_orders.ts';

const KILLS_EACH = 100;
const ORDERS = 15;
const log = createLogger({ service: 'orders', level: 'silent', fields: [] });

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
let nats: TestNats;
let js: JetStream;
beforeAll(async () => {
  app = await ordersOnDatabase();
  nats = await testNats();
  js = await connectJetStream({
    url: nats.url,
    name: 'outbox-test',
    // The server forgets message ids almost at once, so that what is published twice does arrive twice.
    streams: [{ ...streams.orders, replicas: 1, duplicateWindowMs: 100 }],
  });
  await app.rows(`create table effects (event_id uuid primary key, number int not null)`);
});
afterAll(async () => {
  await js?.close();
  await nats?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

/** Commits one event of an order as a verb does; its number tells the order in which they were committed. */
let committed = 0;
async function commitEvent(orderNumber: string): Promise<void> {
  committed += 1;
  const payableFen = committed;
  await transact(app.context, async (tx) => {
    recordEvent(tx, app.now, 'order.placed', orderNumber, { status: 'pending', payableFen, hasHaierLines: false });
  });
}

const DEATHS = ['before_publish', 'after_publish', 'unheard_ack', 'before_commit'] as const;
type Death = (typeof DEATHS)[number];

/**
 * One round of a relay that dies at this event of its round: from then on it neither publishes nor reaches the
 * database, whose connection is cut as that of a killed process is. Answers whether it got as far as to die.
 */
async function relayThatDies(death: Death, atEvent: number): Promise<boolean> {
  let dead = false;
  let published = 0;
  const die = (): never => {
    dead = true;
    throw new Error('killed');
  };
  const publish: JetStream['client']['publish'] = async (...args) => {
    if (dead) die();
    const mine = published++ === atEvent;
    if (mine && death === 'before_publish') die();
    const ack = await js.client.publish(...args);
    if (mine && death === 'unheard_ack') die();
    if (dead) die();
    return ack;
  };
  const client = new Proxy(js.client, {
    get: (target, key) => (key === 'publish' ? publish : Reflect.get(target, key)),
  });
  const mortal = (em: SqlEntityManager, backend: number) =>
    new Proxy(em, {
      get(target, key) {
        if (key !== 'execute') return Reflect.get(target, key);
        return async (sql: string, ...rest: unknown[]) => {
          const isMark = sql.startsWith('update outbox');
          if (isMark && death === 'after_publish') dead = true;
          const result = dead ? [] : await (target.execute as (...args: unknown[]) => Promise<unknown>)(sql, ...rest);
          if (isMark && death === 'before_commit') dead = true;
          if (dead) {
            await app.rows(`select pg_terminate_backend(?)`, [backend]);
            die();
          }
          return result;
        };
      },
    });
  const orm = {
    em: {
      fork: () => ({
        transactional: (work: (em: SqlEntityManager) => Promise<unknown>) =>
          app.orm.em.fork().transactional(async (em) => {
            const [row] = await em.execute<{ pid: number }[]>(`select pg_backend_pid() as pid`);
            return work(mortal(em, row!.pid));
          }),
      }),
    },
  } as unknown as MikroORM;
  await relayOnce({ orm, js: { ...js, client } }, OUTBOX).catch(() => undefined);
  return dead;
}

/** A subscriber that keeps ids, and at some deliveries dies after the effect and before its ack. */
async function subscribe(name: string, diesAt: (delivery: number) => boolean) {
  await js.manager.consumers.add(streams.orders.name, {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    ack_wait: 300 * 1_000_000,
  });
  const seen = { deliveries: 0, deaths: 0 };
  return {
    seen,
    /** Takes what is there, again after each death, until nothing comes for longer than an ack is awaited. */
    async drain() {
      for (let quiet = 0; quiet < 2;) {
        const consumer = await js.client.consumers.get(streams.orders.name, name);
        let got = 0;
        for await (const message of await consumer.fetch({ max_messages: 50, expires: 1_000 })) {
          got += 1;
          const event = OrderEvent.parse(message.json());
          await app.rows(`insert into effects (event_id, number) values (?, ?) on conflict do nothing`, [
            event.id,
            (event.data as { payableFen: number }).payableFen,
          ]);
          if (diesAt(seen.deliveries++)) {
            seen.deaths += 1;
            break;
          }
          message.ack();
        }
        quiet = got === 0 ? quiet + 1 : 0;
      }
    },
  };
}

// There is no LISTEN that could go deaf: a relay is woken by its own process, and polls.
test('a relay or a subscriber that is killed at any point, 100 times each, loses nothing and doubles no effect (P18)', async () => {
  const orderNumbers = Array.from({ length: ORDERS }, () => randomUUID());
  const deaths: Record<Death, number> = { before_publish: 0, after_publish: 0, unheard_ack: 0, before_commit: 0 };
  const plan = Array.from({ length: 2 * KILLS_EACH }, (_, index): Death =>
    index % 2 === 0 ? 'before_publish' : DEATHS[1 + ((index >> 1) % 3)]!,
  );
  const subscriber = await subscribe('p18', (delivery) => delivery % 4 === 3 && subscriber.seen.deaths < KILLS_EACH);
  for (const [index, death] of plan.entries()) {
    await commitEvent(orderNumbers[(index * 7) % ORDERS]!);
    if (index % 2 === 1) await commitEvent(orderNumbers[(index * 11) % ORDERS]!);
    const [{ pending }] = (await app.rows<{ pending: number }>(
      `select count(*)::int as pending from outbox where sent_at is null and subject in (?)`,
      [orderNumbers],
    )) as [{ pending: number }];
    // The lock of the one before is held until the server has noticed its death; until then this one has nothing to do.
    while (!(await relayThatDies(death, index % pending))) await delay(1);
    deaths[death] += 1;
    // Every now and then one lives long enough to finish a round.
    if (index % 20 === 19) await relayOnce({ orm: app.orm, js }, OUTBOX);
  }
  // Between commit and publish, and between publish and mark in three ways.
  expect(deaths).toEqual({ before_publish: KILLS_EACH, after_publish: 34, unheard_ack: 33, before_commit: 33 });

  const relay = startRelay({ orm: app.orm, js, log }, OUTBOX);
  await expect
    .poll(() => app.rows(`select 1 from outbox where sent_at is null and subject in (?)`, [orderNumbers]))
    .toEqual([]);
  await relay.stop();
  await subscriber.drain();

  expect(committed).toBe(3 * KILLS_EACH);
  expect(subscriber.seen.deaths).toBe(KILLS_EACH);
  const { state } = await js.manager.streams.info(streams.orders.name);
  // Repetitions did arrive, so it was the kept ids that made one effect of them.
  expect(state.messages).toBeGreaterThan(3 * KILLS_EACH);
  expect(subscriber.seen.deliveries).toBeGreaterThanOrEqual(state.messages + KILLS_EACH);
  const effects = await app.rows<{ number: number }>(`select number from effects order by number`);
  expect(effects.map(({ number }) => number)).toEqual(Array.from({ length: 3 * KILLS_EACH }, (_, index) => index + 1));
  // A subscriber that dies gets the rest of its batch later, so the order is that of the stream.
  for (const numbers of (await firstTellings()).values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
}, 180_000);

/** What the stream holds of each order, in its order, repetitions left out. */
async function firstTellings(): Promise<Map<string, number[]>> {
  const { state } = await js.manager.streams.info(streams.orders.name);
  const told = new Map<string, number[]>();
  const consumer = await js.client.consumers.get(streams.orders.name, { deliver_policy: DeliverPolicy.All });
  for await (const message of await consumer.consume()) {
    const event = OrderEvent.parse(message.json());
    const number = (event.data as { payableFen: number }).payableFen;
    const numbers = told.get(event.subject) ?? [];
    if (!numbers.includes(number)) told.set(event.subject, [...numbers, number]);
    if (message.seq === state.last_seq) break;
  }
  return told;
}

test('an event whose wake-up is lost is delivered within 2 s by the poll', async () => {
  const consumer = await js.client.consumers.get(streams.orders.name, { deliver_policy: DeliverPolicy.New });
  const arrived = new Map<string, number>();
  const messages = await consumer.consume({
    callback: (message) => void arrived.set(OrderEvent.parse(message.json()).subject, performance.now()),
  });
  const relay = startRelay({ orm: app.orm, js, log }, OUTBOX);
  try {
    const tookMs: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      // At another moment of the poll each time.
      await delay(70 * turn);
      const orderNumber = randomUUID();
      await commitEvent(orderNumber);
      const committedAt = performance.now();
      await expect.poll(() => arrived.has(orderNumber), { interval: 10 }).toBe(true);
      tookMs.push(arrived.get(orderNumber)! - committedAt);
    }
    expect(Math.max(...tookMs)).toBeLessThan(2_000);
  } finally {
    await relay.stop();
    messages.stop();
  }
});
