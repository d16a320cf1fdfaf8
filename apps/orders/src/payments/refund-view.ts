import type { RefundView } from '@orderbridge/contracts/orders-api';
import { maskOptional, maskText, type PersonalData } from '../orders/mask.ts';
import type { Text } from '../text.ts';
import type { Payment } from './payment.entity.ts';
import type { Refund } from './refund.entity.ts';
import type { AskersOf } from './read-askers.ts';
import { awaitsApproval, whyNoApproval, whyNoDecline, whyNoRetry, whyNotSecond } from './refund-rules.ts';

/** Who looks at refunds, and who is behind each of them. */
export type RefundViewer = { readonly by: string; readonly askersOf: AskersOf };

/** A refund as the API shows it to this viewer; what its texts quote of `person` is masked. */
export function refundView(
  refund: Refund,
  orderNumber: string,
  payment: Payment | undefined,
  { by, askersOf }: RefundViewer,
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
          approve: verdict(whyNoApproval(refund) ?? whyNotSecond(askersOf(refund), by)),
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
