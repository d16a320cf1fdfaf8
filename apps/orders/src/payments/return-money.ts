import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Text } from '../text.ts';
import { STOREFRONT } from '../staff/principal.ts';
import { type Cause, recordEvent, type Tx } from '../transaction.ts';
import { raiseApproval } from './raise-approval.ts';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Payment } from './payment.entity.ts';
import { Refund } from './refund.entity.ts';

/** Cause of the refunds of a cancelled order. */
export const ORDER_CANCELLED = 'order_cancelled';
/** Cause of the refunds of goods that were refused, came back, or were cancelled alone. */
export const PARTIAL_CANCEL = 'partial_cancel';
/** Cause of a refund for money that came a second time for one payment, beyond its amount. */
const PAID_TWICE = 'paid_twice';
/** Cause of a refund for money of another amount than asked for, which pays nothing (R99). */
const AMOUNT_MISMATCH = 'amount_mismatch';

/** Causes of refunds of money beyond what a payment asked for: they take nothing from what that payment paid. */
export const BEYOND_PAYMENT: readonly string[] = [PAID_TWICE, AMOUNT_MISMATCH];

const isBeyondPayment = ({ cause }: Refund): boolean => BEYOND_PAYMENT.includes(cause);

export type MoneyToReturn = {
  /** Machine word for why, part of the idempotency key: `order_cancelled`, `late_money`, `partial_cancel`, … */
  cause: string;
  /** Why, for people. */
  reason: Text;
  /** Only this payment; default every paid payment of the order. */
  payment?: Payment;
  /** At most this much in all, in fen; default everything that was paid and is not yet on its way back. */
  amountFen?: number;
  /** From how much in all, in fen, a second person has to approve what a person opens; default never. */
  approvalFromFen?: number | undefined;
  /** Who asked for it, where what opens it is only the answer to that; default who opens it. */
  requestedBy?: string | undefined;
};

/**
 * Opens refunds for money that must go back, as rows that a job pays out later. What already has a refund, in any
 * state, is never opened again: the sum of refunds of a payment cannot exceed what was paid (P17). Answers the sum
 * opened, in fen.
 */
export async function returnMoney(
  tx: Tx,
  locked: LockedOrder,
  {
    cause: why,
    reason,
    payment: only,
    amountFen = Number.MAX_SAFE_INTEGER,
    approvalFromFen,
    requestedBy: asker,
  }: MoneyToReturn,
  cause: Cause,
): Promise<number> {
  const requestedBy = asker ?? cause.by;
  const payments = only ? [only] : locked.payments;
  const allFen = payments.reduce((sum, payment) => sum + refundableFen(locked, payment), 0);
  const approvalNeeded = needsApproval(Math.min(amountFen, allFen), approvalFromFen, requestedBy);
  const opened: Refund[] = [];
  let leftFen = amountFen;
  for (const payment of payments) {
    const amount = Math.min(leftFen, refundableFen(locked, payment));
    if (amount <= 0) continue;
    const alreadyOpened = locked.refunds.filter((refund) => refund.paymentId === payment.id).length;
    const key = `${payment.publicId}:${why}:${alreadyOpened + 1}`;
    const wanted = { amountFen: amount, why, key, reason, approvalNeeded, requestedBy };
    opened.push(openRefund(tx, locked, payment, wanted, cause));
    leftFen -= amount;
  }
  if (approvalNeeded)
    for (const refund of opened)
      await raiseApproval(tx, locked, refund, { by: requestedBy, at: cause.at, note: reason });
  return opened.reduce((sum, refund) => sum + refund.amountFen, 0);
}

/**
 * What the system does by itself follows from rules, and buyers take back what is theirs through their shop: both wait
 * for nobody. A person or a token does, whatever they may do.
 */
const needsApproval = (amountFen: number, fromFen: number | undefined, by: string): boolean =>
  fromFen !== undefined && amountFen >= fromFen && by !== 'system' && by !== STOREFRONT && !by.startsWith('callback:');

