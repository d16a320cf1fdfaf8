import { formatFen } from '@orderbridge/contracts/money';
import { decide, type Decision } from '@orderbridge/state-machine/decide';
import {
  type RefundEffect,
  type RefundFact,
  type RefundState,
  refundTransitions,
} from '@orderbridge/state-machine/refund-transitions';
import { closeExceptions } from '../exceptions/close-exceptions.ts';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { recordMove } from '../orders/record-move.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import type { Refund } from './refund.entity.ts';
import { isAllReturned } from './return-money.ts';
import { settleOrder } from './settle-order.ts';

/**
 * The only writer of `refund.status`: decides by the table and writes state, history, audit, event and effects in the
 * caller's transaction, which holds the lock on the order. The cause's note says why, and is what staff read of a
 * failure. A refund that succeeded or failed is in nobody's hands: no call is planned for it.
 */
export async function moveRefund(
  tx: Tx,
  locked: LockedOrder,
  refund: Refund,
  fact: RefundFact,
  cause: Cause,
): Promise<Decision<RefundState, RefundEffect>> {
  const decision = decide(refundTransitions, refund.status, fact);
  if (decision.outcome !== 'moved') return decision;

  refund.status = decision.to;
  refund.updatedAt = cause.at;
  if (decision.to === 'succeeded' || decision.to === 'failed') {
    refund.nextAttemptAt = null;
    refund.leasedUntil = null;
    refund.lastError = decision.to === 'failed' ? (cause.note ?? NO_REASON).zh : null;
    refund.lastErrorEn = decision.to === 'failed' ? (cause.note ?? NO_REASON).en : null;
  }
  recordMove(
    tx,
    {
      machine: 'refund',
      order: locked.order,
      subjectId: refund.publicId,
      from: decision.from,
      to: decision.to,
      fact,
      action: decision.to === 'succeeded' ? 'payment_refunded' : 'refund_status_changed',
      event: 'refund.moved',
      data: { refundId: refund.publicId, from: decision.from, to: decision.to, fact },
    },
    cause,
  );
  for (const effect of decision.effects) await refundEffects[effect](tx, locked, refund, cause);
  return decision;
}

const NO_REASON: Text = { zh: '未说明原因', en: 'No reason was given' };

const PAID_OUT: Text = { zh: '退款已到账，自动关闭', en: 'The refund was paid out; closed by itself' };

const FAILED_AGAIN: Text = { zh: '退款再次失败，见新的异常', en: 'The refund failed again; see the newer case' };

const refundEffects = {
  settle_order: async (tx, locked, refund, cause) => {
    await closeExceptions(
      tx,
      { refundId: refund.publicId, kinds: ['refund_failed', 'refund_to_approve'] },
      PAID_OUT,
      cause.at,
    );
    const payment = locked.payments.find(({ id }) => id === refund.paymentId);
    const isLast = isAllReturned(locked.refunds.filter(({ paymentId }) => paymentId === refund.paymentId));
    if (payment && isLast)
      await closeExceptions(tx, { paymentId: payment.publicId, kinds: ['money_to_return'] }, PAID_OUT, cause.at);
    await settleOrder(tx, locked, cause);
  },
  // A cancelled order stays cancelled whatever becomes of its refund (rulings.md): the case is what remains to do.
  raise_exception: async (tx, { order, payments }, refund, cause) => {
    const why = cause.note ?? NO_REASON;
    // One open case per refund: the newest failure says what there is to do.
    await closeExceptions(tx, { refundId: refund.publicId, kinds: ['refund_failed'] }, FAILED_AGAIN, cause.at);
    const sum = formatFen(refund.amountFen);
    await raiseException(tx, {
      kind: 'refund_failed',
      order,
      callbackId: cause.callbackId,
      paymentId: payments.find(({ id }) => id === refund.paymentId)?.publicId,
      refundId: refund.publicId,
      // Each call and each callback fails it at most once, and each failure is news.
      dedupKey: `refund_failed:${refund.publicId}:${cause.callbackId ?? refund.attempts}`,
      detail: {
        zh: `退款 ${refund.refundNo}（${sum}）失败：${why.zh}${refund.outcomeUnknown ? UNKNOWN.zh : ''}`,
        en: `Refund ${refund.refundNo} (${sum}) failed: ${why.en}${refund.outcomeUnknown ? UNKNOWN.en : ''}`,
      },
      at: cause.at,
    });
  },
} satisfies Record<RefundEffect, (tx: Tx, locked: LockedOrder, refund: Refund, cause: Cause) => Promise<void>>;

const UNKNOWN: Text = {
  zh: '；此前的请求可能已被受理，线下退款前请先向支付渠道核实',
  en: '; an earlier request may have been accepted, so check with the provider before paying it by hand',
};
