import type { OrderEvent } from '@orderbridge/contracts/order-events';
import { knowOutcomes } from '../jobs/know-outcomes.ts';
import { planJobs } from '../jobs/plan-jobs.ts';
import { transact, type TransactContext, type Tx } from '../transaction.ts';

/** An event as it lay in the stream: read, or, where this version cannot read or take it, its text for one that can. */
export type TakenEvent = { readonly streamSequence: number; readonly event: OrderEvent } | UnreadEvent;

export type UnreadEvent = {
  readonly streamSequence: number;
  readonly eventId: string | undefined;
  readonly raw: string;
  /** Why not, in a few words. */
  readonly cause: string;
  readonly deliveries: number;
};

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
        {
          event_id: one.eventId,
          raw: one.raw.replaceAll('\0', '\u2400'),
          cause: one.cause,
          deliveries: one.deliveries,
        }),
  }));
  return transact(context, async (tx) => {
    const added = await tx.em.execute<{ event_id: string | null }[]>(
      `insert into received_order_events (event_id, stream_sequence, type, order_number, data, happened_at, raw, cause, deliveries, received_at)
     select event_id, stream_sequence, type, order_number, data, happened_at, raw, cause, deliveries, received_at
       from json_to_recordset(?::json) as r(event_id uuid, stream_sequence bigint, type text, order_number text, data jsonb,
         happened_at timestamptz, raw text, cause text, deliveries integer, received_at timestamptz)
     on conflict do nothing returning event_id`,
      [JSON.stringify(rows)],
    );
    if (added.length < taken.length) await countDeliveries(tx, rows);
    const fresh = new Set(added.map((row) => row.event_id));
    const events = taken.flatMap((one) => ('event' in one && fresh.has(one.event.id) ? [one.event] : []));
    await knowOutcomes(tx, events);
    return { added: added.length, planned: await planJobs(tx, events, receivedAt) };
  });
}

/** What is kept unread and comes again, because its acknowledgement was lost, tells how often it came. */
async function countDeliveries({ em }: Tx, rows: readonly object[]): Promise<void> {
  const again = rows.filter((row) => 'raw' in row);
  if (again.length === 0) return;
  await em.execute(
    `update received_order_events e set deliveries = greatest(e.deliveries, r.deliveries)
       from json_to_recordset(?::json) as r(event_id uuid, stream_sequence bigint, raw text, deliveries integer)
      where e.raw is not null and (e.event_id = r.event_id
         or e.event_id is null and r.event_id is null and e.stream_sequence = r.stream_sequence and md5(e.raw) = md5(r.raw))`,
    [JSON.stringify(again)],
    'run',
  );
}
