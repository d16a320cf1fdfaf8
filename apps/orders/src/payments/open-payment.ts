import type { MikroORM } from '@mikro-orm/postgresql';
import type { Checkout, PaymentView } from '@orderbridge/contracts/orders-api';
import { formatFen } from '@orderbridge/contracts/money';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { NotAnswered, Refused } from '../errors.ts';
import { refuseIf, whyNoPayment } from '../orders/allowed-actions.ts';
import { orderNotFound } from '../orders/get-order.ts';
import { lockOrder } from '../orders/lock-orders.ts';
import { inSentence, PAYMENT_METHOD_NAMES, PAYMENT_STATE_NAMES } from '../orders/state-names.ts';
import { type Cause, recordEvent, transact, type Tx } from '../transaction.ts';
import { isOpen, nextAskAt } from './ask-schedule.ts';
import { paymentOrder } from './find-payments.ts';
import { limitOpenings } from './limit-openings.ts';
import { lockPayment } from './lock-payment.ts';
import { movePayment } from './move-payment.ts';
import { Payment } from './payment.entity.ts';
import { paymentView } from './payment-view.ts';
import type { PaymentProviders, ProviderAnswer } from './providers/provider.ts';

export type OpenPaymentContext = {
  readonly orm: MikroORM;
  readonly wakeRelay: () => void;
  readonly now: () => Date;
  readonly by: string;
  /** Ways to pay that this installation offers; the mock provider is demo only (R107). */
  readonly methods: readonly PaymentView['method'][];
  readonly providers: PaymentProviders;
  /** How many payments one buyer may open in a minute (R149). */
  readonly opensPerMinute: number;
  /** The most that one payment may be for, in fen. */
  readonly maxFen: number;
};

export type OpenPaymentInput = {
  readonly orderNumber: string;
  readonly method: PaymentView['method'];
  readonly payerOpenId?: string | undefined;
};

export type OpenedPayment = PaymentView & { readonly checkout: Checkout | null };

/**
 * Opens a payment of what a pending order costs, or answers the one of that method still open, and makes it known to
 * its provider (domain.md §4.2, R94). The row is committed before the provider is called, so that whatever the
 * provider says later finds it; opening again repeats a call whose end is unknown, for the same payment.
 * @throws NotFound, Refused (INVALID_ORDER_STATUS, ORDER_EXPIRED, PAYMENT_METHOD_UNAVAILABLE, INVALID_PAYMENT_AMOUNT,
 * PAYMENT_PROVIDER_FAILED), TooMany, NotAnswered when the provider did not answer
 */
export async function openPayment(context: OpenPaymentContext, input: OpenPaymentInput): Promise<OpenedPayment> {
  const { now, methods, providers } = context;
  const { orderNumber, method } = input;
  if (!methods.includes(method))
    throw new Refused(
      'PAYMENT_METHOD_UNAVAILABLE',
      `${PAYMENT_METHOD_NAMES[method].zh}未开通`,
      `${PAYMENT_METHOD_NAMES[method].en} is not available here`,
    );
  const payment = await transact(context, (tx) => findOrOpen(tx, context, input));
  const provider = providers.get(method);
  if (!provider || isPayable(payment, now())) return openedPayment(payment, orderNumber);

  const answer = await provider.prepay(paymentOrder({ payment, orderNumber }));
  switch (answer.outcome) {
    case 'answered': {
      const { value: checkout } = answer;
      if (!checkout) return openedPayment(payment, orderNumber);
      const kept = await transact(context, (tx) => keepCheckout(tx, context, orderNumber, payment, checkout));
      // It may have been closed, or even paid, while the provider was asked.
      if (kept.status !== 'processing')
        throw new Refused(
          'INVALID_ORDER_STATUS',
          `支付已处于不可继续状态: ${kept.status}`,
          `A payment that is ${inSentence(PAYMENT_STATE_NAMES[kept.status]).en} cannot go on`,
        );
      return kept;
    }
    case 'refused':
      await transact(context, (tx) => keepRefusal(tx, context, orderNumber, payment, answer));
      throw new Refused('PAYMENT_PROVIDER_FAILED', answer.reason.zh, answer.reason.en);
    case 'not_sent':
    case 'uncertain':
      throw new NotAnswered();
  }
}

