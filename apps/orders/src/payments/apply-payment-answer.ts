import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { Applied } from '../callbacks/apply-haier-notice.ts';
import { applyPaymentNotice } from '../callbacks/apply-payment-notice.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { isOpen, nextAskAt } from './ask-schedule.ts';
import type { LockedPayment } from './lock-payment.ts';
import type { Payment } from './payment.entity.ts';
import { closeUnclear } from './raise-unclear.ts';

/** Note of what a question to a provider brought about. */
export const LEARNED_BY_ASKING: Text = {
  zh: '主动向支付平台查询得到的结果',
  en: 'Learned by asking the payment provider',
};

/**
 * Applies what a provider answered about a payment, by the rules of a callback (R104), and plans the next question.
 * A provider that does not say when the money came was told the end of the window with the payment and took it before.
 */
export async function applyPaymentAnswer(
  tx: Tx,
  { locked, payment }: LockedPayment,
  notice: PaymentNotice,
  cause: Cause,
): Promise<Applied> {
  const applied = isEndedThereToo(payment, notice)
    ? ENDED_THERE_TOO
    : await applyPaymentNotice(tx, locked, payment, notice, cameAt(payment, notice, cause.at), cause);
  const settled = (applied.outcome === 'applied' || applied.outcome === 'repeated') && !isOpen(payment);
  payment.askedAt = cause.at;
  // After an attempt that failed the buyer may try again there, and that money would only go back: it is to be closed.
  const dueAt = payment.status === 'failed' ? cause.at : null;
  payment.askAt = settled ? dueAt : nextAskAt(payment, cause.at);
  if (applied === ENDED_THERE_TOO) await closeUnclear(tx, payment, cause.at);
  return applied;
}

/** Whether the provider says of a payment that was ended here that nobody can pay it: both agree, by whatever word. */
const isEndedThereToo = (payment: Payment, { news }: PaymentNotice): boolean =>
  !isOpen(payment) && !payment.paidAt && (news === 'cancelled' || news === 'expired');

const ENDED_THERE_TOO: Applied = {
  outcome: 'repeated',
  detail: { zh: '支付平台确认这笔支付已关闭', en: 'The provider confirms that this payment is closed' },
};

const cameAt = ({ expiresAt }: Payment, { paidAt = expiresAt }: PaymentNotice, askedAt: Date): Date =>
  paidAt < askedAt ? paidAt : askedAt;
