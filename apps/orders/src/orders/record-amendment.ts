import type { OrderEventData } from '@orderbridge/contracts/order-events';
import { type Cause, recordEvent, type Tx } from '../transaction.ts';
import type { MovedOrder } from './moved-order.ts';

/** Writes what a change that is no move leaves behind: one audit entry and one event. `detail` holds no personal data. */
export function recordAmendment(
  tx: Tx,
  order: MovedOrder,
  { what, detail }: { what: OrderEventData<'order.amended'>['what']; detail: object },
  { by, at }: Cause,
): void {
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
