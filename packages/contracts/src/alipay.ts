import type { FormFields } from './haier-callback.ts';
import {
  isPlainCode,
  orderNumberOfRefund,
  type PaymentNews,
  type PaymentNoticeReading,
  readOutTradeNo,
  readYuan,
  type RefundNoticeReading,
} from './payment-callback.ts';

/** The only `sign_type` taken: RSA PKCS#1 v1.5 with SHA-256 (rulings.md "Payment providers"). */
export const ALIPAY_SIGN_TYPE = 'RSA2';

/** The text that signs one of our requests: `k=v` pairs sorted by name, without `sign` and empty values. */
export const alipayRequestText = (fields: FormFields): string => sortedPairs(fields, ['sign']);

/** The text that Alipay signs in a callback: as in a request, and without `sign_type` too; values are decoded ones. */
export const alipayCallbackText = (fields: FormFields): string => sortedPairs(fields, ['sign', 'sign_type']);

function sortedPairs(fields: FormFields, except: readonly string[]): string {
  return Object.keys(fields)
    .filter((name) => !except.includes(name) && fields[name] !== '')
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((name) => `${name}=${fields[name]}`)
    .join('&');
}

/**
 * Whether a callback is news of a refund. Alipay tells refunds at the address and with the `trade_status` of the
 * payment: a trade refunded whole is `TRADE_CLOSED`, which must not be read as a payment that was closed unpaid.
 */
export const isAlipayRefund = (fields: FormFields): boolean =>
  given(fields, 'gmt_refund') !== undefined || (readYuan(given(fields, 'refund_fee') ?? '0') ?? 1) > 0;

/** What a payment at Alipay means to us, from a callback or the answer to a query; amounts in yuan (domain.md §2.6). */
export function readAlipayPayment(fields: FormFields): PaymentNoticeReading {
  const outTradeNo = given(fields, 'out_trade_no');
  const statusText = given(fields, 'trade_status');
  const transactionId = given(fields, 'trade_no');
  if (
    !isReadable(outTradeNo) ||
    !isReadable(statusText) ||
    (transactionId !== undefined && !isPlainCode(transactionId))
  )
    return { ok: false, orderNumber: undefined };

  const { orderNumber, providerOrderNo } = readOutTradeNo(outTradeNo);
  const news = PAYMENT_NEWS[statusText] ?? 'unknown';
  const amountFen = readYuan(given(fields, 'total_amount') ?? '');
  if (amountFen === undefined && news === 'succeeded') return { ok: false, orderNumber, problem: 'amount_unreadable' };
  return {
    ok: true,
    notice: {
      paymentId: undefined,
      providerOrderNo,
      orderNumber,
      news,
      statusText,
      transactionId,
      amountFen,
      paidAt: readTime(given(fields, 'gmt_payment') ?? given(fields, 'send_pay_date')),
    },
  };
}

/**
 * What Alipay's news of a refund means to us: it is only sent once the money went back. `out_biz_no` is our number of
 * the refund; a refund made at Alipay itself has none. `refund_fee` is the sum of all refunds of the payment.
 */
export function readAlipayRefund(fields: FormFields): RefundNoticeReading {
  const refundNo = given(fields, 'out_biz_no');
  const outTradeNo = given(fields, 'out_trade_no');
  const statusText = given(fields, 'trade_status');
  const named = isReadable(outTradeNo) ? readOutTradeNo(outTradeNo).orderNumber : undefined;
  if (!isReadable(statusText)) return { ok: false, orderNumber: named };
  if (!isReadable(refundNo)) return { ok: false, orderNumber: named, problem: 'not_found' };

  const refundedSoFarFen = readYuan(given(fields, 'refund_fee') ?? '');
  if (refundedSoFarFen === undefined)
    return { ok: false, orderNumber: orderNumberOfRefund(refundNo), problem: 'amount_unreadable' };
  return {
    ok: true,
    notice: {
      refundNo,
      news: REFUNDED_TRADES.has(statusText) ? 'succeeded' : 'unknown',
      statusText,
      amountFen: undefined,
      providerRefundId: undefined,
      outTradeNo,
      refundedSoFarFen,
    },
  };
}

/** `trade_status` of a payment; anything else is unknown and never a success (R103). */
const PAYMENT_NEWS: Readonly<Record<string, PaymentNews>> = Object.assign(Object.create(null), {
  TRADE_SUCCESS: 'succeeded',
  TRADE_FINISHED: 'succeeded',
  TRADE_CLOSED: 'cancelled',
  WAIT_BUYER_PAY: 'processing',
});

/** States in which a trade can have been refunded: in part, whole, or before its end. */
const REFUNDED_TRADES: ReadonlySet<string> = new Set(['TRADE_SUCCESS', 'TRADE_CLOSED', 'TRADE_FINISHED']);

/** `2026-11-21 18:00:00`, in Asia/Shanghai; a time without seconds or with another form says nothing. */
function readTime(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return undefined;
  const at = new Date(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

const given = (fields: FormFields, name: string): string | undefined =>
  fields[name]?.trim() === '' ? undefined : fields[name];

const isReadable = (value: string | undefined): value is string => value !== undefined && isPlainCode(value);
