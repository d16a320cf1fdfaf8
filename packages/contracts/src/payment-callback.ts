import type { CallbackProblem } from './callback-envelope.ts';
import type { FormFields } from './haier-callback.ts';

/** `{provider}` is the last segment; `/api/v1/…` is an alias (rulings.md "Callback addresses"). */
export const PAYMENT_CALLBACK_PREFIXES = ['/api/payments/callback', '/api/v1/payments/callback'] as const;

/** Refund callbacks, the same way (rulings.md "Callback addresses"). */
export const REFUND_CALLBACK_PREFIXES = ['/api/payments/refund-callback', '/api/v1/payments/refund-callback'] as const;

/** Names under which the signature may come (domain.md §2.6). */
export const PAYMENT_SIGNATURE_FIELDS = ['signature', 'sign'] as const;

/**
 * The text whose HMAC-SHA256 (hex) is the signature of the generic variant: `k=v` pairs of every field but
 * `sign` and `signature`, sorted by name in code-unit order, joined with `&`, values decoded (domain.md §2.6).
 */
export function paymentSigningText(fields: FormFields): string {
  return Object.keys(fields)
    .filter((name) => name !== 'sign' && name !== 'signature')
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
}

/** What a provider says happened to a payment. `unknown` never becomes success (R103). */
export type PaymentNews = 'succeeded' | 'failed' | 'cancelled' | 'expired' | 'processing' | 'unknown';

export type PaymentNotice = {
  readonly paymentId: string | undefined;
  /** Our number of this payment at the provider (`PaymentView.providerOrderNo`), where the provider names it. */
  readonly providerOrderNo?: string | undefined;
  readonly orderNumber: string | undefined;
  readonly news: PaymentNews;
  /** Status word as received, for the record. */
  readonly statusText: string;
  readonly transactionId: string | undefined;
  /** Undefined when the callback names no amount; a success without one is malformed (R99). */
  readonly amountFen: number | undefined;
  /** When the money came, by the provider's clock, where it says so. */
  readonly paidAt?: Date | undefined;
};

export type PaymentNoticeReading = { readonly ok: true; readonly notice: PaymentNotice } | UnreadableNotice;

/** News that cannot be taken as it is; `problem` says why where domain.md §2.6 has a text for it. */
export type UnreadableNotice = {
  readonly ok: false;
  readonly orderNumber: string | undefined;
  readonly problem?: CallbackProblem | undefined;
};

/** What a provider says happened to a refund. `unknown` never becomes success (R103). */
export type RefundNews = 'succeeded' | 'failed' | 'processing' | 'unknown';

export type RefundNotice = {
  /** Our fixed number of the refund, `<order number>-R<n>` (domain.md §1.16). */
  readonly refundNo: string;
  readonly news: RefundNews;
  /** Status word as received, for the record. */
  readonly statusText: string;
  /** Undefined when the provider names no amount. */
  readonly amountFen: number | undefined;
  /** The provider's own number of the refund. */
  readonly providerRefundId: string | undefined;
  /** `out_trade_no` of the payment it is for, where the provider names it. */
  readonly outTradeNo?: string | undefined;
  /** All that has gone back of this payment, this refund included, where the provider tells only that (Alipay). */
  readonly refundedSoFarFen?: number | undefined;
};

export type RefundNoticeReading = { readonly ok: true; readonly notice: RefundNotice } | UnreadableNotice;

/**
 * What an `out_trade_no` names: our number of one payment (`<order number>-P<n>`), or an order number alone, which
 * older payments were opened with.
 */
export function readOutTradeNo(outTradeNo: string): { orderNumber: string; providerOrderNo: string | undefined } {
  const orderNumber = /^(.+)-P\d{1,9}$/.exec(outTradeNo)?.[1];
  return { orderNumber: orderNumber ?? outTradeNo, providerOrderNo: orderNumber && outTradeNo };
}

/** The order whose refund this is, by the refund's number `<order number>-R<n>`; undefined when it is none of ours. */
export const orderNumberOfRefund = (refundNo: string): string | undefined => /^(.+)-R\d{1,9}$/.exec(refundNo)?.[1];

