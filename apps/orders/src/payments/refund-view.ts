import type { RefundView } from '@orderbridge/contracts/orders-api';
import type { Text } from '../text.ts';
import type { Payment } from './payment.entity.ts';
import type { Refund } from './refund.entity.ts';

/** A refund as the API shows it. */
export function refundView(refund: Refund, orderNumber: string, payment: Payment | undefined): RefundView {
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
    reason: refund.reason,
    reasonEn: refund.reasonEn,
    attempts: refund.attempts,
    nextAttemptAt: refund.nextAttemptAt?.toISOString() ?? null,
    lastError: refund.lastError ?? null,
    lastErrorEn: refund.lastErrorEn ?? null,
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
