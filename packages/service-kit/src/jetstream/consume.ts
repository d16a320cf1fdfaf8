import { setTimeout as delay } from 'node:timers/promises';
import { AckPolicy, type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import type { Log } from '../logger.ts';
import type { JetStream } from './connect.ts';
import { retryAfterMs, type Settlement } from './settle.ts';

/** A message as a handler sees it; what becomes of it is said by the returned settlement. */
export type Delivery = {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly deliveries: number;
  readonly streamSequence: number;
};

export type ConsumeOptions = {
  stream: string;
  durable: string;
  filterSubject?: string;
  /** Most messages handed over at once. */
  batchMax: number;
  /** How long an incomplete batch waits for company at the most, in ms, while more keeps coming; 0 takes what is there. */
  batchWaitMs: number;
  /** After this long without a settlement the server delivers anew, in ms. */
  ackWaitMs: number;
  log: Log;
  /** Answers one settlement for each delivery. When it throws, all of them are delivered again later. */
  handle: (batch: readonly Delivery[]) => Promise<readonly Settlement[]>;
};

export type Consuming = { stop: () => Promise<void> };

const REBUILD_WAIT_MS = 500;
const QUIET_MS = 1;
const NANOS_PER_MS = 1_000_000;

/**
 * A durable pull consumer that hands over batches and never gives up: a lost connection, missed heartbeats, a
 * deleted consumer or stream end in a rebuilt consumer. Delivery is at least once and handlers are idempotent, so
 * acknowledgements are sent without waiting for their confirmation. There is no delivery limit: what can never
 * work is parked by the handler.
 */
export function consumeBatches(js: JetStream, options: ConsumeOptions): Consuming {
  const { log, batchMax, batchWaitMs, handle } = options;
  const waiting: JsMsg[] = [];
  let wake = () => {};
  let stopped = false;
  let messages: ConsumerMessages | undefined;

  const pull = async () => {
    while (!stopped) {
      try {
        await ensureConsumer(js, options);
        const consumer = await js.client.consumers.get(options.stream, options.durable);
        messages = await consumer.consume({
          max_messages: batchMax * 8,
          callback: (message) => {
            waiting.push(message);
            wake();
          },
        });
        const watched = messages;
        void watchStatus(watched, log, options.durable);
        await watched.closed();
      } catch (error) {
        if (!stopped) log.warn('consumer rebuilt', { id: options.durable, stream: options.stream }, error);
      }
      if (!stopped) await delay(REBUILD_WAIT_MS);
    }
  };

  const work = async () => {
    while (!stopped || waiting.length > 0) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => (wake = resolve));
        wake = () => {};
        continue;
      }
      if (batchWaitMs > 0 && !stopped) await companyFor(waiting, batchMax, batchWaitMs);
      const batch = waiting.splice(0, batchMax);
      settleAll(batch, await settlementsOf(batch, handle, log));
    }
  };

  const pulling = pull();
  const working = work();
  return {
    stop: async () => {
      stopped = true;
      messages?.stop();
      wake();
      await Promise.allSettled([working, Promise.race([pulling, delay(1_000)])]);
    },
  };
}

/** Waits while messages keep coming: until the batch is full, none came for a millisecond, or the time is up. */
async function companyFor(waiting: readonly JsMsg[], batchMax: number, batchWaitMs: number): Promise<void> {
  const until = performance.now() + batchWaitMs;
  for (let before = 0; waiting.length < batchMax && waiting.length > before && performance.now() < until;) {
    before = waiting.length;
    await delay(QUIET_MS);
  }
}

async function settlementsOf(
  batch: readonly JsMsg[],
  handle: ConsumeOptions['handle'],
  log: Log,
): Promise<readonly Settlement[]> {
  try {
    return await handle(
      batch.map((message) => ({
        subject: message.subject,
        data: message.data,
        deliveries: message.info.deliveryCount,
        streamSequence: message.seq,
      })),
    );
  } catch (error) {
    log.error('messages will be delivered again', { count: batch.length }, error);
    return batch.map((message) => ({ do: 'retry', inMs: retryAfterMs(message.info.deliveryCount) }));
  }
}

function settleAll(batch: readonly JsMsg[], settlements: readonly Settlement[]): void {
  batch.forEach((message, index) => {
    const settlement = settlements[index];
    if (settlement?.do === 'ack') message.ack();
    else message.nak(settlement?.inMs ?? retryAfterMs(message.info.deliveryCount));
  });
}

async function ensureConsumer(js: JetStream, options: ConsumeOptions): Promise<void> {
  const config = {
    ack_wait: options.ackWaitMs * NANOS_PER_MS,
    max_deliver: -1,
    max_ack_pending: options.batchMax * 32,
    ...(options.filterSubject === undefined ? {} : { filter_subject: options.filterSubject }),
  };
  try {
    await js.manager.consumers.add(options.stream, {
      durable_name: options.durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ...config,
    });
  } catch {
    await js.manager.consumers.update(options.stream, options.durable, config);
  }
}

async function watchStatus(messages: ConsumerMessages, log: Log, durable: string): Promise<void> {
  for await (const status of messages.status()) {
    const gone = ['consumer_deleted', 'consumer_not_found', 'stream_not_found', 'no_responders'].includes(status.type);
    if (gone || (status.type === 'heartbeats_missed' && status.count >= 2)) {
      log.warn('consumer lost', { id: durable, reason: status.type });
      messages.stop();
      return;
    }
  }
}
