import type { Checkout, PaymentView } from '@orderbridge/contracts/orders-api';
import type { PaymentNotice, RefundNotice } from '@orderbridge/contracts/payment-callback';
import type { Text } from '../../text.ts';

/** A payment as its provider has to know it. */
export type PaymentOrder = {
  /** `out_trade_no`: the same for every call about this payment. */
  readonly providerOrderNo: string;
  /** Public id of the payment. */
  readonly paymentId: string;
  readonly orderNumber: string;
  readonly amountFen: number;
  /** What the buyer reads at the provider. */
  readonly description: string;
  readonly expiresAt: Date;
  /** The buyer at WeChat, for a payment inside its own browser. */
  readonly payerOpenId?: string | undefined;
};

/** A refund as its provider has to know it. */
export type RefundOrder = {
  /** `out_refund_no`: fixed for good, so that a repeated call pays out once (design.md §6). */
  readonly refundNo: string;
  readonly providerOrderNo: string;
  readonly transactionId: string | null;
  readonly paymentAmountFen: number;
  readonly amountFen: number;
  readonly reason: string;
};

/**
 * How a call ended. `not_sent` never arrived (or was turned away unseen: 429, breaker) and may be repeated at will;
 * `uncertain` may have worked, so only the same number may be sent again, or asked for.
 */
export type ProviderAnswer<T> =
  | { readonly outcome: 'answered'; readonly value: T }
  | { readonly outcome: 'refused'; readonly code: string; readonly reason: Text }
  | { readonly outcome: 'not_sent'; readonly reason: Text; readonly retryAfterMs?: number | undefined }
  | { readonly outcome: 'uncertain'; readonly reason: Text };

/** What is asked of a payment provider. No method throws for what happens on the wire, and none retries by itself. */
export type PaymentProvider = {
  readonly name: PaymentView['method'];
  /** Makes the payment known to the provider; null when the buyer's device needs nothing. Repeating it is harmless. */
  prepay: (payment: PaymentOrder) => Promise<ProviderAnswer<Checkout | null>>;
  query: (payment: PaymentOrder) => Promise<ProviderAnswer<PaymentNotice | 'not_found'>>;
  /** Closes an unpaid payment, so that nobody can pay it late; `refused` when it is paid already. */
  close: (payment: PaymentOrder) => Promise<ProviderAnswer<'closed'>>;
  refund: (refund: RefundOrder) => Promise<ProviderAnswer<RefundNotice>>;
  queryRefund: (refund: RefundOrder) => Promise<ProviderAnswer<RefundNotice | 'not_found'>>;
};

/** The providers this installation can call, by payment method; one that is missing has to be served by hand. */
export type PaymentProviders = ReadonlyMap<PaymentView['method'], PaymentProvider>;
