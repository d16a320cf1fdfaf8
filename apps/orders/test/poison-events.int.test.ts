import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ordersBesideIntegrations } from './_integrations.ts';

const GOOD = 400;
const BAD = 100;

const OF_TOMORROW = { id: randomUUID(), type: 'push.teleported', subject: 'O-1' };
/** Texts that no version of today can read; the third one is as long as an event may well be. */
const POISON = ['', '{ no json \0', `"${'长'.repeat(20_000)}"`, '[]', 'null', JSON.stringify(OF_TOMORROW)];

// P22, for the events of integrations.
test(`${BAD} events that nobody can read, among ${GOOD}: each is kept with its text, and the others are applied once`, async () => {
  await using live = await ordersBesideIntegrations();
  const every = GOOD / BAD;
  const published: Promise<unknown>[] = [];
  for (let index = 0; index < GOOD; index += 1) {
    published.push(
      live.tell('staff.acted', '-', {
        actor: 'staff:admin',
        action: 'poison_neighbour',
        resourceType: 'job',
        resourceId: `N-${index}`,
        detail: {},
      }),
    );
    // An id of its own, or the same event would come again and be kept once.
    const poison = POISON[(index / every) % POISON.length]?.replace(OF_TOMORROW.id, randomUUID());
    if (index % every === 0) published.push(live.publish('push.accepted', poison!));
  }
  await Promise.all(published);

  await expect
    .poll(() => live.rows<{ n: number }>(`select count(*)::int as n from supplier_events`), { timeout: 60_000 })
    .toEqual([{ n: GOOD + BAD }]);
  expect(
    await live.rows(
      `select count(*)::int as n, count(distinct resource_id)::int as of from audit_entries where action = 'poison_neighbour'`,
    ),
  ).toEqual([{ n: GOOD, of: GOOD }]);
  expect(
    await live.rows(
      `select count(*) filter (where raw = '{ no json \u2400')::int as nul, count(*) filter (where length(raw) = 20002)::int as long,
              count(*) filter (where raw = '')::int as empty, count(*) filter (where raw is not null)::int as kept from supplier_events`,
    ),
  ).toEqual([{ nul: 17, long: 17, empty: 17, kept: BAD }]);
  expect(
    await live.rows(`select kind, count(*)::int as n from exceptions where status = 'open' group by kind`),
  ).toEqual([{ kind: 'parked_message', n: BAD }]);
  expect(
    await live.rows(
      `select cause, count(*)::int as n from supplier_events where raw is not null and deliveries = 1 group by cause order by cause`,
    ),
  ).toEqual([
    { cause: '-: Invalid input: expected object, received array', n: 17 },
    { cause: '-: Invalid input: expected object, received null', n: 16 },
    { cause: '-: Invalid input: expected object, received string', n: 17 },
    { cause: 'is not JSON', n: 34 },
    { cause: 'type: none of those known', n: 16 },
  ]);
}, 120_000);
