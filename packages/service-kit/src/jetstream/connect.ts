import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  DiscardPolicy,
} from '@nats-io/jetstream';

export type JetStream = {
  readonly connection: NatsConnection;
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
  close: () => Promise<void>;
};

export type StreamOptions = {
  name: string;
  subjects: readonly string[];
  /** Replicas on a cluster; 1 on a single server. */
  replicas: number;
  maxAgeMs: number;
  maxBytes: number;
  /** `new`: a full stream refuses instead of losing the oldest; only samples may use `old`. */
  discard?: 'new' | 'old';
  /** Window in which a repeated message id is dropped; a courtesy, nothing depends on it. */
  duplicateWindowMs?: number;
};

const RECONNECT_WAIT_MS = 250;
const PING_INTERVAL_MS = 5_000;
const NANOS_PER_MS = 1_000_000;

/**
 * Connects and keeps reconnecting for ever; the first connection is waited for too. The given streams are made, and
 * made again after each reconnect, because a broker may come back without its data.
 * @throws with `waitForServer: false`, when the server cannot be reached now
 */
export async function connectJetStream(options: {
  url: string;
  name: string;
  waitForServer?: boolean;
  streams?: readonly StreamOptions[];
}): Promise<JetStream> {
  const { servers, token } = splitToken(options.url);
  const connection = await connect({
    servers,
    ...(token === undefined ? {} : { token }),
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_WAIT_MS,
    waitOnFirstConnect: options.waitForServer ?? true,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    noAsyncTraces: true,
  });
  // checkAPI would fail while the server still recovers its streams after a crash.
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const js: JetStream = { connection, client: jetstream(connection), manager, close: () => connection.close() };
  const { streams = [] } = options;
  for (const stream of streams) await ensureStream(js, stream);
  if (streams.length > 0) void ensureAfterReconnects(js, streams);
  return js;
}

async function ensureAfterReconnects(js: JetStream, streams: readonly StreamOptions[]): Promise<void> {
  for await (const { type } of js.connection.status()) {
    if (type !== 'reconnect') continue;
    // A server that has just come up may not answer yet; whoever needs the stream says so in its own log.
    for (const stream of streams) await ensureStream(js, stream).catch(() => undefined);
  }
}

/** Makes the stream or brings it to these limits; safe to call from several processes and at every start. */
export async function ensureStream(js: JetStream, options: StreamOptions): Promise<void> {
  const config = {
    subjects: [...options.subjects],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: options.discard === 'old' ? DiscardPolicy.Old : DiscardPolicy.New,
    num_replicas: options.replicas,
    max_age: options.maxAgeMs * NANOS_PER_MS,
    max_bytes: options.maxBytes,
    duplicate_window: (options.duplicateWindowMs ?? 120_000) * NANOS_PER_MS,
  };
  try {
    await js.manager.streams.add({ name: options.name, ...config });
  } catch {
    await js.manager.streams.update(options.name, config);
  }
}

// A token in the URL (`nats://token@host`) is how one variable carries address and secret; the client wants them apart.
function splitToken(url: string): { servers: string[]; token: string | undefined } {
  let token: string | undefined;
  const servers = url.split(',').map((part) => {
    const at = part.lastIndexOf('@');
    if (at < 0) return part;
    token = decodeURIComponent(part.slice(part.indexOf('://') + 3, at));
    return `${part.slice(0, part.indexOf('://') + 3)}${part.slice(at + 1)}`;
  });
  return { servers, token };
}