/** What was paid for an order and has no refund yet, in fen. */
export const refundableOf = (payments: readonly Payment[], refunds: readonly Refund[]): number =>
  payments.reduce((sum, payment) => sum + refundableFen({ refunds }, payment), 0);

/** What was paid with this payment and has no refund yet, in fen. */
export function refundableFen({ refunds }: { readonly refunds: readonly Refund[] }, payment: Payment): number {
  if (!payment.paidAt) return 0;
  const leftFen = refunds
    .filter((refund) => refund.paymentId === payment.id && !isBeyondPayment(refund) && !refund.withdrawnAt)
    .reduce((left, refund) => left - refund.amountFen, payment.amountFen);
  // A provider can pay out a refund that was withdrawn, and more went back than came.
  return Math.max(0, leftFen);
}

/** Whether every refund that counts has reached the buyer; also when there is none. */
export const isAllReturned = (refunds: readonly Refund[]): boolean =>
  refunds.every((refund) => refund.status === 'succeeded' || refund.withdrawnAt);

/** The provider's number of the money that a refund returns: not the payment's own, when it came beside that. */
export function transactionOf(refund: Refund, payment: Payment): string | null {
  const { cause, idempotencyKey } = refund;
  if (cause === PAID_TWICE) return idempotencyKey.slice(secondMoneyKey(payment, '').length);
  if (cause === AMOUNT_MISMATCH)
    return idempotencyKey.slice(`${payment.publicId}:${AMOUNT_MISMATCH}:`.length, -CALLBACK_ID_LENGTH - 1) || null;
  return payment.transactionId ?? null;
}

/** How much money came in the transaction that a refund returns, in fen. */
export const receivedFenOf = (refund: Refund, payment: Payment): number =>
  refund.cause === AMOUNT_MISMATCH ? refund.amountFen : payment.amountFen;

const CALLBACK_ID_LENGTH = 36;

/** Opens the refund of money that came once more, under another transaction, for a payment already paid (R101). */
export function returnSecondMoney(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  transactionId: string,
  cause: Cause,
): void {
  const key = secondMoneyKey(payment, transactionId);
  if (locked.refunds.some((refund) => refund.idempotencyKey === key)) return;
  openRefund(
    tx,
    locked,
    payment,
    {
      amountFen: payment.amountFen,
      why: PAID_TWICE,
      key,
      approvalNeeded: false,
      reason: {
        zh: `同一支付收到第二笔款项（${transactionId}）`,
        en: `The same payment received money a second time (${transactionId})`,
      },
    },
    cause,
  );
}

const secondMoneyKey = (payment: Payment, transactionId: string): string =>
  `${payment.publicId}:${PAID_TWICE}:${transactionId}`;

export type MismatchedMoney = {
  /** Public id of the callback that told of it. */
  readonly callbackId: string;
  readonly transactionId: string | undefined;
  readonly amountFen: number;
  readonly reason: Text;
  /** As in `MoneyToReturn`. */
  readonly approvalFromFen?: number | undefined;
};

/**
 * Opens the refund of money whose amount was not the one asked for: the whole of it, once per callback and once per
 * transaction, beside whatever the payment itself received. One that was declined is asked for anew, under its number.
 * False when it was opened before.
 */
export async function returnMismatch(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  { callbackId, transactionId = '', amountFen, reason, approvalFromFen }: MismatchedMoney,
  cause: Cause,
): Promise<boolean> {
  const known = locked.refunds.some(
    (refund) =>
      !refund.withdrawnAt &&
      (isReturnOfMismatch(refund, callbackId) ||
        (refund.cause === AMOUNT_MISMATCH &&
          refund.paymentId === payment.id &&
          transactionId !== '' &&
          transactionOf(refund, payment) === transactionId)),
  );
  if (known) return false;
  const approvalNeeded = needsApproval(amountFen, approvalFromFen, cause.by);
  const key = `${payment.publicId}:${AMOUNT_MISMATCH}:${transactionId}:${callbackId}`;
  const declined = locked.refunds.find(({ idempotencyKey }) => idempotencyKey === key);
  const opened = declined
    ? reopenDeclined(tx, locked, declined, { reason, approvalNeeded }, cause)
    : openRefund(tx, locked, payment, { amountFen, why: AMOUNT_MISMATCH, key, reason, approvalNeeded }, cause);
  if (approvalNeeded) await raiseApproval(tx, locked, opened, { ...cause, note: reason });
  return true;
}

