import type { OrderEventData } from '@orderbridge/contracts/order-events';
import type { AmendmentFact } from '@orderbridge/contracts/orders-api';
import type { Text } from '../text.ts';
import { type Cause, recordEvent, type Tx } from '../transaction.ts';
import type { MovedOrder } from './moved-order.ts';

export type Amendment = {
  readonly what: OrderEventData<'order.amended'>['what'];
  readonly fact: AmendmentFact;
  /** What the timeline says of it. */
  readonly note: Text;
  /** For the audit; holds no personal data. */
  readonly detail: object;
};

/** Writes what a change that is no move leaves behind: one history row, one audit entry and one event. */
export function recordAmendment(
  tx: Tx,
  order: MovedOrder,
  { what, fact, note, detail }: Amendment,
  { by, at }: Cause,
): void {
  tx.stateChanges.push({
    machine: 'order',
    order_id: order.id,
    subject_id: null,
    from_state: order.status,
    to_state: order.status,
    fact,
    by,
    note: note.zh,
    note_en: note.en,
    callback_id: null,
    at,
  });
  tx.audit.push({
    at,
    actor: by,
    action: 'order_amended',
    resource_type: 'order',
    resource_id: order.orderNumber,
    detail: { orderNumber: order.orderNumber, what, ...detail },
  });
  recordEvent(tx, at, 'order.amended', order.orderNumber, { what });
}
