import { decide, type Decision } from '@orderbridge/state-machine/decide';
import {
  type PaymentEffect,
  type PaymentFact,
  type PaymentState,
  paymentTransitions,
} from '@orderbridge/state-machine/payment-transitions';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { type Cause, recordEvent, type Tx } from '../transaction.ts';
import type { Payment } from './payment.entity.ts';

/**
 * The only writer of `payment.status`: decides by the table and writes state, history, audit and event. What follows
 * for the order (`pay_order`, `return_money`) is named in the decision and carried out by apply-payment-notice.ts.
 */
export async function movePayment(
  tx: Tx,
  { order }: LockedOrder,
  payment: Payment,
  fact: PaymentFact,
  cause: Cause,
): Promise<Decision<PaymentState, PaymentEffect>> {
  const decision = decide(paymentTransitions, payment.status, fact);
  if (decision.outcome !== 'moved') return decision;

  payment.status = decision.to;
  payment.updatedAt = cause.at;
  tx.stateChanges.push({
    machine: 'payment',
    order_id: order.id,
    subject_id: payment.publicId,
    from_state: decision.from,
    to_state: decision.to,
    fact,
    by: cause.by,
    note: cause.note ?? null,
    callback_id: cause.callbackId ?? null,
    at: cause.at,
  });
  tx.audit.push({
    at: cause.at,
    actor: cause.by,
    action: decision.to === 'succeeded' ? 'payment_succeeded' : 'payment_status_changed',
    resource_type: 'payment',
    resource_id: payment.publicId,
    detail: { from: decision.from, to: decision.to, fact, orderNumber: order.orderNumber },
  });
  recordEvent(tx, cause.at, 'payment.moved', order.orderNumber, {
    paymentId: payment.publicId,
    from: decision.from,
    to: decision.to,
    fact,
  });
  return decision;
}
