import { formatFen } from '@orderbridge/contracts/money';
import { type PaymentNews, type PaymentNotice } from '@orderbridge/contracts/payment-callback';
import type { PaymentFact } from '@orderbridge/state-machine/payment-transitions';
import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { moveOrder } from '../orders/move-order.ts';
import { changeInSentence, inSentence, PAYMENT_STATE_NAMES } from '../orders/state-names.ts';
import { isOpen } from '../payments/ask-schedule.ts';
import { movePayment } from '../payments/move-payment.ts';
import { Payment } from '../payments/payment.entity.ts';
import { closeUnclear } from '../payments/raise-unclear.ts';
import { returnMoney, returnSecondMoney } from '../payments/return-money.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import type { Applied } from './apply-haier-notice.ts';

/**
 * What a verified payment callback, or a provider that was asked, does (domain.md §2.6, R94-R101, R104, rulings.md). Money that was really paid is never
 * forgotten: it pays the order, or it is on its way back with a case for staff. The order and its payments are locked.
 * `receivedAt`, when the money came as far as is known, decides whether the payment had run out, not the time of processing.
 */
export async function applyPaymentNotice(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  notice: PaymentNotice,
  receivedAt: Date,
  cause: Cause,
): Promise<Applied> {
  const { news } = notice;
  if (news === 'unknown')
    return {
      outcome: 'malformed',
      detail: { zh: `未知的支付状态：${notice.statusText}`, en: `Unknown payment status: ${notice.statusText}` },
    };
  if (news === 'succeeded') return takeMoney(tx, locked, payment, notice, receivedAt, cause);

  const decision = await movePayment(tx, locked, payment, NEWS_FACTS[news], cause);
  const standing = inSentence(PAYMENT_STATE_NAMES[payment.status]);
  if (decision.outcome === 'repeated')
    return {
      outcome: 'repeated',
      detail: { zh: `支付状态已是“${standing.zh}”`, en: `The payment is already ${standing.en}` },
    };
  if (decision.outcome === 'refused') {
    const why: Text = {
      zh: `支付状态已是“${standing.zh}”，又收到 ${notice.statusText}，未改变状态`,
      en: `The payment is already ${standing.en}, then ${notice.statusText} arrived; the status was not changed`,
    };
    if (news !== 'processing')
      await raise(tx, locked, payment, 'conflicting_callback', keyOf(payment, notice, cause), why, cause);
    return { outcome: news === 'processing' ? 'repeated' : 'conflict', detail: why };
  }
  if (news === 'expired' && !locked.payments.some(isOpen)) {
    await moveOrder(tx, locked, 'payment_window_closed', {
      ...cause,
      note: { zh: '支付已过期', en: 'The payment expired' },
    });
  }
  const change = changeInSentence(PAYMENT_STATE_NAMES[decision.from], PAYMENT_STATE_NAMES[decision.to]);
  return { outcome: 'applied', detail: { zh: `支付 ${change.zh}`, en: `Payment ${change.en}` } };
}

const NEWS_FACTS: Record<Exclude<PaymentNews, 'succeeded' | 'unknown'>, PaymentFact> = {
  failed: 'payment_failed',
  cancelled: 'payment_closed',
  expired: 'window_closed',
  processing: 'payment_started',
};

async function takeMoney(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  notice: PaymentNotice,
  receivedAt: Date,
  cause: Cause,
): Promise<Applied> {
  if (notice.amountFen !== payment.amountFen) {
    const why = otherAmount(notice, payment);
    await raise(tx, locked, payment, 'amount_mismatch', keyOf(payment, notice, cause), why, cause);
    return { outcome: 'amount_mismatch', detail: why };
  }
  if (notice.transactionId && (await isUsedElsewhere(tx, payment, notice.transactionId))) {
    const why: Text = {
      zh: `交易号 ${notice.transactionId} 已用于另一笔支付，未入账`,
      en: `Transaction ${notice.transactionId} is already used by another payment; the money was not booked`,
    };
    await raise(tx, locked, payment, 'transaction_reused', keyOf(payment, notice, cause), why, cause);
    return { outcome: 'conflict', detail: why };
  }
  if (!cause.callbackId) recordMoneyFound(tx, locked, payment, notice, receivedAt, cause);
  if (payment.paidAt) return moneyAgain(tx, locked, payment, notice.transactionId, cause);

  if (isOpen(payment) && receivedAt > payment.expiresAt) await movePayment(tx, locked, payment, 'window_closed', cause);
  const decision = await movePayment(tx, locked, payment, 'money_received', cause);
  payment.paidAt = receivedAt;
  payment.transactionId = notice.transactionId ?? null;

  if (decision.outcome === 'moved' && decision.effects.includes('pay_order')) {
    const paid = await moveOrder(tx, locked, 'payment_received', cause);
    if (paid.outcome === 'moved')
      return {
        outcome: 'applied',
        detail: { zh: '支付成功，订单已付款', en: 'The payment succeeded and the order is paid' },
      };
    const why: Text = {
      zh: `订单处于 ${paid.at}，这笔款项不能用于付款`,
      en: `The order is ${paid.at}, so this money cannot pay for it`,
    };
    return giveBack(tx, locked, payment, why, cause);
  }
  const expired = payment.status === 'expired';
  const why: Text = {
    zh: `支付已处于 ${expired ? '过期' : '关闭'} 状态后才到账`,
    en: `The money arrived after the payment was ${expired ? 'expired' : 'closed'}`,
  };
  return { ...(await giveBack(tx, locked, payment, why, cause)), problem: 'not_updatable' };
}

