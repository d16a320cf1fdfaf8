import type { RefundNotice } from '@orderbridge/contracts/payment-callback';
import { waitAfter } from '@orderbridge/service-kit/retry-schedule';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { OrdersLog } from '../log.ts';
import { type LockedOrder, lockOrder } from '../orders/lock-orders.ts';
import type { Text } from '../text.ts';
import { type Cause, transact, type TransactContext, type Tx } from '../transaction.ts';
import { applyRefundNotice } from './apply-refund-notice.ts';
import { lockRefund } from './lock-refund.ts';
import { moveRefund } from './move-refund.ts';
import type { Payment } from './payment.entity.ts';
import type { PaymentProvider, PaymentProviders, ProviderAnswer, RefundOrder } from './providers/provider.ts';
import type { Refund } from './refund.entity.ts';
import { TRIES_MAX } from './refund-schedule.ts';
import { AWAITS_APPROVAL_SQL, awaitsApproval } from './refund-rules.ts';
import { receivedFenOf, transactionOf } from './return-money.ts';

export type PayOutContext = TransactContext & {
  readonly now: () => Date;
  readonly providers: PaymentProviders;
  readonly log: Pick<OrdersLog, 'info' | 'warn'>;
};

/** Longer than any call takes; who is silent so long has died, and nobody knows whether the call arrived. */
const LEASE_MS = 120_000;

/**
 * Takes up one refund that is due and calls its provider (design.md §6): claimed and committed first, called outside of
 * any transaction, the answer written in a second one. The number never changes, and after an end that nobody knows the
 * provider is asked before anything is sent again, so that no refund is paid out twice. Any number of processes may do
 * this at once. Answers whether there was one.
 */
export async function payOutRefund(context: PayOutContext): Promise<boolean> {
  const claim = await transact(context, (tx) => claimRefund(tx, context));
  if (!claim?.provider) return claim !== undefined;
  const answer = await callProvider(context, claim, claim.provider);
  await transact(context, (tx) => applyRefundAnswer(tx, claim, answer, context.now()));
  const { refundId: id, attempt, orderNumber } = claim;
  context.log.info('refund called', {
    id,
    orderNumber,
    attempt,
    provider: claim.provider.name,
    outcome: answer.outcome,
  });
  return true;
}

type Claim = {
  readonly refundId: string;
  readonly orderNumber: string;
  /** Which call of the refund this is; an answer of an earlier one plans nothing any more. */
  readonly attempt: number;
  /** Whether an earlier call may have arrived. */
  readonly askFirst: boolean;
  /** Whether it may be sent, and not only asked about. */
  readonly maySend: boolean;
  readonly order: RefundOrder;
  /** Undefined when there was nothing to call: the refund was settled in the claim. */
  readonly provider: PaymentProvider | undefined;
};

/** Undefined when nothing is due. Orders that others hold are left for the next turn. */
async function claimRefund(tx: Tx, { now, providers }: PayOutContext): Promise<Claim | undefined> {
  const at = now();
  const [due] = await tx.em.execute<{ public_id: string; order_number: string }[]>(
    `select r.public_id, o.order_number
       from refunds r join orders o on o.id = r.order_id
      where r.next_attempt_at <= ? and (not (${AWAITS_APPROVAL_SQL}) or r.outcome_unknown) and (r.leased_until is null or r.leased_until <= ?)
      order by r.next_attempt_at, r.id limit 1 for update of o skip locked`,
    [at, at],
  );
  const locked = due && (await lockOrder(tx, due.order_number));
  // Read again under the lock: between the search and the lock another process may have taken it, or staff withdrawn it.
  const refund = locked?.refunds.find((entry) => entry.publicId === due?.public_id);
  const payment = locked?.payments.find((entry) => entry.id === refund?.paymentId);
  if (!due || !locked || !refund || !payment) return undefined;

  const { order } = locked;
  const isDue = isDueAt(refund, at);
  const askFirst = refund.outcomeUnknown;
  const provider = isDue ? providers.get(payment.method) : undefined;
  if (isDue) await takeUp(tx, locked, refund, provider, payment, at);
  return {
    refundId: refund.publicId,
    orderNumber: order.orderNumber,
    attempt: refund.attempts,
    askFirst,
    maySend: !awaitsApproval(refund),
    order: {
      refundNo: refund.refundNo,
      providerOrderNo: payment.providerOrderNo,
      transactionId: transactionOf(refund, payment),
      paymentAmountFen: receivedFenOf(refund, payment),
      amountFen: refund.amountFen,
      reason: refund.reason,
    },
    provider,
  };
}

/** One that waits for its second person is never sent, but asked about when a provider may know it all the same. */
const isDueAt = (refund: Refund, at: Date): boolean => {
  const { status, withdrawnAt, nextAttemptAt, leasedUntil, outcomeUnknown } = refund;
  return (
    status !== 'succeeded' &&
    !withdrawnAt &&
    (outcomeUnknown || !awaitsApproval(refund)) &&
    Boolean(nextAttemptAt && nextAttemptAt <= at) &&
    (!leasedUntil || leasedUntil <= at)
  );
};

