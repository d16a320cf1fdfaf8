import { OrderEvent } from '@orderbridge/contracts/order-events';
import { durables, streams, subjects } from '@orderbridge/contracts/subjects';
import { isDatabaseUnavailable, isUnfitData } from '@orderbridge/service-kit/database/errors';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged, retryAfterMs, type Settlement } from '@orderbridge/service-kit/jetstream/settle';
import { causeOf, readMessage } from '@orderbridge/service-kit/unread/read-message';
import { z } from 'zod';
import type { IntegrationsContext } from '../context.ts';
import { type TakenEvent, takeOrderEvents, type UnreadEvent } from '../order-events/take-order-events.ts';
import type { TransactContext } from '../transaction.ts';

const BATCH_MAX = 100;
const BATCH_WAIT_MS = 20;
const ACK_WAIT_MS = 30_000;

/** After so many tries an event that cannot be taken is kept as it came. */
const TRIES_MAX = 8;

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
      const received = batch.map((delivery) => receive(context, delivery));
      const take = async (some: readonly TakenEvent[]) => {
        const { planned } = await takeOrderEvents(context, some, context.now());
        if (planned > 0) onPlanned();
        for (const one of some)
          context.metrics.orderEvents.inc({ type: 'event' in one ? one.event.type : 'unreadable' });
      };
      try {
        await take(received.map(({ taken }) => taken));
        return batch.map(() => acknowledged);
      } catch (error) {
        if (isDatabaseUnavailable(error)) throw error;
        context.log.warn('order events are taken one by one', { count: batch.length }, error);
      }
      const settlements: Settlement[] = [];
      for (const one of received) settlements.push(await settle(context, one, take));
      return settlements;
    },
  });
}

type Received = { readonly taken: TakenEvent; readonly asUnread: (cause: string) => UnreadEvent };

/**
 * An acknowledged event never comes again, so one of a type that this version does not know, or that it cannot read at
 * all, is kept as it came: a newer version replays it.
 */
function receive({ log }: ConsumeContext, { data, subject, streamSequence, deliveries }: Delivery): Received {
  const raw = new TextDecoder().decode(data);
  const read = readMessage(OrderEvent, raw);
  const eventId = WithId.safeParse(read.ok ? read.value : read.json).data?.id;
  const asUnread = (cause: string) => ({ streamSequence, eventId, raw, cause, deliveries });
  if (read.ok) return { taken: { streamSequence, event: read.value }, asUnread };
  log.warn('order event kept unread', { subject, reason: read.cause });
  return { taken: asUnread(read.cause), asUnread };
}

/** Takes one event alone; one that fails for good or again and again is kept as it came, so that it holds up nobody. */
async function settle(
  { log }: ConsumeContext,
  { taken, asUnread }: Received,
  take: (some: readonly TakenEvent[]) => Promise<void>,
): Promise<Settlement> {
  try {
    await take([taken]);
  } catch (error) {
    const { deliveries, eventId } = asUnread(causeOf(error));
    log.error('order event not taken', { id: eventId, attempt: deliveries }, error);
    const isHopeless = isUnfitData(error) || (deliveries >= TRIES_MAX && !isDatabaseUnavailable(error));
    if (!isHopeless) return { do: 'retry', inMs: retryAfterMs(deliveries) };
    await take([asUnread(causeOf(error))]);
  }
  return acknowledged;
}
