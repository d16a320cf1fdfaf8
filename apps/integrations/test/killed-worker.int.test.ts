import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { streams, subjects } from '@orderbridge/contracts/subjects';
import { PLAYED_ENV, playedPlatforms } from '@orderbridge/mock-upstreams/testing/played-platforms';
import { YLH_PATHS, YLH_ROOTS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import { publish } from '@orderbridge/service-kit/jetstream/publish';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { startProcess } from '@orderbridge/service-kit/testing/processes';
import { expect, test } from 'vitest';
import { jobsOnDatabase, wish } from './_jobs.ts';

const ORDERS = 200;
const KILLS = 4;

// The real client against the played platform, in a process that dies again and again (P19, scaled to a fifth).
test('pushes have one effect each, whatever the line, the platform and the process do', async () => {
  await using on = await jobsOnDatabase();
  await using ylh = await playedPlatforms();
  const port = await freePort();
  await using service = await startProcess({
    entry: fileURLToPath(new URL('../src/main.ts', import.meta.url)),
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    env: {
      ...PLAYED_ENV,
      APP_PROFILE: 'test',
      INTEGRATIONS_PORT: String(port),
      DATABASE_URL: on.databaseUrl,
      NATS_URL: on.natsUrl,
      HAIER_USE_MOCK_DATA: 'false',
      YLH_AUTH_URL: ylh.url + YLH_ROOTS.auth,
      YLH_BASE_URL: ylh.url + YLH_ROOTS.intake,
      YLH_ORDER_BASE_URL: ylh.url + YLH_ROOTS.order,
      YLH_STOCK_BASE_URL: ylh.url + YLH_ROOTS.stock,
      OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1',
      OUTBOUND_PRIVATE_HOSTS: '127.0.0.1',
      SUPPLIER_TIMEOUT_MS: '1000',
    },
  });
  const fault = (fault: string, share: number, more: object = {}) =>
    ylh.control('faults', { match: YLH_PATHS.create, fault, share, times: ORDERS * share, ...more });
  // Fewer than make the breaker open; the test of the whole system goes through that too.
  await fault('drop-after-commit', 0.2);
  await fault('http-500', 0.05);
  await fault('slow', 0.05, { delayMs: 3_000 });

  const all = Array.from({ length: ORDERS }, (_, index) => `P-${index}`);
  for (const number of all) on.orders.set(number, { round: 1, haierStatus: 'push_pending' });
  await Promise.all(
    all.map((number) => {
      const event = wish(number, 1, 'push_pending');
      return publish(on.context.js, subjects.orderEvent(event.type), JSON.stringify(event), {
        messageId: event.id,
        timeoutMs: 10_000,
        stream: streams.orders.name,
      });
    }),
  );

  const taken = async (): Promise<{ soId: string; acceptedTimes: number }[]> => (await ylh.control('orders')).items;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await expect
      .poll(async () => (await taken()).length, { timeout: 120_000, interval: 20 })
      .toBeGreaterThanOrEqual((ORDERS / 2 / KILLS) * kill);
    await service.kill('SIGKILL');
    await delay(100);
    await service.restart();
  }
  await expect
    .poll(() => on.rows(`select state, count(*)::int as count from jobs group by state`), {
      timeout: 180_000,
      interval: 500,
    })
    .toEqual([{ state: 'done', count: ORDERS }]);

  const orders = await taken();
  expect(orders.map(({ soId }) => soId).toSorted()).toEqual(all.toSorted());
  expect(orders.filter(({ acceptedTimes }) => acceptedTimes !== 1)).toEqual([]);
  const told = await on.rows(
    `select type, count(distinct subject)::int as orders, count(*)::int as count from outbox group by type`,
  );
  expect(told).toEqual([{ type: 'push.accepted', orders: ORDERS, count: ORDERS }]);
  await expect.poll(() => on.rows(`select 1 from outbox where sent_at is null`), { timeout: 10_000 }).toEqual([]);
  const [calls] = await on.rows<{ most: number; uncertain: number }>(
    `select max(attempts) as most, count(*) filter (where attempts > 1)::int as uncertain from jobs`,
  );
  expect(calls!.uncertain).toBeGreaterThan(ORDERS / 8);
}, 480_000);
