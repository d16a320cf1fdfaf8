import type { OrderEventData, OrderEventType } from '@orderbridge/contracts/order-events';
import { type Cause, recordEvent, type StateChangeRow, type Tx } from '../transaction.ts';
import type { MovedOrder } from './moved-order.ts';

export type RecordedMove<T extends OrderEventType> = {
  readonly machine: StateChangeRow['machine'];
  readonly order: MovedOrder;
  /** Public id of the payment or refund that moved; null for the order and its Haier status. */
  readonly subjectId: string | null;
  readonly from: string;
  readonly to: string;
  readonly fact: string;
  /** Name of the audit entry (domain.md §3.12). */
  readonly action: string;
  readonly event: T;
  readonly data: OrderEventData<T>;
  /** What the audit entry keeps besides. */
  readonly audited?: object;
};

/** Writes what every move leaves behind: one history row, one audit entry, one event, in the caller's transaction. */
export function recordMove<T extends OrderEventType>(tx: Tx, move: RecordedMove<T>, cause: Cause): void {
  const { machine, order, subjectId, from, to, fact } = move;
  tx.stateChanges.push({
    machine,
    order_id: order.id,
    subject_id: subjectId,
    from_state: from,
    to_state: to,
    fact,
    by: cause.by,
    note: cause.note?.zh ?? null,
    note_en: cause.note?.en ?? null,
    callback_id: cause.callbackId ?? null,
    at: cause.at,
  });
  tx.audit.push({
    at: cause.at,
    actor: cause.by,
    action: move.action,
    resource_type: machine === 'haier' ? 'order' : machine,
    resource_id: subjectId ?? order.orderNumber,
    detail: {
      orderNumber: order.orderNumber,
      from,
      to,
      fact,
      ...(cause.reason ? { reason: cause.reason } : {}),
      ...move.audited,
    },
  });
  recordEvent(tx, cause.at, move.event, order.orderNumber, move.data);
}