async function takeUp(
  tx: Tx,
  locked: LockedOrder,
  refund: Refund,
  provider: PaymentProvider | undefined,
  { method }: Payment,
  at: Date,
): Promise<void> {
  const cause: Cause = { by: 'system', at };
  refund.attempts += 1;
  refund.tries += 1;
  refund.updatedAt = at;
  if (refund.status !== 'processing') await moveRefund(tx, locked, refund, 'refund_sent', cause);
  if (!provider) {
    const note: Text = {
      zh: `支付方式 ${method} 没有可用的退款接口，请线下退款后登记`,
      en: `Refunds of ${method} cannot be sent from here; pay it back by hand and put that on record`,
    };
    await moveRefund(tx, locked, refund, 'refund_failed', { ...cause, note });
    return;
  }
  refund.leasedUntil = new Date(at.getTime() + LEASE_MS);
  // True from before the call until its answer is written: whoever dies in between leaves the right word behind.
  refund.outcomeUnknown = true;
}

/** Unknown to the provider is an answer only where nothing may be sent for it. */
type RefundAnswer = ProviderAnswer<RefundNotice | 'not_found'>;

async function callProvider(
  { log }: PayOutContext,
  { refundId, order, askFirst, maySend }: Claim,
  provider: PaymentProvider,
): Promise<RefundAnswer> {
  try {
    if (!askFirst) return await provider.refund(order);
    const known = await provider.queryRefund(order);
    // A refused question says nothing about the refund.
    if (known.outcome === 'refused') return { outcome: 'uncertain', reason: known.reason };
    if (known.outcome !== 'answered') return known;
    return known.value === 'not_found' && maySend ? await provider.refund(order) : known;
  } catch (error) {
    log.warn('refund call failed', { id: refundId, provider: provider.name }, error);
    return {
      outcome: 'uncertain',
      reason: { zh: '调用支付渠道时程序出错', en: 'The call to the provider broke down' },
    };
  }
}

async function applyRefundAnswer(
  tx: Tx,
  { refundId, attempt, askFirst }: Claim,
  answer: RefundAnswer,
  at: Date,
): Promise<void> {
  const { locked, refund } = await lockRefund(tx, refundId);
  const cause: Cause = { by: 'system', at };
  if (refund.attempts === attempt) refund.leasedUntil = null;
  // What the provider says of the money counts whoever asked; everything else is the business of the newest call.
  const notice = answer.outcome === 'answered' ? answer.value : undefined;
  if (notice === 'not_found') {
    if (refund.attempts === attempt) await keepUnknown(tx, locked, refund, cause);
    return;
  }
  const applied = notice && (await applyRefundNotice(tx, locked, refund, notice, cause));
  if (refund.attempts !== attempt || refund.status !== 'processing') return;

  refund.updatedAt = at;
  if (answer.outcome === 'refused') {
    refund.outcomeUnknown = askFirst;
    await moveRefund(tx, locked, refund, 'refund_failed', { ...cause, note: answer.reason });
    return;
  }
  if (answer.outcome === 'not_sent') refund.outcomeUnknown = askFirst;
  const isUnderWay = applied?.outcome === 'applied' || applied?.outcome === 'repeated';
  const trouble = answer.outcome === 'answered' ? (isUnderWay ? null : applied!.detail) : answer.reason;
  refund.lastError = trouble?.zh ?? null;
  refund.lastErrorEn = trouble?.en ?? null;
  if (refund.tries >= TRIES_MAX && !isUnderWay) {
    await moveRefund(tx, locked, refund, 'refund_failed', { ...cause, note: gaveUp(refund, trouble) });
    return;
  }
  const retryAfterMs = answer.outcome === 'not_sent' ? answer.retryAfterMs : undefined;
  refund.nextAttemptAt = new Date(at.getTime() + waitAfter(refund.tries, retryAfterMs));
  if (refund.tries === TRIES_MAX) await raiseSlow(tx, locked, refund, at);
}

/** The provider knows nothing of a refund that may not be sent: it failed there, and still waits for its second person. */
async function keepUnknown(tx: Tx, locked: LockedOrder, refund: Refund, cause: Cause): Promise<void> {
  if (refund.status !== 'processing') return;
  refund.outcomeUnknown = false;
  // Somebody approved it while the question was out.
  if (awaitsApproval(refund)) await moveRefund(tx, locked, refund, 'refund_failed', { ...cause, note: NOT_KNOWN });
  else refund.nextAttemptAt = cause.at;
  refund.updatedAt = cause.at;
}

const NOT_KNOWN: Text = {
  zh: '支付渠道没有这笔退款；须由另一人批准后才会发出',
  en: 'The provider knows of no such refund; it is sent once another person has approved it',
};

const gaveUp = ({ tries }: Refund, trouble: Text | null): Text => ({
  zh: `尝试 ${tries} 次仍无结果${trouble ? `：${trouble.zh}` : ''}`,
  en: `No result after ${tries} tries${trouble ? `: ${trouble.en}` : ''}`,
});

/** Not failed: the provider has it, and a second payment by hand would be one too many. Staff have to ask there. */
const raiseSlow = (tx: Tx, { order, payments }: LockedOrder, refund: Refund, at: Date) =>
  raiseException(tx, {
    kind: 'refund_failed',
    order,
    paymentId: payments.find(({ id }) => id === refund.paymentId)?.publicId,
    refundId: refund.publicId,
    dedupKey: `refund_failed:${refund.publicId}:${refund.attempts}:slow`,
    detail: {
      zh: `退款 ${refund.refundNo} 已被支付渠道受理，一周后仍未到账，请向支付渠道核实`,
      en: `Refund ${refund.refundNo} was accepted by the provider and is not paid out after a week; ask the provider`,
    },
    at,
  });
