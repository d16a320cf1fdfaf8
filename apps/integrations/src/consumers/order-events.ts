import { OrderEvent } from '@orderbridge/contracts/order-events';
import { durables, streams, subjects } from '@orderbridge/contracts/subjects';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged } from '@orderbridge/service-kit/jetstream/settle';
import { z } from 'zod';
import type { IntegrationsContext } from '../context.ts';
import { type TakenEvent, takeOrderEvents } from '../order-events/take-order-events.ts';
import type { TransactContext } from '../transaction.ts';

const BATCH_MAX = 100;
const BATCH_WAIT_MS = 20;
const ACK_WAIT_MS = 30_000;

type ConsumeContext = TransactContext & Pick<IntegrationsContext, 'js' | 'log' | 'metrics' | 'now'>;

const WithId = z.object({ id: z.uuid() });

/** The subscriber to order events: how any other service takes `ORDERS.>`. `onPlanned` hears of new jobs. */
export function consumeOrderEvents(context: ConsumeContext, onPlanned: () => void): Consuming {
  return consumeBatches(context.js, {
    stream: streams.orders.name,
    durable: durables.integrationsOrderEvents,
    filterSubject: subjects.allOrderEvents,
    batchMax: BATCH_MAX,
    batchWaitMs: BATCH_WAIT_MS,
    ackWaitMs: ACK_WAIT_MS,
    log: context.log,
    handle: async (batch) => {
      const taken = batch.map((delivery) => readOrderEvent(context, delivery));
      const { planned } = await takeOrderEvents(context, taken, context.now());
      if (planned > 0) onPlanned();
      for (const one of taken)
        context.metrics.orderEvents.inc({ type: 'event' in one ? one.event.type : 'unreadable' });
      return batch.map(() => acknowledged);
    },
  });
}

/**
 * An acknowledged event never comes again, so one of a type that this version does not know, or that it cannot read at
 * all, is kept as it came: a newer version finds it in the table.
 */
function readOrderEvent({ log }: ConsumeContext, { data, subject, streamSequence }: Delivery): TakenEvent {
  const raw = new TextDecoder().decode(data);
  let json: unknown;
  try {
    json = JSON.parse(raw);
    return { streamSequence, event: OrderEvent.parse(json) };
  } catch (error) {
    log.warn('order event kept unread', { subject }, error);
    return { streamSequence, eventId: WithId.safeParse(json).data?.id, raw };
  }
}
