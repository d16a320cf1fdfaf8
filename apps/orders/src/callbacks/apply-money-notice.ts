import type { PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { applyRefundNotice } from '../payments/apply-refund-notice.ts';
import type { Payment } from '../payments/payment.entity.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';
import { type Applied, type CallbackCause, SAID_BEFORE } from './apply-haier-notice.ts';
import { applyPaymentNotice } from './apply-payment-notice.ts';
import type { FoundOrder } from './find-order.ts';
import { keepUnreadable } from './keep-unreadable.ts';
import type { MoneyCallback } from './read-callback.ts';

/**
 * What verified news of a payment or a refund does to the order it was found to be about; `isKnown` says its meaning
 * was applied before. What cannot be taken as it is stays on record with a case for staff (domain.md §2.6).
 */
export async function applyMoneyNotice(
  tx: Tx,
  reading: MoneyCallback,
  { locked, payment, refund, mismatched }: FoundOrder,
  isKnown: boolean,
  cause: CallbackCause,
): Promise<Applied> {
  if (!reading.meaning.ok) return keepUnreadable(tx, reading, undefined, reading.meaning.problem, cause);
  if (mismatched) return keepUnreadable(tx, reading, locked?.order, 'order_mismatch', cause);
  if (!locked || !(payment ?? refund)) return { outcome: 'orphan', detail: NOT_FOUND[reading.kind] };
  if (isKnown) return { outcome: 'repeated', detail: SAID_BEFORE };
  if (reading.meaning.notice.news === 'unknown') return keepUnreadable(tx, reading, locked.order, undefined, cause);
  if (reading.kind === 'refund') return applyRefundNotice(tx, locked, refund!, reading.meaning.notice, cause);
  return applyPayment(tx, locked, payment!, reading.meaning.notice, new Date(reading.envelope.receivedAt), cause);
}

const NOT_FOUND: Record<MoneyCallback['kind'], Text> = {
  payment: { zh: '找不到对应的支付', en: 'No matching payment was found' },
  refund: { zh: '找不到对应的退款', en: 'No matching refund was found' },
};

async function applyPayment(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  notice: PaymentNotice,
  receivedAt: Date,
  cause: CallbackCause,
): Promise<Applied> {
  const applied = await applyPaymentNotice(tx, locked, payment, notice, cameAt(payment, notice, receivedAt), cause);
  if (applied.outcome === 'applied')
    tx.audit.push({
      at: cause.at,
      actor: cause.by,
      // That its signature, amount and numbers were right (domain.md §3.12); what moved has entries of its own.
      action: 'payment_verified',
      resource_type: 'payment',
      resource_id: payment.publicId,
      detail: {
        orderNumber: locked.order.orderNumber,
        news: notice.news,
        amountFen: notice.amountFen ?? null,
        transactionId: notice.transactionId ?? null,
      },
    });
  return applied;
}

/**
 * When the money came: by the provider's clock where it tells, as when it is asked, so that a callback that was held up
 * counts as one that was not. A time before the payment was opened, or still to come, is no time of this money.
 */
const cameAt = ({ createdAt }: Payment, { paidAt }: PaymentNotice, receivedAt: Date): Date =>
  paidAt && paidAt >= createdAt && paidAt < receivedAt ? paidAt : receivedAt;
