import { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import { durables, streams, subjects } from '@orderbridge/contracts/subjects';
import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import { type Consuming, consumeBatches, type Delivery } from '@orderbridge/service-kit/jetstream/consume';
import { acknowledged, retryAfterMs, type Settlement } from '@orderbridge/service-kit/jetstream/settle';
import { z } from 'zod';
import type { OrdersContext } from '../context.ts';
import { applySupplierEvent } from '../suppliers/apply-supplier-event.ts';
import { parkSupplierEvent } from '../suppliers/park-supplier-event.ts';

const BATCH_MAX = 16;
const ACK_WAIT_MS = 30_000;

/** After so many tries an event that cannot be applied is put before staff. */
const TRIES_MAX = 8;

/** Takes the events of integrations, each in a transaction of its own, so that one that fails hurts only itself. */
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
      const settlements: Settlement[] = [];
      for (const delivery of batch) settlements.push(await settle(context, delivery));
      return settlements;
    },
  });
}

async function settle(context: OrdersContext, delivery: Delivery): Promise<Settlement> {
  const raw = new TextDecoder().decode(delivery.data);
  const read = SupplierEvent.safeParse(jsonOf(raw));
  try {
    if (!read.success) {
      await park(context, delivery, raw);
      return acknowledged;
    }
    const outcome = await applySupplierEvent(context, read.data);
    context.metrics.supplierEvents.inc({ type: read.data.type, outcome });
    return acknowledged;
  } catch (error) {
    const { deliveries } = delivery;
    context.log.error('supplier event not applied', { id: read.data?.id, attempt: deliveries }, error);
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
