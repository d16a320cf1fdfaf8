import { RefusedCallback } from '@orderbridge/contracts/callback-envelope';
import { durables, streams } from '@orderbridge/contracts/subjects';
import { type Consuming, consumeBatches } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged } from '@orderbridge/service-kit/jetstream/settle';
import { keepRefused } from '../callbacks/keep-refused.ts';
import type { OrdersContext } from '../context.ts';

const BATCH_MAX = 50;
const BATCH_WAIT_MS = 200;
const ACK_WAIT_MS = 30_000;

/** Takes the gateway's samples of refused requests; unreadable ones are dropped, for they are only samples. */
export function consumeRefusals(context: OrdersContext): Consuming {
  return consumeBatches(context.js, {
    stream: streams.refusals.name,
    durable: durables.ordersRefusals,
    batchMax: BATCH_MAX,
    batchWaitMs: BATCH_WAIT_MS,
    ackWaitMs: ACK_WAIT_MS,
    log: context.log,
    handle: async (batch) => {
      const samples = batch.flatMap(({ data }) => readSample(data));
      if (samples.length > 0) await keepRefused(context.orm, samples);
      return batch.map(() => acknowledged);
    },
  });
}

function readSample(data: Uint8Array): RefusedCallback[] {
  try {
    return [RefusedCallback.parse(JSON.parse(new TextDecoder().decode(data)))];
  } catch {
    return [];
  }
}
