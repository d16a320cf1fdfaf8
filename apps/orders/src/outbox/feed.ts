import { setTimeout as delay } from 'node:timers/promises';
import { type ConsumerMessages, DeliverPolicy } from '@nats-io/jetstream';
import { OrderEvent } from '@orderbridge/contracts/order-events';
import type { OrderChange } from '@orderbridge/contracts/orders-api';
import { streams } from '@orderbridge/contracts/subjects';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import type { OrdersLog } from '../log.ts';

/** How far back a page that was away can resume without reading everything anew. */
const REMEMBERED = 2_000;
const REBUILD_WAIT_MS = 1_000;

export type FeedEntry = { readonly position: number; readonly change: OrderChange };

export type Feed = {
  /** Changes after `lastEventId` (default: from now on) until the signal aborts; a gap that cannot be filled is one `reset`. */
  readonly after: (
    lastEventId: string | undefined,
    signal: AbortSignal | undefined,
  ) => AsyncGenerator<FeedEntry, void, void>;
  readonly stop: () => Promise<void>;
};

/**
 * The live feed of this process: ONE ordered consumer on the ORDERS stream, whatever the number of open pages. The
 * stream sequence is the position, so a page may come back to any instance of orders.
 */
export function startFeed(js: JetStream, log: OrdersLog, now: () => Date): Feed {
  const ring: FeedEntry[] = [];
  const listeners = new Set<() => void>();
  let head = 0;
  let stopped = false;
  let messages: ConsumerMessages | undefined;

  const remember = (entry: FeedEntry) => {
    ring.push(entry);
    if (ring.length > REMEMBERED) ring.shift();
    head = entry.position;
    for (const wake of listeners) wake();
  };

  const run = async () => {
    while (!stopped) {
      try {
        const { state } = await js.manager.streams.info(streams.orders.name);
        // A younger stream than the one we knew starts its numbers anew: everything remembered is void.
        if (state.last_seq < head) {
          ring.length = 0;
          head = 0;
          for (const wake of listeners) wake();
        }
        const from = head > 0 ? head + 1 : Math.max(state.first_seq, state.last_seq - REMEMBERED + 1, 1);
        if (head === 0) head = from - 1;
        const consumer = await js.client.consumers.get(streams.orders.name, {
          deliver_policy: DeliverPolicy.StartSequence,
          opt_start_seq: from,
        });
        messages = await consumer.consume();
        for await (const message of messages) {
          const change = changeOf(message.data);
          if (change) remember({ position: message.seq, change });
        }
      } catch (error) {
        if (!stopped) log.warn('live feed reconnects', {}, error);
      }
      if (!stopped) await delay(REBUILD_WAIT_MS);
    }
  };
  const running = run();

  async function* after(
    lastEventId: string | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<FeedEntry, void, void> {
    let woken = Promise.withResolvers<void>();
    const wake = () => woken.resolve();
    listeners.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    try {
      let position = lastEventId === undefined ? head : Number(lastEventId);
      while (!signal?.aborted && !stopped) {
        const oldest = ring[0]?.position ?? head + 1;
        if (!Number.isSafeInteger(position) || position > head || position < oldest - 1) {
          position = head;
          yield { position, change: { kind: 'reset', orderNumber: '-', at: now().toISOString() } };
        }
        // Positions are dense but for what the stream dropped, so the search starts near the end.
        const start = ring.findLastIndex((entry) => entry.position <= position) + 1;
        for (const entry of ring.slice(start)) {
          if (signal?.aborted) return;
          yield entry;
          position = entry.position;
        }
        if (position >= head) {
          await woken.promise;
          woken = Promise.withResolvers<void>();
        }
      }
    } finally {
      listeners.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }

  return {
    after,
    stop: async () => {
      stopped = true;
      messages?.stop();
      for (const wake of listeners) wake();
      await Promise.race([running, delay(REBUILD_WAIT_MS)]);
    },
  };
}

function changeOf(data: Uint8Array): OrderChange | undefined {
  try {
    const event = OrderEvent.safeParse(JSON.parse(new TextDecoder().decode(data)));
    return event.success ? { kind: event.data.type, orderNumber: event.data.subject, at: event.data.time } : undefined;
  } catch {
    return undefined;
  }
}
