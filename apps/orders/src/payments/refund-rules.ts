import type { WhyNot } from '../orders/allowed-actions.ts';
import type { Text } from '../text.ts';
import type { Refund } from './refund.entity.ts';
import { isReturnOfSomeMismatch, PARTIAL_CANCEL } from './return-money.ts';

type RefundStanding = Pick<Refund, 'status' | 'withdrawnAt' | 'approvalNeeded' | 'approvedAt'>;

/** Whether a second person has yet to approve it: until then nothing is sent for it. */
export const awaitsApproval = ({ status, withdrawnAt, approvalNeeded, approvedAt }: RefundStanding): boolean =>
  approvalNeeded && !approvedAt && !withdrawnAt && status !== 'succeeded';

/** The same of a refund `r`, as its index has it. */
export const AWAITS_APPROVAL_SQL = `r.approval_needed and r.approved_at is null and r.withdrawn_at is null and r.status <> 'succeeded'`;

const APPROVAL_AWAITED: Text = { zh: '退款等待另一人批准', en: 'The refund waits for another person to approve it' };

/** Why a refund cannot be tried again; null when it can. */
export function whyNoRetry(refund: RefundStanding): Text | null {
  const { status, withdrawnAt } = refund;
  if (withdrawnAt) return { zh: '退款已撤回', en: 'The refund was withdrawn' };
  if (awaitsApproval(refund)) return APPROVAL_AWAITED;
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
export function whyNoSettlementByHand(refund: RefundStanding): Text | null {
  const { status, withdrawnAt } = refund;
  if (withdrawnAt) return { zh: '退款已撤回', en: 'The refund was withdrawn' };
  if (awaitsApproval(refund)) return APPROVAL_AWAITED;
  if (status !== 'failed')
    return { zh: '只有失败的退款可以登记为线下退款', en: 'Only a failed refund can be put on record as paid by hand' };
  return null;
}

/** Why nobody can approve a refund now, whoever asks; null when a second person can. */
export function whyNoApproval(refund: Refund): WhyNot | null {
  if (awaitsApproval(refund)) return null;
  const { approvalNeeded, approvedBy, withdrawnAt } = refund;
  if (!approvalNeeded) return refused('该退款无需第二人批准', 'This refund needs no second person');
  if (withdrawnAt) return refused('退款已撤回', 'The refund was withdrawn');
  if (approvedBy) return { code: 'CONFLICT', ...approvedAlready(approvedBy) };
  return refused('退款已到账', 'The refund was paid out');
}

/**
 * Why this person may not be the second one after those behind the request (read-askers.ts); null when they may.
 * Machines are nobody's second person.
 */
export function whyNotSecond(askers: readonly string[], by: string): WhyNot | null {
  if (!by.startsWith('staff:')) return notAllowed('退款只能由员工批准', 'Only a person can approve a refund');
  if (!askers.includes(by)) return null;
  return notAllowed(
    '不能批准自己申请的退款，须由另一人批准',
    'Whoever asked for a refund cannot approve it; another person must',
  );
}

/** Why a refund that waits for its second person cannot be declined; null when it can. */
export function whyNoDecline(refund: Refund): WhyNot | null {
  const why = whyNoApproval(refund);
  if (why) return why;
  if (mayBeKnown(refund))
    return refused('退款已提交支付渠道，不能拒绝', 'The refund was sent to the provider and cannot be declined');
  if (refund.cause === PARTIAL_CANCEL)
    return refused(
      '商品已取消，款项必须退还，不能拒绝',
      'The goods are cancelled and their money has to go back, so this cannot be declined',
    );
  if (refund.cause !== REFUND_REQUESTED && !isReturnOfSomeMismatch(refund))
    return refused(
      '订单已取消，款项必须退还，不能拒绝',
      'The order is cancelled and its money has to go back, so this cannot be declined',
    );
  return null;
}

const approvedAlready = (by: string): Text => ({
  zh: `该退款已由 ${by} 批准`,
  en: `This refund was already approved by ${by}`,
});

const refused = (zh: string, en: string): WhyNot => ({ code: 'REFUSED', zh, en });
const notAllowed = (zh: string, en: string): WhyNot => ({ code: 'NOT_ALLOWED', zh, en });
