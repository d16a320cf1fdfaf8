import { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import { durables, streams, subjects } from '@orderbridge/contracts/subjects';
import { isDatabaseUnavailable, isUnfitData } from '@orderbridge/service-kit/database/errors';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged, retryAfterMs, type Settlement } from '@orderbridge/service-kit/jetstream/settle';
import { causeOf, readMessage, type ReadMessage } from '@orderbridge/service-kit/unread/read-message';
import { z } from 'zod';
import type { OrdersContext } from '../context.ts';
import { applySupplierEvents } from '../suppliers/apply-supplier-events.ts';
import { parkSupplierEvent } from '../suppliers/park-supplier-event.ts';

const BATCH_MAX = 64;
const ACK_WAIT_MS = 30_000;

/** After so many tries an event that cannot be applied is put before staff. */
const TRIES_MAX = 8;

/**
 * Takes the events of integrations. News of orders goes first, all that is there in one transaction; then each sync of
 * the catalogue in its own.
 */
export function consumeSupplierEvents(context: OrdersContext): Consuming {
  return consumeBatches(context.js, {
    stream: streams.suppliers.name,
    durable: durables.ordersSupplierEvents,
    filterSubject: subjects.allSupplierEvents,
    batchMax: BATCH_MAX,
    batchWaitMs: 0,
    ackWaitMs: ACK_WAIT_MS,
    log: context.log,
    handle: async (batch) => {
      const received = batch.map(receive);
      const news = received.filter(isOrderNews);
      const settlements = await settleTogether(context, news);
      for (const one of new Set<Received>([...news, ...received]))
        if (!settlements.has(one)) settlements.set(one, await settle(context, one));
      return received.map((one) => settlements.get(one)!);
    },
  });
}

/** A message with what could be read of it. */
type Received = { readonly delivery: Delivery; readonly raw: string; readonly read: ReadMessage<SupplierEvent> };

function receive(delivery: Delivery): Received {
  const raw = new TextDecoder().decode(delivery.data);
  return { delivery, raw, read: readMessage(SupplierEvent, raw) };
}

type OrderNews = Received & { readonly read: { readonly ok: true } };

const isOrderNews = (received: Received): received is OrderNews =>
  received.read.ok && received.read.value.type !== 'catalogue.synced';

/** Settles all of them or, when one stands in the way of the others, none: each is then tried alone. */
async function settleTogether(context: OrdersContext, news: readonly OrderNews[]): Promise<Map<Received, Settlement>> {
  if (news.length < 2) return new Map();
  try {
    const events = news.map(({ read }) => read.value);
    const outcomes = await applySupplierEvents(context, events);
    outcomes.forEach((outcome, index) => context.metrics.supplierEvents.inc({ type: events[index]!.type, outcome }));
    return new Map(news.map((one) => [one, acknowledged]));
  } catch (error) {
    context.log.warn('supplier events are applied one by one', { count: news.length }, error);
    return new Map();
  }
}

async function settle(context: OrdersContext, received: Received): Promise<Settlement> {
  const { read, delivery } = received;
  try {
    if (!read.ok) {
      await park(context, received, read.cause);
      return acknowledged;
    }
    const event = read.value;
    const [outcome] = await applySupplierEvents(context, [event]);
    context.metrics.supplierEvents.inc({ type: event.type, outcome: outcome! });
    return acknowledged;
  } catch (error) {
    const { deliveries } = delivery;
    context.log.error('supplier event not applied', { id: idOf(received), attempt: deliveries }, error);
    const isHopeless = isUnfitData(error) || (deliveries >= TRIES_MAX && !isDatabaseUnavailable(error));
    if (!isHopeless) return { do: 'retry', inMs: retryAfterMs(deliveries) };
    await park(context, received, causeOf(error));
    return acknowledged;
  }
}

async function park(context: OrdersContext, received: Received, cause: string): Promise<void> {
  const { raw, delivery } = received;
  const { subject, streamSequence, deliveries } = delivery;
  const id = idOf(received);
  const type = subject.slice(subjects.supplierEvent('').length);
  const about = known(received)?.subject ?? '-';
  await parkSupplierEvent(context, { streamSequence, id, type, subject: about, raw, cause, deliveries });
  context.metrics.supplierEvents.inc({ type: 'unreadable', outcome: 'parked' });
  context.log.error('supplier event parked', { id: id ?? streamSequence, reason: cause });
}

/** What may still be known of an event that cannot be read. */
const known = ({ read }: Received) => Known.safeParse(read.ok ? read.value : read.json).data;
const idOf = (received: Received): string | undefined => known(received)?.id;

const Known = z.object({ id: z.uuid().optional().catch(undefined), subject: z.string().max(100).catch('-') });
