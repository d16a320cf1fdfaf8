import type { MikroORM } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { streams } from '@orderbridge/contracts/subjects';
import { connectJetStream, type JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { createLogger } from '@orderbridge/service-kit/logger';
import { createMetrics } from '@orderbridge/service-kit/metrics';
import { startRelay } from '@orderbridge/service-kit/outbox/relay';
import { shareReading } from '@orderbridge/service-kit/share-reading';
import { type AskGateway, askGateway } from './callbacks/ask-gateway.ts';
import type { CallbackKeys } from './callbacks/callback-keys.ts';
import type { OrdersConfig } from './config.ts';
import { LOG_FIELDS, type OrdersLog } from './log.ts';
import { openOrm } from './orm.ts';
import { type Feed, startFeed } from './outbox/feed.ts';
import { readOverview } from './overview/read-overview.ts';
import { type FetchPhoto, photoFetcher } from './orders/fetch-photo.ts';
import { buildProviders } from './payments/providers/build-providers.ts';
import type { PaymentProviders } from './payments/providers/provider.ts';
import { type AskIntegrations, askIntegrations } from './suppliers/ask-integrations.ts';
import { OUTBOX } from './outbox/outbox.ts';
import { type AccessWatch, watchAccess } from './staff/watch-access.ts';

/** Everything a use case, consumer or procedure of orders may need, built in one place. */
export type OrdersContext = {
  readonly config: OrdersConfig;
  readonly log: OrdersLog;
  readonly orm: MikroORM;
  readonly js: JetStream;
  readonly metrics: ReturnType<typeof ordersMetrics>;
  readonly now: () => Date;
  readonly wakeRelay: () => void;
  readonly feed: Feed;
  /** Ends open streams of whoever may no longer read them. */
  readonly access: AccessWatch;
  /** Payment providers that can be called from here. */
  readonly providers: PaymentProviders;
  /** Photos of delivery, from the hosts that are allowed. */
  readonly fetchPhoto: FetchPhoto;
  /** Has integrations ask the platform. */
  readonly askIntegrations: AskIntegrations;
  /** Has the gateway explain a signature. */
  readonly askGateway: AskGateway;
  /** Who we are at the providers, to read their callbacks. */
  readonly callbackKeys: CallbackKeys;
  /** The overview, read at most every few seconds however many look. */
  readonly readOverview: () => Promise<OrdersOverview>;
  readonly close: () => Promise<void>;
};

/** Younger than the pace at which open pages ask, so that nobody waits two rounds for a change. */
const OVERVIEW_SHARED_MS = 2_000;

export async function createContext(
  config: OrdersConfig,
  overrides: { log?: OrdersLog; now?: () => Date; providers?: PaymentProviders } = {},
): Promise<OrdersContext> {
  const log = overrides.log ?? createLogger({ service: 'orders', level: config.logLevel, fields: LOG_FIELDS });
  const now = overrides.now ?? (() => new Date());
  const orm = await openOrm({ databaseUrl: config.databaseUrl, poolMax: config.databasePoolMax });
  const js = await connectJetStream({
    url: config.natsUrl,
    name: 'orders',
    // Both ends of a stream make sure of it, so that either may start first.
    streams: [streams.callbacks, streams.refusals, streams.orders, streams.suppliers].map((stream) => ({
      ...stream,
      replicas: config.streamReplicas,
    })),
  });
  const built = buildProviders(config.payments, now);
  const photos = photoFetcher({ photoHosts: config.photoHosts, ...config.payments.outbound });
  const relay = startRelay({ orm, js, log }, OUTBOX);
  const feed = startFeed(js, log, now);
  const access = watchAccess({ orm, now, log });
  return {
    config,
    log,
    orm,
    js,
    metrics: ordersMetrics(),
    now,
    wakeRelay: relay.wake,
    feed,
    access,
    providers: overrides.providers ?? built.providers,
    fetchPhoto: photos.fetchPhoto,
    askIntegrations: askIntegrations(js),
    askGateway: askGateway(js),
    callbackKeys: config.payments,
    readOverview: shareReading(() => readOverview({ orm, now }), { minMs: OVERVIEW_SHARED_MS }),
    close: async () => {
      access.stop();
      await feed.stop();
      await built.close();
      await photos.close();
      await relay.stop();
      await js.close();
      await orm.close();
    },
  };
}

function ordersMetrics() {
  const metrics = createMetrics('orders');
  return {
    registry: metrics.registry,
    all: metrics,
    callbacks: metrics.counter('orders_callbacks_total', 'Callbacks decided, by outcome', [
      'provider',
      'outcome',
    ] as const),
    supplierEvents: metrics.counter('orders_supplier_events_total', 'Events of integrations, by outcome', [
      'type',
      'outcome',
    ] as const),
    batchSeconds: metrics.histogram('orders_callback_batch_seconds', 'Time from a batch taken to committed and told'),
    batchSize: metrics.histogram(
      'orders_callback_batch_size',
      'Callbacks in one transaction',
      [],
      [1, 2, 4, 8, 16, 32, 64],
    ),
    procedures: metrics.histogram('orders_procedure_seconds', 'Time of API procedures', [
      'procedure',
      'result',
    ] as const),
  };
}
