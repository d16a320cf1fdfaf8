import type { SupplierEventData, SupplierEventType } from '@orderbridge/contracts/supplier-events';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Tx } from '../transaction.ts';

/** Records an event for the outbox: it is told after the commit, in order per order (`subject`; `-` for the catalogue). */
export function recordEvent<T extends SupplierEventType>(
  tx: Tx,
  at: Date,
  type: T,
  subject: string | null,
  data: SupplierEventData<T>,
): void {
  tx.events.push({ event_id: uuidv7(at), type, subject: subject ?? '-', data, at });
}
