import type { SupplierEvent } from '@orderbridge/contracts/supplier-events';
import type { Tx } from '../transaction.ts';

/** Puts an event down as applied, in the same transaction; false when it was before. */
export async function rememberEvent(tx: Tx, event: SupplierEvent, receivedAt: Date): Promise<boolean> {
  const { id, type, subject, data } = event;
  const added = await tx.em.execute<unknown[]>(
    `insert into supplier_events (event_id, type, subject, round, why, received_at) values (?, ?, ?, ?, ?, ?)
     on conflict (event_id) do nothing returning event_id`,
    [id, type, subject, 'round' in data ? data.round : null, 'why' in data ? data.why : null, receivedAt],
  );
  return added.length > 0;
}
