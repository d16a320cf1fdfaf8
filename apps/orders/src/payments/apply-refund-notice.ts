import { formatFen } from '@orderbridge/contracts/money';
import type { RefundNotice } from '@orderbridge/contracts/payment-callback';
import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { RefundState } from '@orderbridge/state-machine/refund-transitions';
import { waitAfter } from '@orderbridge/service-kit/retry-schedule';
import type { Applied } from '../callbacks/apply-haier-notice.ts';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { changeInSentence, inSentence, REFUND_STATE_NAMES } from '../orders/state-names.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { moveRefund } from './move-refund.ts';
import { raiseApproval } from './raise-approval.ts';
import { awaitsApproval } from './refund-rules.ts';
import type { Refund } from './refund.entity.ts';

/**
 * What a provider's word about a refund does, be it a callback or the answer to a call or a question (domain.md §2.6,
 * §4.3). Money that went out is a fact whatever we thought of the refund: it counts, and nothing is sent again. Weaker
 * news never takes that back. The order is locked, its refunds are loaded.
 */
export async function applyRefundNotice(
  tx: Tx,
  locked: LockedOrder,
  refund: Refund,
  notice: RefundNotice,
  cause: Cause,
): Promise<Applied> {
  const unfit = whyUnfit(refund, notice);
  if (unfit) {
    if (unfit.case) await raise(tx, locked, refund, unfit.case, notice, unfit.why, cause);
    return { outcome: unfit.outcome, detail: unfit.why };
  }
  return refundNews[notice.news as KnownNews](tx, locked, refund, notice, cause);
}

type KnownNews = Exclude<RefundNotice['news'], 'unknown'>;
type Unfit = { outcome: Applied['outcome']; case?: ExceptionKind; why: Text };

/** Why this notice can say nothing about this refund. */
function whyUnfit(refund: Refund, notice: RefundNotice): Unfit | undefined {
  const { refundNo, news, statusText, amountFen, refundedSoFarFen } = notice;
  if (refundNo !== refund.refundNo)
    return {
      outcome: 'conflict',
      case: 'conflicting_callback',
      why: {
        zh: `询问的是退款 ${refund.refundNo}，得到的却是 ${refundNo}`,
        en: `The question was about refund ${refund.refundNo}, the answer is about ${refundNo}`,
      },
    };
  if (news === 'unknown')
    return {
      outcome: 'malformed',
      why: { zh: `未知的退款状态：${statusText}`, en: `Unknown refund status: ${statusText}` },
    };
  const saidFen = amountFen ?? refundedSoFarFen;
  const isOther =
    amountFen === undefined ? (saidFen ?? refund.amountFen) < refund.amountFen : amountFen !== refund.amountFen;
  if (isOther && saidFen !== undefined)
    return {
      outcome: 'amount_mismatch',
      case: 'amount_mismatch',
      why: {
        zh: `回调退款金额与记录不一致：退款 ${refund.refundNo} 应为 ${formatFen(refund.amountFen)}，实为 ${formatFen(saidFen)}`,
        en: `The amount does not match: refund ${refund.refundNo} is ${formatFen(refund.amountFen)}, the provider says ${formatFen(saidFen)}`,
      },
    };
  return undefined;
}

type ApplyNews = (tx: Tx, locked: LockedOrder, refund: Refund, notice: RefundNotice, cause: Cause) => Promise<Applied>;