async function findOrOpen(
  tx: Tx,
  { now, by, providers, opensPerMinute, maxFen }: OpenPaymentContext,
  { orderNumber, method, payerOpenId }: OpenPaymentInput,
): Promise<Payment> {
  const locked = await lockOrder(tx, orderNumber);
  if (!locked) throw orderNotFound(orderNumber);
  const at = now();
  refuseIf(whyNoPayment(locked, at));
  const { order, payments } = locked;
  await limitOpenings(tx, order, at, opensPerMinute);

  // Only WeChat is told who pays, and it refuses to hear of another payer under the same number.
  const payer = method === 'wechat' ? (payerOpenId ?? null) : null;
  const open = payments.find(
    (payment) =>
      payment.method === method &&
      isOpen(payment) &&
      at <= payment.expiresAt &&
      payment.amountFen === order.payableFen &&
      (payment.payerOpenId ?? null) === payer,
  );
  if (open) return open;

  if (order.payableFen > maxFen)
    throw new Refused(
      'INVALID_PAYMENT_AMOUNT',
      `支付金额 ${formatFen(order.payableFen)} 超过单笔上限 ${formatFen(maxFen)}`,
      `${formatFen(order.payableFen)} is more than one payment may be for (${formatFen(maxFen)})`,
    );
  const times = { createdAt: at, updatedAt: at, expiresAt: order.expiresAt };
  const payment = tx.em.create(Payment, {
    publicId: uuidv7(at),
    orderId: order.id,
    method,
    // Counted under the order's lock, so no two payments of an order share a number.
    providerOrderNo: `${orderNumber}-P${payments.length + 1}`,
    status: 'init',
    amountFen: order.payableFen,
    payerOpenId: payer,
    // One timeout rules order and payment alike (R87).
    ...times,
    // Also when this process ends before the provider's answer is kept.
    askAt: providers.has(method) ? nextAskAt({ status: 'init', ...times }, at) : null,
  });
  tx.audit.push({
    at,
    actor: by,
    action: 'payment_created',
    resource_type: 'payment',
    resource_id: payment.publicId,
    detail: { orderNumber, method, amountFen: payment.amountFen },
  });
  recordEvent(tx, at, 'payment.opened', orderNumber, { paymentId: payment.publicId, amountFen: payment.amountFen });
  return payment;
}

/** Keeps what the buyer's device needs; the payment is under way from now on. */
async function keepCheckout(
  tx: Tx,
  { now, by }: OpenPaymentContext,
  orderNumber: string,
  opened: Payment,
  checkout: Checkout,
): Promise<OpenedPayment> {
  const { locked, payment } = await lockPayment(tx, opened);
  const cause: Cause = { by, at: now() };
  await movePayment(tx, locked, payment, 'payment_started', cause);
  if (payment.status === 'processing') {
    payment.checkout = checkout;
    payment.checkoutAt = cause.at;
    payment.askAt = nextAskAt(payment, cause.at);
  } else {
    // Closed here before the provider knew of it, so it is to be closed there once more.
    payment.askAt = cause.at;
  }
  return openedPayment(payment, orderNumber);
}

async function keepRefusal(
  tx: Tx,
  { now, by }: OpenPaymentContext,
  orderNumber: string,
  opened: Payment,
  { code, reason }: Extract<ProviderAnswer<unknown>, { outcome: 'refused' }>,
): Promise<void> {
  const { locked, payment } = await lockPayment(tx, opened);
  const cause: Cause = { by, at: now(), note: reason };
  const decision = await movePayment(tx, locked, payment, 'payment_failed', cause);
  if (decision.outcome !== 'moved') return;
  // What the provider knows from an earlier call may still be paid there, so it is to be closed.
  payment.askAt = decision.from === 'init' ? null : cause.at;
  tx.audit.push({
    at: cause.at,
    actor: by,
    action: 'start_failed',
    resource_type: 'payment',
    resource_id: payment.publicId,
    detail: { orderNumber, method: payment.method, code },
  });
}

/** WeChat's prepay ids and QR codes live two hours (a whole signed page of Alipay no shorter); renewed a little before. */
const CHECKOUT_LIVES_MS = 110 * 60_000;

const isPayable = ({ checkout, checkoutAt }: Payment, at: Date): boolean =>
  Boolean(checkout && checkoutAt && at.getTime() - checkoutAt.getTime() < CHECKOUT_LIVES_MS);

const openedPayment = (payment: Payment, orderNumber: string): OpenedPayment => ({
  ...paymentView(payment, orderNumber),
  checkout: payment.checkout ?? null,
});
