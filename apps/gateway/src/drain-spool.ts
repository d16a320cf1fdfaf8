import { setTimeout as delay } from 'node:timers/promises';
import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { subjects } from '@orderbridge/contracts/subjects';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { publish } from '@orderbridge/service-kit/jetstream/publish';
import type { Broker } from './broker.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { Segment, Spool } from './spool.ts';

export type DrainOptions = {
  spool: Spool;
  broker: Broker;
  log: GatewayLog;
  publishTimeoutMs: number;
  /** Called when the stream has kept what it got: it is worth trying again for live callbacks too. */
  onStreamAnswers: () => void;
};

export type Draining = {
  /** There may be something to do: a record was spooled, or NATS is back. */
  wake: () => void;
  /** Drains on for so long while JetStream answers; what is left stays on the disk for the next start. */
  stop: (withinMs: number) => Promise<void>;
};

const BATCH = 64;
const RETRY_MS = 500;
const LOOK_EVERY_MS = 1_000;
const LOOK_WHILE_STOPPING_MS = 20;
const ADOPT_EVERY_MS = 30_000;

/**
 * Publishes spooled callbacks in order whenever JetStream answers, also those that a dead gateway left behind. A
 * segment is deleted after the PubAck of its last record; a crash before that repeats records and loses none. The
 * message id only spares the server the repetitions of one record.
 */
export function drainSpool({ spool, broker, log, publishTimeoutMs, onStreamAnswers }: DrainOptions): Draining {
  const stopping = new AbortController();
  const progress = new WeakMap<Segment, number>();
  let wake = () => {};
  let troubled = false;

  const run = async () => {
    let adoptedAtMs = -Infinity;
    while (!stopping.signal.aborted) {
      try {
        if (performance.now() - adoptedAtMs > ADOPT_EVERY_MS) {
          adoptedAtMs = performance.now();
          const adopted = await spool.adoptAbandoned();
          if (adopted > 0) log.info('spool adopted', { count: spool.records, bytes: spool.bytes });
        }
        await drain();
        troubled = false;
      } catch (error) {
        if (!troubled) log.warn('spool waits', { count: spool.records, bytes: spool.bytes }, error);
        troubled = true;
        await broker.ensureStreams();
        await pause(RETRY_MS);
        continue;
      }
      await Promise.race([new Promise<void>((resolve) => (wake = resolve)), pause(LOOK_EVERY_MS)]);
    }
  };

  const drain = async () => {
    let segments = 0;
    for (; !stopping.signal.aborted && broker.session; segments++) {
      const segment = await spool.oldest();
      if (!segment) break;
      await drainSegment(segment, broker.session.js);
    }
    if (segments > 0) log.info('spool drained', { count: segments, bytes: spool.bytes });
  };

  const drainSegment = async (segment: Segment, js: JetStream) => {
    const { payloads, tornBytes, damagedBytes } = await spool.read(segment);
    if (tornBytes > 0) log.warn('spool record cut short', { path: segment.path, bytes: tornBytes });
    if (damagedBytes > 0) log.error('spool segment damaged', { path: segment.path, bytes: damagedBytes });
    for (let at = progress.get(segment) ?? 0; at < payloads.length; at += BATCH) {
      if (stopping.signal.aborted) return;
      const batch = payloads.slice(at, at + BATCH);
      await Promise.all(batch.map((payload) => publishRecord(js, payload, publishTimeoutMs)));
      progress.set(segment, at + batch.length);
      onStreamAnswers();
    }
    await spool.remove(segment, damagedBytes > 0);
  };

  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  const running = run();
  return {
    wake: () => wake(),
    async stop(withinMs) {
      const untilMs = performance.now() + withinMs;
      while (spool.records > 0 && broker.session && performance.now() < untilMs) {
        wake();
        await delay(LOOK_WHILE_STOPPING_MS);
      }
      stopping.abort();
      wake();
      await running;
    },
  };
}

function publishRecord(js: JetStream, payload: Buffer, timeoutMs: number): Promise<void> {
  const { id, provider } = JSON.parse(payload.toString('utf8')) as CallbackEnvelope;
  return publish(js, subjects.callback(provider), payload, { messageId: id, timeoutMs });
}
