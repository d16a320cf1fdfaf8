import type { RefundView } from '@orderbridge/contracts/orders-api';
import { maskOptional, maskText, type PersonalData } from '../orders/mask.ts';
import type { Text } from '../text.ts';
import type { Payment } from './payment.entity.ts';
import type { Refund } from './refund.entity.ts';
import { awaitsApproval, whyNoApproval, whyNoDecline, whyNoRetry } from './refund-rules.ts';

/** A refund as the API shows it; what its texts quote of `person` is masked. */
export function refundView(
  refund: Refund,
  orderNumber: string,
  payment: Payment | undefined,
  person?: PersonalData,
): RefundView {
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
    retry: verdict(whyNoRetry(refund)),
    requestedBy: refund.requestedBy ?? null,
    approval: refund.approvalNeeded
      ? {
          awaited: awaitsApproval(refund),
          approvedBy: refund.approvedBy ?? null,
          approvedAt: refund.approvedAt?.toISOString() ?? null,
          approve: verdict(whyNoApproval(refund)),
          decline: verdict(whyNoDecline(refund)),
        }
      : null,
  };
}

const verdict = (why: Text | null) => ({
  allowed: why === null,
  reason: why?.zh ?? null,
  reasonEn: why?.en ?? null,
});
