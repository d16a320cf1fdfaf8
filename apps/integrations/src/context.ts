import type { MikroORM } from '@mikro-orm/postgresql';
import type { IntegrationsOverview } from '@orderbridge/contracts/overview-api';
import { streams } from '@orderbridge/contracts/subjects';
import { connectJetStream, type JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { createLogger } from '@orderbridge/service-kit/logger';
import { createMetrics } from '@orderbridge/service-kit/metrics';
import { startRelay } from '@orderbridge/service-kit/outbox/relay';
import { shareReading } from '@orderbridge/service-kit/share-reading';
import type { IntegrationsConfig } from './config.ts';
import { loadConfiguration } from './config/load-configuration.ts';
import { type IntegrationsLog, LOG_FIELDS } from './log.ts';
import { openOrm } from './orm.ts';
import { OUTBOX } from './outbox/outbox.ts';
import { readOverview } from './overview/read-overview.ts';
import { type UpstreamWatch, watchUpstreams } from './overview/watch-upstreams.ts';
import { mockSuppliers } from './suppliers/mock-suppliers.ts';
import { openSuppliers } from './suppliers/open-suppliers.ts';
import type { SupplierAccess } from './suppliers/suppliers.ts';
import { upstreamMetrics } from './suppliers/upstream-metrics.ts';

export type IntegrationsContext = {
  readonly config: IntegrationsConfig;
  readonly log: IntegrationsLog;
  readonly orm: MikroORM;
  readonly js: JetStream;
  readonly metrics: ReturnType<typeof integrationsMetrics>;
  readonly now: () => Date;
  readonly wakeRelay: () => void;
  /** The platforms, as they are configured now. */
  readonly suppliers: SupplierAccess;
  /** What this process counted of its calls lately. */
  readonly upstreams: UpstreamWatch;
  /** The overview, read at most every few seconds however many look. */
  readonly readOverview: () => Promise<IntegrationsOverview>;
  readonly close: () => Promise<void>;
};

/** Younger than the pace at which open pages ask, so that nobody waits two rounds for a change. */
const OVERVIEW_SHARED_MS = 2_000;

export async function createContext(
  config: IntegrationsConfig,
  overrides: { log?: IntegrationsLog; now?: () => Date } = {},
): Promise<IntegrationsContext> {
  const log = overrides.log ?? createLogger({ service: 'integrations', level: config.logLevel, fields: LOG_FIELDS });
  const orm = await openOrm({ databaseUrl: config.databaseUrl, poolMax: config.databasePoolMax });
  const js = await connectJetStream({
    url: config.natsUrl,
    name: 'integrations',
    // Both ends of a stream make sure of it, so that either may start first.
    streams: [streams.orders, streams.suppliers].map((stream) => ({ ...stream, replicas: config.streamReplicas })),
  });
  const relay = startRelay({ orm, js, log }, OUTBOX);
  const metrics = integrationsMetrics();
  const now = overrides.now ?? (() => new Date());
  const suppliers = openSuppliers({
    limits: config.suppliers,
    loadConfig: () => loadConfiguration({ orm, config }),
    mock: mockSuppliers,
    metrics: metrics.upstreams,
    log,
    now,
  });
  const upstreams = watchUpstreams(metrics.upstreams, now);
  return {
    config,
    log,
    orm,
    js,
    metrics,
    now,
    wakeRelay: relay.wake,
    suppliers: suppliers.access,
    upstreams,
    readOverview: shareReading(() => readOverview({ orm, config, suppliers, upstreams, now }), {
      minMs: OVERVIEW_SHARED_MS,
    }),
    close: async () => {
      await suppliers.close();
      await relay.stop();
      await js.close();
      await orm.close();
    },
  };
}

function integrationsMetrics() {
  const metrics = createMetrics('integrations');
  return {
    all: metrics,
    upstreams: upstreamMetrics(metrics),
    orderEvents: metrics.counter('integrations_order_events_total', 'Order events taken from the bus', [
      'type',
    ] as const),
    jobAttempts: metrics.histogram(
      'integrations_job_attempt_seconds',
      'Time of attempts at pushes and cancels, calls included, by outcome',
      ['kind', 'outcome'] as const,
      [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
    ),
    jobsEnded: metrics.counter('integrations_jobs_ended_total', 'Pushes and cancels that ended, by outcome', [
      'kind',
      'outcome',
    ] as const),
    jobs: metrics.gauge('integrations_jobs', 'Pushes and cancels that have not ended, by state', [
      'kind',
      'state',
    ] as const),
    oldestDueJob: metrics.gauge('integrations_oldest_due_job_seconds', 'How long the oldest job that is due waits'),
    pushSuccess: metrics.gauge(
      'integrations_push_success_ratio',
      'Share of the pushes ended within the last hour that were accepted; 1 when none ended',
    ),
    requestsRefused: metrics.counter('integrations_requests_refused_total', 'API requests answered with an error', [
      'status',
    ] as const),
  };
}