const refundNews = {
  succeeded: async (tx, locked, refund, notice, cause) => {
    if (refund.status === 'succeeded') return paidOutAgain(tx, locked, refund, notice, cause);
    const before = refund.status;
    await revive(tx, locked, refund, notice, cause);
    keepProviderNumber(refund, notice);
    refund.outcomeUnknown = false;
    if (refund.status !== 'processing') await moveRefund(tx, locked, refund, 'refund_sent', cause);
    await moveRefund(tx, locked, refund, 'refund_paid_out', cause);
    return applied(before, refund.status);
  },
  failed: async (tx, locked, refund, notice, cause) => {
    if (refund.status === 'succeeded') {
      const why: Text = {
        zh: `退款 ${refund.refundNo} 已成功，又收到 ${notice.statusText}，未改变状态`,
        en: `Refund ${refund.refundNo} has succeeded, then ${notice.statusText} arrived; the status was not changed`,
      };
      await raise(tx, locked, refund, 'conflicting_callback', notice, why, cause);
      return { outcome: 'conflict', detail: why };
    }
    keepProviderNumber(refund, notice);
    // A call that is under way at this moment may still change that; until it ends, nobody knows.
    refund.outcomeUnknown = Boolean(refund.leasedUntil && refund.leasedUntil > cause.at);
    if (refund.status === 'failed' || refund.withdrawnAt) return already(refund);
    const before = refund.status;
    const why: Text = {
      zh: `支付渠道退款未成功（${notice.statusText}）`,
      en: `The provider did not pay it out (${notice.statusText})`,
    };
    if (before === 'pending') await moveRefund(tx, locked, refund, 'refund_sent', cause);
    await moveRefund(tx, locked, refund, 'refund_failed', { ...cause, note: why });
    return applied(before, refund.status);
  },
  processing: async (tx, locked, refund, notice, cause) => {
    if (refund.status === 'succeeded') return already(refund);
    keepProviderNumber(refund, notice);
    // The provider knows the number: it is asked how that ended before anything is sent again.
    refund.outcomeUnknown = true;
    if (refund.status === 'processing') return already(refund);
    const before = refund.status;
    await revive(tx, locked, refund, notice, cause);
    await moveRefund(tx, locked, refund, 'refund_sent', cause);
    refund.tries = 0;
    refund.nextAttemptAt = new Date(cause.at.getTime() + waitAfter(1));
    return applied(before, refund.status);
  },
} satisfies Record<KnownNews, ApplyNews>;

async function paidOutAgain(
  tx: Tx,
  locked: LockedOrder,
  refund: Refund,
  notice: RefundNotice,
  cause: Cause,
): Promise<Applied> {
  keepProviderNumber(refund, notice);
  if (!refund.paidByHand) return already(refund);
  const why: Text = {
    zh: `退款 ${refund.refundNo} 已登记为线下退款，支付渠道又退了一次，请向买家追回`,
    en: `Refund ${refund.refundNo} is on record as paid by hand, and the provider paid it too; get one of them back`,
  };
  await raise(tx, locked, refund, 'conflicting_callback', notice, why, cause);
  return { outcome: 'conflict', detail: why };
}

/**
 * A withdrawn refund that a provider pays out all the same counts again, and waits again for its second person where it
 * did. Nothing but a person can mend that.
 */
async function revive(tx: Tx, locked: LockedOrder, refund: Refund, notice: RefundNotice, cause: Cause): Promise<void> {
  if (!refund.withdrawnAt) return;
  refund.withdrawnAt = null;
  if (notice.news === 'processing' && awaitsApproval(refund))
    await raiseApproval(tx, locked, refund, { by: refund.requestedBy ?? cause.by, at: cause.at });
  await raise(
    tx,
    locked,
    refund,
    'conflicting_callback',
    notice,
    {
      zh: `退款 ${refund.refundNo}（${formatFen(refund.amountFen)}）已撤回，支付渠道却受理了它，请核对`,
      en: `Refund ${refund.refundNo} (${formatFen(refund.amountFen)}) was withdrawn, yet the provider took it; please check`,
    },
    cause,
  );
}

function keepProviderNumber(refund: Refund, { providerRefundId }: RefundNotice): void {
  refund.providerRefundId ??= providerRefundId ?? null;
}

function applied(from: RefundState, to: RefundState): Applied {
  const change = changeInSentence(REFUND_STATE_NAMES[from], REFUND_STATE_NAMES[to]);
  return { outcome: 'applied', detail: { zh: `退款 ${change.zh}`, en: `Refund ${change.en}` } };
}

function already({ status }: Refund): Applied {
  const standing = inSentence(REFUND_STATE_NAMES[status]);
  return {
    outcome: 'repeated',
    detail: { zh: `退款状态已是“${standing.zh}”`, en: `The refund is already ${standing.en}` },
  };
}

/** A provider is asked again and again, so what it answers is told apart by its meaning. */
const keyOf = ({ publicId }: Refund, { refundNo, statusText, amountFen, refundedSoFarFen }: RefundNotice) =>
  [publicId, refundNo, statusText, amountFen ?? refundedSoFarFen ?? ''].join(':');

const raise = (
  tx: Tx,
  { order, payments }: LockedOrder,
  refund: Refund,
  kind: ExceptionKind,
  notice: RefundNotice,
  detail: Text,
  { callbackId, at }: Cause,
) =>
  raiseException(tx, {
    kind,
    order,
    callbackId,
    paymentId: payments.find(({ id }) => id === refund.paymentId)?.publicId,
    refundId: refund.publicId,
    dedupKey: `${kind}:${callbackId ?? keyOf(refund, notice)}`,
    detail,
    at,
  });
