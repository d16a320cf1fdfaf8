import { OrderEvent } from '@orderbridge/contracts/order-events';
import { durables, streams, subjects } from '@orderbridge/contracts/subjects';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged } from '@orderbridge/service-kit/jetstream/settle';
import type { IntegrationsContext } from '../context.ts';
import { takeOrderEvents } from '../order-events/take-order-events.ts';

const BATCH_MAX = 100;
const BATCH_WAIT_MS = 20;
const ACK_WAIT_MS = 30_000;

/** The subscriber to order events: how any other service takes `ORDERS.>`. */
export function consumeOrderEvents(context: IntegrationsContext): Consuming {
  return consumeBatches(context.js, {
    stream: streams.orders.name,
    durable: durables.integrationsOrderEvents,
    filterSubject: subjects.allOrderEvents,
    batchMax: BATCH_MAX,
    batchWaitMs: BATCH_WAIT_MS,
    ackWaitMs: ACK_WAIT_MS,
    log: context.log,
    handle: async (batch) => {
      const events = batch.flatMap((delivery) => readOrderEvent(context, delivery));
      if (events.length > 0) await takeOrderEvents(context.orm, events, context.now());
      for (const { type } of events) context.metrics.orderEvents.inc({ type });
      return batch.map(() => acknowledged);
    },
  });
}

/** An event of a type this version does not know is left to newer versions: it stays in the stream. */
function readOrderEvent({ log }: IntegrationsContext, { data, subject }: Delivery): OrderEvent[] {
  try {
    return [OrderEvent.parse(JSON.parse(new TextDecoder().decode(data)))];
  } catch (error) {
    log.warn('order event left alone', { subject }, error);
    return [];
  }
}
