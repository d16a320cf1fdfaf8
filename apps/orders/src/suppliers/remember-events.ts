import type { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import type { Tx } from '../transaction.ts';

/** Puts events down as applied, in the same transaction. Answers the ids of those that were not before. */
export async function rememberEvents(tx: Tx, events: readonly SupplierEvent[], receivedAt: Date): Promise<Set<string>> {
  const rows = events.map(({ id, type, subject, data }) => ({
    event_id: id,
    type,
    subject,
    round: 'round' in data ? data.round : null,
    why: 'why' in data ? data.why : null,
    received_at: receivedAt,
  }));
  const added = await tx.em.execute<{ event_id: string }[]>(
    `insert into supplier_events (event_id, type, subject, round, why, received_at)
     select event_id, type, subject, round, why, received_at
       from json_to_recordset(?::json) as r(event_id uuid, type text, subject text, round integer, why text, received_at timestamptz)
      order by event_id
     on conflict (event_id) do nothing returning event_id`,
    [JSON.stringify(rows)],
  );
  return new Set(added.map((row) => row.event_id));
}
