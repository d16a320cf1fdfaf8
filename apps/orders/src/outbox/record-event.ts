import type { OrderEventData, OrderEventType } from '@orderbridge/contracts/order-events';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Tx } from '../transaction.ts';

/** Records an event for the outbox; it is told after the commit, in order per order. */
export function recordEvent<T extends OrderEventType>(
  tx: Tx,
  at: Date,
  type: T,
  subject: string | null,
  data: OrderEventData<T>,
): void {
  tx.events.push({ event_id: uuidv7(at), type, subject: subject ?? '-', data, at });
}