/** Reads the meaning out of verified fields of the generic and mock providers (domain.md §2.6). */
export function readPaymentNotice(fields: FormFields): PaymentNoticeReading {
  const paymentId = text(fields, ['payment_id']);
  const named = text(fields, ['order_number', 'out_trade_no']);
  const { orderNumber, providerOrderNo } = named === undefined ? NOTHING_NAMED : readOutTradeNo(named);
  const statusText = text(fields, ['status', 'result_code', 'trade_state']);
  const transactionId = text(fields, ['transaction_id', 'wx_transaction_id', 'trans_id']);
  const amountText = text(fields, ['amount']);
  const amountFen = amountText === undefined ? undefined : readYuan(amountText);

  const unreadable =
    (paymentId === undefined && orderNumber === undefined) ||
    statusText === undefined ||
    [paymentId, orderNumber, statusText, transactionId].some((value) => value !== undefined && !isPlainCode(value)) ||
    (amountText !== undefined && amountFen === undefined);
  if (unreadable) return { ok: false, orderNumber };

  const news = PAYMENT_STATUS_WORDS[statusText.toLowerCase()] ?? 'unknown';
  if (news === 'succeeded' && amountFen === undefined) return { ok: false, orderNumber };
  return { ok: true, notice: { paymentId, providerOrderNo, orderNumber, news, statusText, transactionId, amountFen } };
}

const NOTHING_NAMED = { orderNumber: undefined, providerOrderNo: undefined };

/**
 * Whether verified fields of the generic and mock providers are news of a refund: they name one in `out_refund_no`.
 * The address they came to says nothing, because no signature covers it.
 */
export const isRefundNews = (fields: FormFields): boolean => text(fields, ['out_refund_no']) !== undefined;

/**
 * Reads news of a refund of the generic and mock providers: `out_refund_no` (ours, `<order number>-R<n>`),
 * `refund_status` (`success` | `processing` | `failed` | `closed` | `abnormal`, in any case of letters),
 * `refund_amount` in yuan, `refund_id` (theirs) and, optionally, `out_trade_no` of the payment. A success without an
 * amount is unreadable. Signed like their payment callbacks (rulings.md "Callback addresses", domain.md §2.6).
 */
export function readRefundNotice(fields: FormFields): RefundNoticeReading {
  const refundNo = text(fields, ['out_refund_no']);
  const statusText = text(fields, ['refund_status']);
  const amountText = text(fields, ['refund_amount']);
  const providerRefundId = text(fields, ['refund_id']);
  const outTradeNo = text(fields, ['out_trade_no']);
  const amountFen = amountText === undefined ? undefined : readYuan(amountText);
  const orderNumber = refundNo === undefined ? undefined : orderNumberOfRefund(refundNo);

  const unreadable =
    refundNo === undefined ||
    statusText === undefined ||
    [refundNo, statusText, providerRefundId, outTradeNo].some((value) => value !== undefined && !isPlainCode(value));
  if (unreadable) return { ok: false, orderNumber: undefined };

  const news = REFUND_STATUS_WORDS[statusText.toLowerCase()] ?? 'unknown';
  if (amountFen === undefined && (amountText !== undefined || news === 'succeeded'))
    return { ok: false, orderNumber, problem: 'amount_unreadable' };
  return { ok: true, notice: { refundNo, news, statusText, amountFen, providerRefundId, outTradeNo } };
}

/** Status words of refunds of the generic and mock providers, folded to lower case. */
export const REFUND_STATUS_WORDS: Readonly<Record<string, RefundNews>> = Object.assign(Object.create(null), {
  success: 'succeeded',
  processing: 'processing',
  failed: 'failed',
  closed: 'failed',
  abnormal: 'failed',
});

/** Status words of the generic and mock providers, folded to lower case; anything else is `unknown` (domain.md §2.6, T33, T42). */
export const PAYMENT_STATUS_WORDS: Readonly<Record<string, PaymentNews>> = Object.assign(Object.create(null), {
  succeeded: 'succeeded',
  success: 'succeeded',
  trade_success: 'succeeded',
  trade_finished: 'succeeded',
  failed: 'failed',
  fail: 'failed',
  payerror: 'failed',
  cancelled: 'cancelled',
  closed: 'cancelled',
  revoked: 'cancelled',
  trade_closed: 'cancelled',
  expired: 'expired',
  processing: 'processing',
  userpaying: 'processing',
  notpay: 'processing',
  accept: 'processing',
  wait_buyer_pay: 'processing',
});

const text = (fields: FormFields, names: readonly string[]) =>
  names.map((name) => fields[name]).find((value) => value !== undefined && value.trim() !== '');

/** Fit to be stored and searched as it is: no control characters, well formed, at most 128 characters. */
export const isPlainCode = (value: string) =>
  value.length <= 128 && !/[\u0000-\u001f\u007f]/.test(value) && value.isWellFormed();

/**
 * Reads yuan written as decimal text ("2999", "2999.0", "0.10") into integer fen without floating point.
 * Undefined for anything else: signs, exponents, more than two decimals, sums beyond 2^53 fen.
 */
export function readYuan(yuan: string): number | undefined {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(yuan);
  if (!match) return undefined;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Writes integer fen as yuan with two decimals, e.g. 299900 → `2999.00`. */
export function formatYuan(amountFen: number): string {
  return `${Math.trunc(amountFen / 100)}.${String(amountFen % 100).padStart(2, '0')}`;
}