/** Nothing of it was ever sent, so its number is as good as new. */
function reopenDeclined(
  tx: Tx,
  { order }: LockedOrder,
  refund: Refund,
  { reason, approvalNeeded }: { reason: Text; approvalNeeded: boolean },
  { by, at }: Cause,
): Refund {
  refund.withdrawnAt = null;
  refund.requestedBy = by;
  refund.approvalNeeded = approvalNeeded;
  refund.reason = reason.zh;
  refund.reasonEn = reason.en;
  refund.tries = 0;
  refund.nextAttemptAt = approvalNeeded ? null : at;
  refund.updatedAt = at;
  const { publicId: refundId, amountFen, cause } = refund;
  tx.audit.push({
    at,
    actor: by,
    action: 'refund_reopened',
    resource_type: 'refund',
    resource_id: refundId,
    detail: { orderNumber: order.orderNumber, amountFen, approvalNeeded },
  });
  recordEvent(tx, at, 'refund.opened', order.orderNumber, { refundId, amountFen, cause });
  return refund;
}

/** Whether a refund returns the money that this callback told of. */
export const isReturnOfMismatch = ({ cause, idempotencyKey }: Refund, callbackId: string): boolean =>
  cause === AMOUNT_MISMATCH && idempotencyKey.endsWith(`:${callbackId}`);

/** Whether a refund returns money that some callback told of with a wrong amount. */
export const isReturnOfSomeMismatch = ({ cause }: Refund): boolean => cause === AMOUNT_MISMATCH;

/** The callback that told of the money which such a refund returns. */
export const mismatchCallbackOf = ({ idempotencyKey }: Refund): string => idempotencyKey.slice(-CALLBACK_ID_LENGTH);

/** Opens a refund as pending, due at once or when a second person has approved it. The order is locked. */
export function openRefund(
  tx: Tx,
  locked: LockedOrder,
  payment: Payment,
  {
    amountFen,
    why,
    key,
    reason,
    approvalNeeded,
    requestedBy: asker,
  }: {
    amountFen: number;
    why: string;
    key: string;
    reason: Text;
    approvalNeeded: boolean;
    requestedBy?: string | undefined;
  },
  cause: Cause,
): Refund {
  const requestedBy = asker ?? cause.by;
  const refund = tx.em.create(Refund, {
    publicId: uuidv7(cause.at),
    orderId: locked.order.id,
    paymentId: payment.id,
    status: 'pending',
    amountFen,
    idempotencyKey: key,
    // Counted under the order's lock, so no two refunds of an order share a number.
    refundNo: `${locked.order.orderNumber}-R${locked.refunds.length + 1}`,
    cause: why,
    reason: reason.zh,
    reasonEn: reason.en,
    attempts: 0,
    tries: 0,
    outcomeUnknown: false,
    paidByHand: false,
    nextAttemptAt: approvalNeeded ? null : cause.at,
    requestedBy,
    approvalNeeded,
    createdAt: cause.at,
    updatedAt: cause.at,
  });
  locked.refunds.push(refund);
  tx.audit.push({
    at: cause.at,
    actor: cause.by,
    action: 'refund_opened',
    resource_type: 'refund',
    resource_id: refund.publicId,
    detail: {
      orderNumber: locked.order.orderNumber,
      paymentId: payment.publicId,
      amountFen,
      cause: why,
      key,
      ...(approvalNeeded ? { approvalNeeded } : {}),
      ...(requestedBy === cause.by ? {} : { requestedBy }),
      ...(cause.callbackId ? { callbackId: cause.callbackId } : {}),
    },
  });
  recordEvent(tx, cause.at, 'refund.opened', locked.order.orderNumber, {
    refundId: refund.publicId,
    amountFen,
    cause: why,
  });
  return refund;
}