/** What a provider said when it was asked lies in no inbox, so the audit keeps it, and an order can be computed anew from it. */
function recordMoneyFound(
  tx: Tx,
  { order }: LockedOrder,
  payment: Payment,
  { transactionId, amountFen }: PaymentNotice,
  receivedAt: Date,
  { by, at }: Cause,
): void {
  if (payment.paidAt && (!transactionId || transactionId === payment.transactionId)) return;
  tx.audit.push({
    at,
    actor: by,
    action: 'payment_money_found',
    resource_type: 'payment',
    resource_id: payment.publicId,
    detail: {
      orderNumber: order.orderNumber,
      amountFen,
      transactionId: transactionId ?? null,
      receivedAt: receivedAt.toISOString(),
    },
  });
}

async function giveBack(tx: Tx, locked: LockedOrder, payment: Payment, why: Text, cause: Cause): Promise<Applied> {
  await returnMoney(tx, locked, { cause: 'late_money', reason: why, payment }, cause);
  await closeUnclear(tx, payment, cause.at);
  const detail = withRefund(why);
  await raise(tx, locked, payment, 'money_to_return', payment.publicId, detail, cause);
  return { outcome: 'applied', detail };
}

const withRefund = ({ zh, en }: Text): Text => ({ zh: `${zh}，已登记退款`, en: `${en}; a refund was opened` });

async function moneyAgain(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  transactionId: string | undefined,
  cause: Cause,
): Promise<Applied> {
  if (!transactionId || transactionId === payment.transactionId)
    return {
      outcome: 'repeated',
      detail: {
        zh: '支付已成功，重复通知已忽略',
        en: 'The payment has already succeeded; the repeated notice was ignored',
      },
    };
  // Without a first transaction number the second cannot be told from the first.
  if (!payment.transactionId) {
    payment.transactionId = transactionId;
    return {
      outcome: 'repeated',
      detail: {
        zh: '支付已成功，补记交易号',
        en: 'The payment has already succeeded; its transaction number was added',
      },
    };
  }
  const why: Text = {
    zh: `同一支付收到第二笔款项：${transactionId}（首笔 ${payment.transactionId}）`,
    en: `The same payment received money a second time: ${transactionId} (first: ${payment.transactionId})`,
  };
  returnSecondMoney(tx, locked, payment, transactionId, cause);
  await raise(tx, locked, payment, 'money_to_return', `${payment.publicId}:${transactionId}`, withRefund(why), cause);
  return { outcome: 'applied', detail: why };
}

async function isUsedElsewhere(tx: Tx, payment: Payment, transactionId: string): Promise<boolean> {
  const other = await tx.em.findOne(
    Payment,
    { method: payment.method, transactionId, id: { $ne: payment.id } },
    { fields: ['id'] },
  );
  return other !== null;
}

/** A provider may be asked again and again, so what it says is told apart by its meaning. */
const keyOf = (payment: Payment, { statusText, transactionId, amountFen }: PaymentNotice, { callbackId }: Cause) =>
  callbackId ?? [payment.publicId, statusText, transactionId ?? '', amountFen ?? ''].join(':');

const raise = (
  tx: Tx,
  { order }: LockedOrder,
  payment: Payment,
  kind: ExceptionKind,
  key: string,
  detail: Text,
  { callbackId, at }: Cause,
) =>
  raiseException(tx, {
    kind,
    order,
    callbackId,
    paymentId: payment.publicId,
    dedupKey: `${kind}:${key}`,
    detail,
    at,
  });

function otherAmount(notice: PaymentNotice, payment: Payment): Text {
  const due = formatFen(payment.amountFen);
  if (notice.amountFen === undefined)
    return {
      zh: `回调没有金额，应付 ${due}，未入账`,
      en: `The callback names no amount while ${due} is due; the money was not booked`,
    };
  const told = formatFen(notice.amountFen);
  return {
    zh: `回调金额 ${told} 与应付 ${due} 不一致，未入账`,
    en: `The callback's amount of ${told} differs from the ${due} due; the money was not booked`,
  };
}
