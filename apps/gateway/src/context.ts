import { type AddressTest, inRanges } from '@orderbridge/service-kit/allow-list';
import { type Broker, connectBroker } from './broker.ts';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { GatewayConfig } from './config.ts';
import { drainSpool } from './drain-spool.ts';
import { createFailureLimit, type FailureLimit } from './failure-limit.ts';
import type { GatewayLog } from './gateway-log.ts';
import { createGatewayMetrics, type GatewayMetrics } from './gateway-metrics.ts';
import { createKeeper, type Keeper } from './keep-callback.ts';
import { createRefuser, type RefuseCallback } from './refuse-callback.ts';
import { serveSignatures } from './signature/serve-signatures.ts';
import { openSpool, type Spool } from './spool.ts';

/** Everything a request needs, built once. */
export type GatewayContext = {
  readonly config: GatewayConfig;
  readonly now: () => Date;
  readonly newId: (at: Date) => string;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  readonly isTrustedProxy: AddressTest;
  readonly failures: FailureLimit;
  /** Probes of our verification, which are no failures. */
  readonly probes: FailureLimit;
  readonly refused: RefuseCallback;
  readonly broker: Broker;
  readonly spool: Spool;
  readonly keeper: Keeper;
  /** Verified callbacks that have no answer yet. */
  readonly waiting: { count: number };
  /** Aborted while the process goes down. */
  readonly shutdown: AbortSignal;
  /** Stops draining and frees the connection and the spool; what is not drained stays for the next start. */
  close: () => Promise<void>;
};

/** Of the ten seconds a service has to go down; callbacks in flight may have used up the rest. */
const DRAIN_WITHIN_MS = 3_000;

export type ContextOverrides = { now?: () => Date; spool?: Spool };

export async function createContext(
  config: GatewayConfig,
  { log, shutdown }: { log: GatewayLog; shutdown: AbortSignal },
  overrides: ContextOverrides = {},
): Promise<GatewayContext> {
  const now = overrides.now ?? (() => new Date());
  const newId = uuidv7;
  const waiting = { count: 0 };
  const spool = overrides.spool ?? (await openSpool({ ...config.spool, now, newId, log }));

  const broker = connectBroker({
    ...config.nats,
    log,
    serve: (connection) => serveSignatures(connection, config, log),
    onConnected: () => draining.wake(),
  });
  const keeper = createKeeper({
    broker,
    spool,
    log,
    keepTimeoutMs: config.keepTimeoutMs,
    onSpooled: () => draining.wake(),
  });
  const draining = drainSpool({
    spool,
    broker,
    log,
    publishTimeoutMs: config.keepTimeoutMs,
    onStreamAnswers: keeper.streamAnswers,
  });
  const metrics = createGatewayMetrics({
    waiting: () => waiting.count,
    spoolRecords: () => spool.records,
    spoolBytes: () => spool.bytes,
    connected: () => broker.session !== undefined,
  });

  return {
    config,
    now,
    newId,
    log,
    metrics,
    isTrustedProxy: inRanges(config.trustedProxies),
    failures: createFailureLimit({ perMinute: config.failuresPerMinute }),
    probes: createFailureLimit({ perMinute: config.failuresPerMinute }),
    refused: createRefuser({ log, metrics, newId, connection: () => broker.session?.js.connection }),
    broker,
    spool,
    keeper,
    waiting,
    shutdown,
    async close() {
      await draining.stop(DRAIN_WITHIN_MS);
      await broker.close();
      await spool.close();
    },
  };
}
