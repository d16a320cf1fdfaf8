import { randomUUID } from 'node:crypto';
import { streams, subjects } from '@orderbridge/contracts/subjects';
import { publish } from '@orderbridge/service-kit/jetstream/publish';
import { expect, test } from 'vitest';
import { jobsOnDatabase, wish } from './_jobs.ts';
import { consumeOrderEvents } from '../src/consumers/order-events.ts';

const GOOD = 1_000;
const BAD = 100;

const OF_TOMORROW = { id: randomUUID(), type: 'haier.teleported', subject: 'O-1' };
/** Texts that no version of today can read. */
const POISON = ['', '{ no json \0', '[]', 'null', JSON.stringify(OF_TOMORROW)];

// P22, for the events of orders.
test(`${BAD} events that nobody can read, among ${GOOD} wishes: each is kept with its text, each wish is planned once`, async () => {
  await using on = await jobsOnDatabase();
  const { context } = on;
  const tell = (type: string, text: string) =>
    publish(context.js, subjects.orderEvent(type), text, {
      messageId: randomUUID(),
      timeoutMs: 10_000,
      stream: streams.orders.name,
    });
  const every = GOOD / BAD;
  const published: Promise<unknown>[] = [];
  for (let index = 0; index < GOOD; index += 1) {
    const event = wish(`O-${index}`, 1, 'push_pending');
    published.push(tell(event.type, JSON.stringify(event)));
    // An id of its own, or the same event would come again and be kept once.
    const poison = POISON[(index / every) % POISON.length]?.replace(OF_TOMORROW.id, randomUUID());
    if (index % every === 0) published.push(tell('haier.moved', poison!));
  }
  await Promise.all(published);
  const consumer = consumeOrderEvents(context, () => {});
  try {
    await expect
      .poll(() => on.rows(`select count(*)::int as n from received_order_events`), { timeout: 60_000 })
      .toEqual([{ n: GOOD + BAD }]);
  } finally {
    await consumer.stop();
  }

  expect(
    await on.rows(`select count(*)::int as n, count(distinct key)::int as keys from jobs where state = 'waiting'`),
  ).toEqual([{ n: GOOD, keys: GOOD }]);
  expect(
    await on.rows(
      `select count(*)::int as kept, count(*) filter (where raw = '{ no json \u2400')::int as nul, count(event_id)::int as known
         from received_order_events where raw is not null`,
    ),
  ).toEqual([{ kept: BAD, nul: 20, known: 20 }]);
}, 120_000);
