import { setTimeout as delay } from 'node:timers/promises';
import { streams } from '@orderbridge/contracts/subjects';
import { connectJetStream, ensureStream, type JetStream } from '@orderbridge/service-kit/jetstream/connect';
import type { GatewayLog } from './gateway-log.ts';
import { createOutcomeReplies, type OutcomeReplies } from './outcome-replies.ts';

/** One connection to NATS with its reply subscription; it survives reconnects. */
export type BrokerSession = { readonly js: JetStream; readonly replies: OutcomeReplies };

export type Broker = {
  /** Undefined while NATS is known to be out of reach: then waiting for it is of no use. */
  readonly session: BrokerSession | undefined;
  /** Makes the streams again where they are gone (a wiped broker); never rejects. */
  ensureStreams: () => Promise<void>;
  close: () => Promise<void>;
};

export type BrokerOptions = {
  url: string;
  replicas: number;
  log: GatewayLog;
  /** Called once for each connection, before anything is sent on it; it outlives breaks. */
  serve: (connection: JetStream['connection']) => void;
  /** Called on the first connection and on each one after a break. */
  onConnected: () => void;
};

const RETRY_MS = 250;

/**
 * Connects in the background and for ever, so that the gateway can take callbacks into its spool before NATS is
 * there. What cannot be reached is logged once per outage, not once per try.
 */
export function connectBroker({ url, replicas, log, serve, onConnected }: BrokerOptions): Broker {
  let session: BrokerSession | undefined;
  let connected = false;
  const closing = new AbortController();
  let unreachable = false;

  const ensureStreams = async () => {
    if (!session) return;
    try {
      await ensureStream(session.js, { ...streams.callbacks, replicas });
      await ensureStream(session.js, { ...streams.refusals, replicas });
    } catch (error) {
      if (!closing.signal.aborted) log.warn('streams not ensured', {}, error);
    }
  };

  let connections = 0;
  const onConnection = async () => {
    const connection = ++connections;
    unreachable = false;
    await ensureStreams();
    // It may have broken again meanwhile.
    if (connection !== connections) return;
    connected = true;
    log.info('broker connected');
    onConnected();
  };

  const onBreak = ({ replies }: BrokerSession) => {
    connections += 1;
    if (connected && !closing.signal.aborted) log.warn('broker disconnected');
    connected = false;
    replies.disconnected();
  };

  const watch = async (watched: BrokerSession) => {
    for await (const status of watched.js.connection.status()) {
      if (status.type === 'disconnect') onBreak(watched);
      else if (status.type === 'reconnect') void onConnection();
    }
    onBreak(watched);
  };

  const run = async () => {
    while (!closing.signal.aborted) {
      try {
        const js = await connectJetStream({ url, name: 'gateway', waitForServer: false });
        if (closing.signal.aborted) return await js.close();
        session = { js, replies: createOutcomeReplies(js.connection) };
        serve(js.connection);
        void onConnection();
        await watch(session);
      } catch (error) {
        if (!unreachable) log.warn('broker out of reach', {}, error);
        unreachable = true;
      }
      await delay(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  void run();

  return {
    get session() {
      return connected ? session : undefined;
    },
    ensureStreams,
    async close() {
      closing.abort();
      await session?.js.close();
    },
  };
}
