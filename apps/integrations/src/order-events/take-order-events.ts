import type { OrderEvent } from '@orderbridge/contracts/order-events';
import { knowOutcomes } from '../jobs/know-outcomes.ts';
import { planJobs } from '../jobs/plan-jobs.ts';
import { transact, type TransactContext } from '../transaction.ts';

/** An event as it lay in the stream: read, or, where this version cannot read it, its text for one that can. */
export type TakenEvent =
  | { readonly streamSequence: number; readonly event: OrderEvent }
  | { readonly streamSequence: number; readonly eventId: string | undefined; readonly raw: string };

/**
 * Keeps events of the bus, each once however often it is delivered, and plans the jobs that the new ones ask for in the
 * same transaction. Answers how many were new, and how many jobs were planned.
 */
export async function takeOrderEvents(
  context: TransactContext,
  taken: readonly TakenEvent[],
  receivedAt: Date,
): Promise<{ added: number; planned: number }> {
  const rows = taken.map((one) => ({
    stream_sequence: one.streamSequence,
    received_at: receivedAt,
    ...('event' in one
      ? {
          event_id: one.event.id,
          type: one.event.type,
          order_number: one.event.subject,
          data: one.event.data,
          happened_at: one.event.time,
        }
      : // PostgreSQL keeps no NUL in text.
        { event_id: one.eventId, raw: one.raw.replaceAll('\0', '\u2400') }),
  }));
  return transact(context, async (tx) => {
    const added = await tx.em.execute<{ event_id: string | null }[]>(
      `insert into received_order_events (event_id, stream_sequence, type, order_number, data, happened_at, raw, received_at)
     select event_id, stream_sequence, type, order_number, data, happened_at, raw, received_at
       from json_to_recordset(?::json) as r(event_id uuid, stream_sequence bigint, type text, order_number text, data jsonb,
         happened_at timestamptz, raw text, received_at timestamptz)
     on conflict do nothing returning event_id`,
      [JSON.stringify(rows)],
    );
    const fresh = new Set(added.map((row) => row.event_id));
    const events = taken.flatMap((one) => ('event' in one && fresh.has(one.event.id) ? [one.event] : []));
    await knowOutcomes(tx, events);
    return { added: added.length, planned: await planJobs(tx, events, receivedAt) };
  });
}
