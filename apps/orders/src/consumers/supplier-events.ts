import { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import { durables, streams, subjects } from '@orderbridge/contracts/subjects';
import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged, retryAfterMs, type Settlement } from '@orderbridge/service-kit/jetstream/settle';
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
type Received = { readonly delivery: Delivery; readonly raw: string; readonly event: SupplierEvent | undefined };

function receive(delivery: Delivery): Received {
  const raw = new TextDecoder().decode(delivery.data);
  return { delivery, raw, event: SupplierEvent.safeParse(jsonOf(raw)).data };
}

type OrderNews = Received & { readonly event: SupplierEvent };

const isOrderNews = (received: Received): received is OrderNews =>
  received.event !== undefined && received.event.type !== 'catalogue.synced';

/** Settles all of them or, when one stands in the way of the others, none: each is then tried alone. */
async function settleTogether(context: OrdersContext, news: readonly OrderNews[]): Promise<Map<Received, Settlement>> {
  if (news.length < 2) return new Map();
  try {
    const events = news.map(({ event }) => event);
    const outcomes = await applySupplierEvents(context, events);
    outcomes.forEach((outcome, index) => context.metrics.supplierEvents.inc({ type: events[index]!.type, outcome }));
    return new Map(news.map((one) => [one, acknowledged]));
  } catch (error) {
    context.log.warn('supplier events are applied one by one', { count: news.length }, error);
    return new Map();
  }
}

async function settle(context: OrdersContext, { delivery, raw, event }: Received): Promise<Settlement> {
  try {
    if (!event) {
      await park(context, delivery, raw);
      return acknowledged;
    }
    const [outcome] = await applySupplierEvents(context, [event]);
    context.metrics.supplierEvents.inc({ type: event.type, outcome: outcome! });
    return acknowledged;
  } catch (error) {
    const { deliveries } = delivery;
    context.log.error('supplier event not applied', { id: event?.id, attempt: deliveries }, error);
    if (deliveries < TRIES_MAX || isDatabaseUnavailable(error)) return { do: 'retry', inMs: retryAfterMs(deliveries) };
    await park(context, delivery, raw);
    return acknowledged;
  }
}

async function park(context: OrdersContext, { subject, streamSequence }: Delivery, raw: string): Promise<void> {
  const known = Known.safeParse(jsonOf(raw)).data;
  const type = subject.slice(subjects.supplierEvent('').length);
  await parkSupplierEvent(context, { streamSequence, id: known?.id, type, subject: known?.subject ?? '-', raw });
  context.metrics.supplierEvents.inc({ type: 'unreadable', outcome: 'parked' });
  context.log.error('supplier event parked', { id: known?.id ?? streamSequence });
}

const Known = z.object({ id: z.uuid().optional().catch(undefined), subject: z.string().max(100).catch('-') });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
