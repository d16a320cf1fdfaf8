import { randomUUID } from 'node:crypto';
import { streams, subjects } from '@orderbridge/contracts/subjects';
import { publish } from '@orderbridge/service-kit/jetstream/publish';
import { replayAtStart } from '@orderbridge/service-kit/unread/replay-at-start';
import { expect, test } from 'vitest';
import { consumeOrderEvents } from '../src/consumers/order-events.ts';
import { replayUnread } from '../src/order-events/replay-unread.ts';
import { takeOrderEvents } from '../src/order-events/take-order-events.ts';
import { jobsOnDatabase, wish } from './_jobs.ts';
import { runCommand } from './_command.ts';

type Jobs = Awaited<ReturnType<typeof jobsOnDatabase>>;

/** As a newer version tells a push: under a type that this one does not know. */
const ofTomorrow = (orderNumber: string) =>
  JSON.stringify({ ...wish(orderNumber, 1, 'push_pending'), type: 'haier.moved.v2' });

/** The fix: this version then reads what lies there as the newer one would. */
const fix = (on: Jobs) =>
  on.rows(`update received_order_events set raw = replace(raw, 'haier.moved.v2', 'haier.moved') where raw is not null`);

async function replayed({ context }: Jobs, more: { dryRun?: boolean; signal?: AbortSignal } = {}) {
  const counts: Record<string, number> = {};
  const all = replayUnread(context, { dryRun: false, signal: new AbortController().signal, ...more });
  for await (const { outcome } of all) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function overTheBus({ context, rows }: Jobs, texts: readonly string[]) {
  await Promise.all(
    texts.map((text) =>
      publish(context.js, subjects.orderEvent('haier.moved'), text, {
        messageId: randomUUID(),
        timeoutMs: 10_000,
        stream: streams.orders.name,
      }),
    ),
  );
  const consumer = consumeOrderEvents(context, () => {});
  try {
    await expect
      .poll(() => rows(`select count(*)::int as n from received_order_events`), { timeout: 60_000 })
      .toEqual([{ n: texts.length }]);
  } finally {
    await consumer.stop();
  }
}

// P22, for the events of orders.
test('100 wishes that this version cannot read, among 400: after the fix each is planned once', async () => {
  await using on = await jobsOnDatabase();
  await overTheBus(
    on,
    Array.from({ length: 400 }, (_, n) =>
      n % 4 === 0 ? ofTomorrow(`O-${n}`) : JSON.stringify(wish(`O-${n}`, 1, 'push_pending')),
    ),
  );
  const kept = () =>
    on.rows(
      `select count(*)::int as n, min(cause) as cause, min(deliveries) as deliveries
         from received_order_events where raw is not null`,
    );
  const planned = () => on.rows(`select count(*)::int as n, count(distinct key)::int as keys from jobs`);
  expect(await kept()).toEqual([{ n: 100, cause: 'type: none of those known', deliveries: 1 }]);
  expect(await planned()).toEqual([{ n: 300, keys: 300 }]);

  expect(await replayed(on)).toEqual({ unread: 100 });
  await fix(on);
  expect(await replayed(on, { dryRun: true })).toEqual({ readable: 100 });
  expect(await replayed(on, { signal: AbortSignal.abort() })).toEqual({});
  expect(await kept()).toMatchObject([{ n: 100 }]);

  const both = await Promise.all([replayed(on), replayed(on)]);
  expect(both.reduce((sum, { applied = 0 }) => sum + applied, 0)).toBe(100);
  expect(await planned()).toEqual([{ n: 400, keys: 400 }]);
  expect(await kept()).toEqual([{ n: 0, cause: null, deliveries: null }]);
  expect(
    await on.rows(
      `select count(*)::int as n from received_order_events where type = 'haier.moved' and cause is null and deliveries = 1`,
    ),
  ).toEqual([{ n: 100 }]);
  expect(await replayed(on)).toEqual({});
}, 120_000);

test('an event that can never be taken is kept with why, and holds up none of its neighbours', async () => {
  await using on = await jobsOnDatabase();
  const bad = wish('O-BAD', 1, 'push_pending');
  // PostgreSQL keeps no NUL.
  await overTheBus(on, [
    JSON.stringify(wish('O-1', 1, 'push_pending')),
    JSON.stringify({ ...bad, subject: 'O-\0' }),
    JSON.stringify(wish('O-2', 1, 'push_pending')),
  ]);
  expect(await on.rows(`select key from jobs order by key`)).toEqual([{ key: 'push:O-1:1' }, { key: 'push:O-2:1' }]);
  expect(
    await on.rows(`select event_id, deliveries, cause <> '' as why from received_order_events where raw is not null`),
  ).toEqual([{ event_id: bad.id, deliveries: 1, why: true }]);
  expect(await replayed(on)).toEqual({ failed: 1 });
  await on.rows(`update received_order_events set raw = ? where raw is not null`, [JSON.stringify(bad)]);
  expect(await replayed(on)).toEqual({ applied: 1 });
  expect(await on.rows(`select 1 from jobs where key = 'push:O-BAD:1'`)).toHaveLength(1);
});

test('one kept twice without a name, and one that came again, are taken once', async () => {
  await using on = await jobsOnDatabase();
  const event = wish('O-1', 1, 'push_pending');
  const nameless = (streamSequence: number) => ({
    streamSequence,
    eventId: undefined,
    raw: JSON.stringify(event),
    cause: 'is not JSON',
    deliveries: 1,
  });
  await takeOrderEvents(on.context, [nameless(1), nameless(2)], on.now);
  expect(await replayed(on)).toEqual({ applied: 1, repeated: 1 });
  await on.tell(event);
  expect(await on.rows(`select event_id, raw from received_order_events`)).toEqual([{ event_id: event.id, raw: null }]);
  expect(await on.rows(`select key from jobs`)).toEqual([{ key: 'push:O-1:1' }]);
});

test('an old refusal that is read late says nothing of a newer request', async () => {
  await using on = await jobsOnDatabase();
  await on.wantPush('O-1', 2);
  await on.rows(`update jobs set outcome_unknown = true`);
  const refusal = wish('O-1', 1, 'failed');
  await takeOrderEvents(
    on.context,
    [
      {
        streamSequence: 1,
        eventId: refusal.id,
        raw: JSON.stringify({ ...refusal, data: { ...refusal.data, fact: 'order_rejected' } }),
        cause: 'type: none of those known',
        deliveries: 1,
      },
    ],
    on.now,
  );
  expect(await replayed(on)).toEqual({ applied: 1 });
  expect(await on.job('push:O-1:2')).toMatchObject({ outcome_unknown: true });
});

test('at the start of the service, and by command', async () => {
  await using on = await jobsOnDatabase();
  const keep = (orderNumber: string) => {
    const text = ofTomorrow(orderNumber);
    const { id } = JSON.parse(text);
    return takeOrderEvents(
      on.context,
      [{ streamSequence: 7, eventId: id, raw: text, cause: 'type: none of those known', deliveries: 1 }],
      on.now,
    );
  };
  await keep('O-1');
  await fix(on);
  await replayAtStart(on.context, replayUnread(on.context, { dryRun: false, signal: new AbortController().signal }));
  expect(await on.rows(`select key from jobs`)).toEqual([{ key: 'push:O-1:1' }]);

  await keep('O-2');
  const env = { APP_PROFILE: 'test', DATABASE_URL: on.databaseUrl, NATS_URL: on.natsUrl };
  expect(await runCommand(['replay-unread'], env)).toMatchObject({
    code: 1,
    lines: [
      expect.stringMatching(
        /^[0-9a-f-]{36} {2}ORDERS 7 {2}1 delivery {2}still cannot be read: type: none of those known$/,
      ),
      'applied 0, applied before 0, failed 0, still unread 1',
    ],
  });
  await fix(on);
  expect((await runCommand(['replay-unread', '--dry-run'], env)).lines.at(-1)).toBe(
    'dry run, nothing was changed: can be read 1, still unread 0',
  );
  expect(await on.rows(`select key from jobs`)).toHaveLength(1);
  expect(await runCommand(['replay-unread'], env)).toMatchObject({
    code: 0,
    lines: [expect.stringMatching(/ applied$/), 'applied 1, applied before 0, failed 0, still unread 0'],
  });
  expect(await on.rows(`select key from jobs order by id`)).toEqual([{ key: 'push:O-1:1' }, { key: 'push:O-2:1' }]);
  expect(await runCommand(['replay-unread', '--all'], env)).toMatchObject({ code: 2 });
}, 60_000);
