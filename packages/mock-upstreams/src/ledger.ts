import { randomInt } from 'node:crypto';
import type { PaymentNews, RefundNews } from '@orderbridge/contracts/payment-callback';
import { keepByKey } from './kept-list.ts';

export type PlayedPayment = {
  readonly outTradeNo: string;
  readonly amountFen: number;
  /** Everything the merchant said when it opened the payment; repeating it has to say the same. */
  readonly terms: string;
  readonly attach?: string | undefined;
  readonly payerOpenId?: string | undefined;
  /** `unknown` stands for a word of the control API that no table has. */
  state: PaymentNews | 'open';
  /** Said in place of the provider's own word for the state. */
  statusText?: string | undefined;
  paidFen?: number | undefined;
  transactionId?: string | undefined;
  paidAt?: Date | undefined;
};

export type PlayedRefund = {
  readonly refundNo: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly paymentFen: number;
  readonly refundId: string;
  readonly createdAt: Date;
  status: RefundNews;
};

export type Paid = {
  readonly state: PaymentNews;
  readonly amountFen?: number | undefined;
  readonly statusText?: string | undefined;
  readonly transactionId?: string | undefined;
};

/** How many payments and refunds are remembered; the oldest are forgotten first. */
const KEPT = 10_000;

/** What one provider remembers of payments and refunds; in memory, because nothing here outlives a demo. */
export function createLedger(now: () => Date) {
  const payments = new Map<string, PlayedPayment>();
  const refunds = new Map<string, PlayedRefund>();

  return {
    payments: payments as ReadonlyMap<string, PlayedPayment>,
    refunds: refunds as ReadonlyMap<string, PlayedRefund>,

    open(payment: Pick<PlayedPayment, 'outTradeNo' | 'amountFen' | 'terms' | 'attach' | 'payerOpenId'>): PlayedPayment {
      return keepByKey(payments, payment.outTradeNo, { ...payment, state: 'open' }, KEPT);
    },

    /** What the buyer did; a payment that is paid already stays so and keeps its transaction. */
    pay(payment: PlayedPayment, { state, amountFen, statusText, transactionId }: Paid): void {
      payment.state = state;
      payment.statusText = statusText;
      if (state !== 'succeeded') return;
      payment.paidFen = amountFen ?? payment.amountFen;
      payment.transactionId = transactionId ?? payment.transactionId ?? newNumber(now());
      payment.paidAt ??= now();
    },

    /** What has gone back, or is going, of one payment. */
    refundedFen: (outTradeNo: string): number =>
      [...refunds.values()]
        .filter((refund) => refund.outTradeNo === outTradeNo && refund.status !== 'failed')
        .reduce((sum, { amountFen }) => sum + amountFen, 0),

    refund(
      refund: Pick<PlayedRefund, 'refundNo' | 'outTradeNo' | 'amountFen' | 'paymentFen' | 'status'>,
    ): PlayedRefund {
      return keepByKey(refunds, refund.refundNo, { ...refund, refundId: newNumber(now()), createdAt: now() }, KEPT);
    },

    forget(): void {
      payments.clear();
      refunds.clear();
    },
  };
}
export type Ledger = ReturnType<typeof createLedger>;

/** As long as the providers' own numbers, and in the order of time. */
const newNumber = (at: Date): string =>
  `${at.toISOString().replaceAll(/\D/g, '').slice(0, 14)}${String(randomInt(10 ** 12)).padStart(12, '0')}`;
