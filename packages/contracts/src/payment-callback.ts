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
};

export type PaymentNoticeReading =
  | { readonly ok: true; readonly notice: PaymentNotice }
  | { readonly ok: false; readonly orderNumber: string | undefined };

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
};

/** Reads the meaning out of verified fields of the generic and mock providers (domain.md §2.6). */
export function readPaymentNotice(fields: FormFields): PaymentNoticeReading {
  const paymentId = text(fields, ['payment_id']);
  const orderNumber = text(fields, ['order_number', 'out_trade_no']);
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
  return { ok: true, notice: { paymentId, orderNumber, news, statusText, transactionId, amountFen } };
}

/** Status words of the generic and mock providers, folded to lower case; anything else is `unknown` (domain.md §2.6, T33, T42). */
const PAYMENT_STATUS_WORDS: Readonly<Record<string, PaymentNews>> = Object.assign(Object.create(null), {
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

// Stored and searched as they are, so no control characters and a bounded length.
const isPlainCode = (value: string) =>
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
