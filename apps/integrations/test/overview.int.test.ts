import { integrationsOverviewApi } from '@orderbridge/contracts/overview-api';
import { createMetrics } from '@orderbridge/service-kit/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchUpstreams } from '../src/overview/watch-upstreams.ts';
import { upstreamMetrics } from '../src/suppliers/upstream-metrics.ts';
import { type IntegrationsApiUnderTest, integrationsApi } from './_integrations-api.ts';

let api: IntegrationsApiUnderTest;
beforeAll(async () => {
  api = await integrationsApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('jobs, syncs and platforms, without asking any of them', async () => {
  await api.rows(
    `insert into jobs (public_id, kind, order_number, round, key, state, priority, attempts, next_attempt_at, created_at, updated_at)
     select gen_random_uuid(), kind, 'N' || n, 1, kind || n, state, 0, 1, now() - interval '90 seconds', now(), now() - ago
       from (values ('push', 1, 'done', interval '1 minute'), ('push', 2, 'done', interval '2 minutes'),
                    ('push', 3, 'refused', interval '3 minutes'), ('push', 4, 'refused', interval '2 hours'),
                    ('cancel', 5, 'gave_up', interval '1 minute'), ('push', 6, 'waiting', interval '1 minute'),
                    ('push', 7, 'paused', interval '1 minute')) as j (kind, n, state, ago)`,
  );
  await api.rows(
    `insert into sync_runs (public_id, type, status, success_count, failed_count, by, created_at, completed_at)
     values (gen_random_uuid(), 'stock', 'failed', 0, 3, 'system', now() - interval '1 day', now() - interval '1 day'),
            (gen_random_uuid(), 'stock', 'partial', 8, 1, 'system', now(), now()),
            (gen_random_uuid(), 'products', 'processing', 0, 0, 'system', now(), null)`,
  );
  const { status, body } = await api.query('overview.get');
  expect(status).toBe(200);
  const overview = integrationsOverviewApi.get.output.parse(body.result.data);
  expect(overview.rates).toMatchObject([
    { name: 'pushSuccess', value: 2 / 3, sampleSize: 3, normal: 0.95, alert: 0.9, fewSamples: true, state: 'warn' },
    { name: 'cancelSuccess', value: 0, sampleSize: 1, fewSamples: true, state: 'warn' },
  ]);
  expect(overview.jobs).toMatchObject({ waiting: 1, running: 0, paused: 1 });
  expect(overview.jobs.oldestDueSeconds).toBeGreaterThanOrEqual(90);
  expect(overview.syncs).toMatchObject([
    { type: 'products', status: 'processing' },
    { type: 'stock', status: 'partial', successCount: 8, failedCount: 1 },
  ]);
  expect(overview.upstreams).toMatchObject([
    { name: 'haier', breaker: 'closed', calls: 0, budget: { used: 0, waiting: 0 } },
    { name: 'ylh', breaker: 'closed', calls: 0 },
  ]);
  expect(overview.upstreams.flatMap(({ rates }) => rates.map(({ state }) => state))).toEqual(Array(8).fill('no_data'));
  expect(overview.configuration.active).toBe(false);
});

test('the health of the process and of what it leans on', async () => {
  const { body } = await api.query('system.health');
  expect(body.result.data).toMatchObject({
    service: 'integrations',
    database: { ok: true, version: expect.stringMatching(/^\d+/), connections: expect.any(Number) },
    nats: { ok: true, version: expect.stringMatching(/^\d+\./) },
    outbox: { unsent: 0 },
    streams: [{ name: 'SUPPLIERS', messages: 0, bytes: 0, maxBytes: expect.any(Number) }],
  });
  // Nobody consumes here yet, which is told and does not fail it.
  expect(body.result.data.consumers).toEqual([
    { name: 'integrations-order-events', stream: 'ORDERS', lag: null, redelivered: 0 },
  ]);
});

test('what this process counted of a platform is told for the last 15 minutes only', async () => {
  let nowMs = Date.parse('2026-11-21T02:00:00.000Z');
  const later = (minutes: number) => (nowMs += minutes * 60_000);
  const metrics = upstreamMetrics(createMetrics('integrations'));
  const watch = watchUpstreams(metrics, () => new Date(nowMs));
  const budgets = { haier: { perSecond: 80, used: 3, waiting: 1 }, ylh: { perSecond: 80, used: 0, waiting: 0 } };
  const call = (outcome: string, seconds: number) => {
    metrics.calls.inc({ upstream: 'haier', operation: 'stock', outcome });
    metrics.seconds.observe({ upstream: 'haier', operation: 'stock' }, seconds);
  };
  const haier = async () => (await watch.read(budgets))[0]!;

  call('not_sent', 9);
  metrics.calls.inc({ upstream: 'haier', operation: 'stock', outcome: 'kept_back' });
  metrics.tokens.inc({ upstream: 'haier', outcome: 'refused' });
  metrics.breaker.set({ upstream: 'haier' }, 2);
  expect(await haier()).toMatchObject({
    breaker: 'open',
    calls: 1,
    rates: [
      // The one that was kept back was no call, and the platform was not there for it.
      { name: 'availability', value: 0, sampleSize: 2, fewSamples: true, state: 'warn' },
      { name: 'responseSeconds', value: 9, state: 'warn' },
      { name: 'errorRate', value: 1, sampleSize: 1, state: 'warn' },
      { name: 'authSuccess', value: 0, state: 'warn' },
    ],
    budget: { perSecond: 80, used: 3, waiting: 1 },
  });

  for (let minute = 0; minute < 20; minute += 1) {
    later(1);
    await watch.keep();
  }
  metrics.breaker.set({ upstream: 'haier' }, 0);
  for (const seconds of [1, 2, 3]) call('answered', seconds);
  call('refused', 2);
  expect(watch.since()).toEqual(new Date(nowMs - 15 * 60_000));
  expect(await haier()).toMatchObject({
    breaker: 'closed',
    calls: 4,
    rates: [
      // A refusal is an answer.
      { name: 'availability', value: 1, sampleSize: 4, normal: 0.995, alert: 0.99, state: 'ok' },
      { name: 'responseSeconds', value: 2, sampleSize: 4, windowSeconds: 900, state: 'ok' },
      { name: 'errorRate', value: 0, state: 'ok' },
      { name: 'authSuccess', value: null, state: 'no_data' },
    ],
  });
});

test.each([
  [1_000, 0, 5, 'ok'],
  [1_000, 0, 6, 'warn'],
  [1_000, 6, 4, 'warn'],
  [1_000, 5, 6, 'alert'],
  [1_000, 11, 0, 'alert'],
] as const)(
  'of %i calls, with %i unanswered and %i kept back by the breaker, the availability is %s (R143)',
  async (all, unanswered, keptBack, state) => {
    const metrics = upstreamMetrics(createMetrics('integrations'));
    const watch = watchUpstreams(metrics, () => new Date('2026-11-21T02:00:00.000Z'));
    const count = (outcome: string, times: number) =>
      metrics.calls.inc({ upstream: 'ylh', operation: 'order', outcome }, times);
    count('answered', all - unanswered - keptBack - 1);
    count('refused', 1);
    count('uncertain', unanswered);
    count('kept_back', keptBack);
    const budget = { perSecond: 80, used: 0, waiting: 0 };
    const [, ylh] = await watch.read({ haier: budget, ylh: budget });
    expect(ylh!.rates.find(({ name }) => name === 'availability')).toMatchObject({
      value: (all - unanswered - keptBack) / all,
      sampleSize: all,
      state,
    });
  },
);
