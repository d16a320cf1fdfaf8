import type { RefundView } from '@orderbridge/contracts/orders-api';
import { maskOptional, maskText, type PersonalData } from '../orders/mask.ts';
import type { Text } from '../text.ts';
import type { Payment } from './payment.entity.ts';
import type { Refund } from './refund.entity.ts';

/** A refund as the API shows it; what its texts quote of `person` is masked. */
export function refundView(
  refund: Refund,
  orderNumber: string,
  payment: Payment | undefined,
  person?: PersonalData,
): RefundView {
  const why = whyNoRetry(refund);
  return {
    id: refund.publicId,
    orderNumber,
    paymentId: payment?.publicId ?? null,
    method: payment?.method ?? null,
    refundNo: refund.refundNo,
    status: refund.status,
    amountFen: refund.amountFen,
    cause: refund.cause,
    reason: maskText(refund.reason, person),
    reasonEn: maskText(refund.reasonEn, person),
    attempts: refund.attempts,
    nextAttemptAt: refund.nextAttemptAt?.toISOString() ?? null,
    lastError: maskOptional(refund.lastError, person),
    lastErrorEn: maskOptional(refund.lastErrorEn, person),
    providerRefundId: refund.providerRefundId ?? null,
    createdAt: refund.createdAt.toISOString(),
    updatedAt: refund.updatedAt.toISOString(),
    withdrawnAt: refund.withdrawnAt?.toISOString() ?? null,
    retry: { allowed: why === null, reason: why?.zh ?? null, reasonEn: why?.en ?? null },
  };
}

/** Why a refund cannot be tried again; null when it can. */
export function whyNoRetry({ status, withdrawnAt }: Pick<Refund, 'status' | 'withdrawnAt'>): Text | null {
  if (withdrawnAt) return { zh: '退款已撤回', en: 'The refund was withdrawn' };
  if (status !== 'failed') return { zh: '只有失败的退款可以重试', en: 'Only a failed refund can be tried again' };
  return null;
}

/** Cause of the refunds that `order.requestRefund` opens. */
export const REFUND_REQUESTED = 'refund_requested';

/** Whether a person asked for it, and it was not taken back. */
export const isRequested = ({ cause, withdrawnAt }: Refund): boolean => cause === REFUND_REQUESTED && !withdrawnAt;

/** Whether a provider may know of it, so that money may be on its way or be found there by a person later. */
export const mayBeKnown = ({ status, outcomeUnknown, providerRefundId }: Refund): boolean =>
  status === 'processing' || status === 'succeeded' || outcomeUnknown || Boolean(providerRefundId);

/** Why nobody can say that it was paid back by hand; null when one can. */
export function whyNoSettlementByHand({ status, withdrawnAt }: Pick<Refund, 'status' | 'withdrawnAt'>): Text | null {
  if (withdrawnAt) return { zh: '退款已撤回', en: 'The refund was withdrawn' };
  if (status !== 'failed')
    return { zh: '只有失败的退款可以登记为线下退款', en: 'Only a failed refund can be put on record as paid by hand' };
  return null;
}
