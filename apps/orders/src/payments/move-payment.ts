import { decide, type Decision } from '@orderbridge/state-machine/decide';
import {
  type PaymentEffect,
  type PaymentFact,
  type PaymentState,
  paymentTransitions,
} from '@orderbridge/state-machine/payment-transitions';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { recordMove } from '../orders/record-move.ts';
import type { Cause, Tx } from '../transaction.ts';
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
  recordMove(
    tx,
    {
      machine: 'payment',
      order,
      subjectId: payment.publicId,
      from: decision.from,
      to: decision.to,
      fact,
      action: AUDIT_ACTIONS[decision.to] ?? 'payment_status_changed',
      event: 'payment.moved',
      data: { paymentId: payment.publicId, from: decision.from, to: decision.to, fact },
    },
    cause,
  );
  return decision;
}

/** The moves that domain.md §3.12 has a name for. */
const AUDIT_ACTIONS: Partial<Record<PaymentState, string>> = {
  succeeded: 'payment_succeeded',
  failed: 'payment_failed',
};
