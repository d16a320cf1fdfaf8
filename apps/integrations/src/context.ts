import type { MikroORM } from '@mikro-orm/postgresql';
import { streams } from '@orderbridge/contracts/subjects';
import { connectJetStream, type JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { createLogger, type Log } from '@orderbridge/service-kit/logger';
import { createMetrics } from '@orderbridge/service-kit/metrics';
import type { IntegrationsConfig } from './config.ts';
import { openOrm } from './orm.ts';

export type IntegrationsContext = {
  readonly config: IntegrationsConfig;
  readonly log: Log;
  readonly orm: MikroORM;
  readonly js: JetStream;
  readonly metrics: ReturnType<typeof integrationsMetrics>;
  readonly now: () => Date;
  readonly close: () => Promise<void>;
};

export async function createContext(config: IntegrationsConfig): Promise<IntegrationsContext> {
  const orm = await openOrm({ databaseUrl: config.databaseUrl, poolMax: config.databasePoolMax });
  const js = await connectJetStream({
    url: config.natsUrl,
    name: 'integrations',
    // Both ends of a stream make sure of it, so that either may start first.
    streams: [streams.orders].map((stream) => ({ ...stream, replicas: config.streamReplicas })),
  });
  return {
    config,
    log: createLogger({ service: 'integrations', level: config.logLevel, fields: [] }),
    orm,
    js,
    metrics: integrationsMetrics(),
    now: () => new Date(),
    close: async () => {
      await js.close();
      await orm.close();
    },
  };
}

function integrationsMetrics() {
  const metrics = createMetrics('integrations');
  return {
    all: metrics,
    orderEvents: metrics.counter('integrations_order_events_total', 'Order events taken from the bus', [
      'type',
    ] as const),
    requestsRefused: metrics.counter('integrations_requests_refused_total', 'API requests answered with an error', [
      'status',
    ] as const),
  };
}
