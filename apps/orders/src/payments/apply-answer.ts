import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { Applied } from '../callbacks/apply-haier-notice.ts';
import { applyPaymentNotice } from '../callbacks/apply-payment-notice.ts';
import { loadWhole, type LockedOrder, lockOrders } from '../orders/lock-orders.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { isOpen, nextAskAt } from './ask-schedule.ts';
import type { Payment } from './payment.entity.ts';

/** Note of what a question to a provider brought about. */
export const LEARNED_BY_ASKING: Text = {
  zh: '主动向支付平台查询得到的结果',
  en: 'Learned by asking the payment provider',
};

/** A payment whose order is locked. */
export type LockedPayment = { readonly locked: LockedOrder; readonly payment: Payment };

/** Locks the order of a payment that was found before, with everything that belongs to it. */
export async function lockPayment(tx: Tx, { id, orderId }: Pick<Payment, 'id' | 'orderId'>): Promise<LockedPayment> {
  const [order] = await lockOrders(tx, { ids: [orderId] });
  const locked = order && (await loadWhole(tx, [order])).get(order.id);
  const payment = locked?.payments.find((candidate) => candidate.id === id);
  if (!locked || !payment) throw new Error(`payment ${id} of order ${orderId} is gone`);
  return { locked, payment };
}

/**
 * Applies what a provider answered about a payment, by the rules of a callback (R104), and plans the next question.
 * A provider that does not say when the money came was told the end of the window with the payment and took it before.
 */
export async function applyAnswer(
  tx: Tx,
  { locked, payment }: LockedPayment,
  notice: PaymentNotice,
  cause: Cause,
): Promise<Applied> {
  const applied = await applyPaymentNotice(tx, locked, payment, notice, cameAt(payment, notice, cause.at), cause);
  const settled = (applied.outcome === 'applied' || applied.outcome === 'repeated') && !isOpen(payment);
  payment.askedAt = cause.at;
  // After an attempt that failed the buyer may try again there, and that money would only go back: it is to be closed.
  const dueAt = payment.status === 'failed' ? cause.at : null;
  payment.askAt = settled ? dueAt : nextAskAt(payment, cause.at);
  return applied;
}

const cameAt = ({ expiresAt }: Payment, { paidAt = expiresAt }: PaymentNotice, askedAt: Date): Date =>
  paidAt < askedAt ? paidAt : askedAt;
