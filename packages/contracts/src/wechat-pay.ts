import { z } from 'zod';
import {
  isPlainCode,
  orderNumberOfRefund,
  type PaymentNews,
  type PaymentNoticeReading,
  readOutTradeNo,
  type RefundNews,
  type RefundNoticeReading,
} from './payment-callback.ts';

/** Authorization scheme of requests to WeChat Pay v3 (domain.md §1.16). */
export const WECHAT_AUTHORIZATION = 'WECHATPAY2-SHA256-RSA2048';

/** Headers that sign a callback, or an answer to one of our requests (domain.md §2.6). */
export const WECHAT_HEADERS = {
  signature: 'wechatpay-signature',
  timestamp: 'wechatpay-timestamp',
  nonce: 'wechatpay-nonce',
  serial: 'wechatpay-serial',
} as const;

/** A signature that starts so is a probe whether we verify at all: it must fail cleanly (promises.md). */
export const WECHAT_PROBE = 'WECHATPAY/SIGNTEST/';

/** How far the signed time of a callback may be from ours, to both sides; each retry is signed anew (P8). */
export const WECHAT_WINDOW_SECONDS = 300;

export type WechatSignedRequest = {
  readonly method: string;
  /** Path with its query, as on the request line. */
  readonly pathAndQuery: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly nonce: string;
  /** Empty for GET. */
  readonly body: string;
};

/** The text that signs one of our requests, RSA PKCS#1 v1.5 with SHA-256 (domain.md §1.16). */
export const wechatRequestText = ({ method, pathAndQuery, timestamp, nonce, body }: WechatSignedRequest): string =>
  `${method}\n${pathAndQuery}\n${timestamp}\n${nonce}\n${body}\n`;

/** The `Authorization` of a request signed over `wechatRequestText`; `signature` is base64, `serial` our certificate's. */
export const wechatAuthorization = (
  mchid: string,
  serial: string,
  { timestamp, nonce }: Pick<WechatSignedRequest, 'timestamp' | 'nonce'>,
  signature: string,
): string =>
  `${WECHAT_AUTHORIZATION} mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`;

/** The text that WeChat signs in a callback, and in its answers to us (domain.md §2.6). */
export const wechatSigningText = ({
  timestamp,
  nonce,
  body,
}: Pick<WechatSignedRequest, 'timestamp' | 'nonce' | 'body'>): string => `${timestamp}\n${nonce}\n${body}\n`;

/** The text behind `paySign` of a payment inside WeChat's own browser. */
export const wechatPaySignText = (pay: { appId: string; timeStamp: string; nonceStr: string; package: string }) =>
  `${pay.appId}\n${pay.timeStamp}\n${pay.nonceStr}\n${pay.package}\n`;

/** The sealed part of a notification: AES-256-GCM under the APIv3 key, the tag at the end of the ciphertext. */
export const WechatResource = z.object({
  algorithm: z.literal('AEAD_AES_256_GCM'),
  ciphertext: z.base64(),
  nonce: z.string(),
  associated_data: z.string().default(''),
});
export type WechatResource = z.infer<typeof WechatResource>;

/** The body of a callback. `id` is the same in each retry, while the signature is not. */
export const WechatNotification = z.object({
  id: z.string(),
  event_type: z.string(),
  resource: WechatResource,
});
export type WechatNotification = z.infer<typeof WechatNotification>;

/** Whether a notification is about a refund; by its own word, because no signature covers the address. */
export const isWechatRefund = (eventType: string): boolean => eventType.startsWith('REFUND.');

/** A payment as WeChat tells it, in a callback's resource and in the answer to a query. */
export const WechatTransaction = z.object({
  mchid: z.string().optional(),
  appid: z.string().optional(),
  out_trade_no: z.string(),
  transaction_id: z.string().optional(),
  trade_state: z.string(),
  attach: z.string().optional(),
  /** When the money came, as RFC 3339. */
  success_time: z.string().optional(),
  /** In fen; `unknown` because a wrong amount has an answer of its own. */
  amount: z.object({ total: z.unknown().optional(), currency: z.unknown().optional() }).optional().catch(undefined),
});
export type WechatTransaction = z.infer<typeof WechatTransaction>;

/** A refund as WeChat tells it: `refund_status` in a callback's resource, `status` in the answer to a request or query. */
export const WechatRefund = z.object({
  mchid: z.string().optional(),
  out_trade_no: z.string().optional(),
  out_refund_no: z.string(),
  refund_id: z.string().optional(),
  refund_status: z.string().optional(),
  status: z.string().optional(),
  amount: z.object({ refund: z.unknown().optional(), currency: z.unknown().optional() }).optional().catch(undefined),
});
export type WechatRefund = z.infer<typeof WechatRefund>;

/** What a payment at WeChat means to us (domain.md §2.6); a success without a readable amount is refused. */
export function readWechatTransaction(transaction: WechatTransaction): PaymentNoticeReading {
  const { out_trade_no: outTradeNo, transaction_id: transactionId, trade_state: statusText } = transaction;
  if (!isPlainCode(outTradeNo) || !isPlainCode(statusText) || !isPlainCode(transactionId ?? ''))
    return { ok: false, orderNumber: undefined };
  const { orderNumber, providerOrderNo } = readOutTradeNo(outTradeNo);
  const news = PAYMENT_NEWS[statusText] ?? 'unknown';
  const amountFen = readFen(transaction.amount?.total, transaction.amount?.currency);
  if (amountFen === undefined && news === 'succeeded') return { ok: false, orderNumber, problem: 'amount_unreadable' };
  return {
    ok: true,
    notice: {
      paymentId: paymentIdIn(transaction.attach),
      providerOrderNo,
      orderNumber,
      news,
      statusText,
      transactionId: transactionId || undefined,
      amountFen,
      paidAt: readTime(transaction.success_time),
    },
  };
}

/** What a refund at WeChat means to us (domain.md §2.6); a success without a readable amount is refused. */
export function readWechatRefund(refund: WechatRefund): RefundNoticeReading {
  const { out_refund_no: refundNo, refund_id: refundId, out_trade_no: outTradeNo } = refund;
  const statusText = refund.refund_status ?? refund.status ?? '';
  if (![refundNo, refundId ?? '', outTradeNo ?? '', statusText].every(isPlainCode))
    return { ok: false, orderNumber: undefined };
  const news = REFUND_NEWS[statusText] ?? 'unknown';
  const amountFen = readFen(refund.amount?.refund, refund.amount?.currency);
  if (amountFen === undefined && news === 'succeeded')
    return { ok: false, orderNumber: orderNumberOfRefund(refundNo), problem: 'amount_unreadable' };
  return {
    ok: true,
    notice: { refundNo, news, statusText, amountFen, providerRefundId: refundId || undefined, outTradeNo },
  };
}

/** `trade_state`; anything else, `REFUND` too, is unknown and never a success (R103, T42). */
const PAYMENT_NEWS: Readonly<Record<string, PaymentNews>> = Object.assign(Object.create(null), {
  SUCCESS: 'succeeded',
  CLOSED: 'cancelled',
  REVOKED: 'cancelled',
  USERPAYING: 'processing',
  NOTPAY: 'processing',
  ACCEPT: 'processing',
  PAYERROR: 'failed',
});

const REFUND_NEWS: Readonly<Record<string, RefundNews>> = Object.assign(Object.create(null), {
  SUCCESS: 'succeeded',
  CLOSED: 'failed',
  ABNORMAL: 'failed',
  PROCESSING: 'processing',
});

/** Whole fen of our own currency; another one is no amount that we could compare. */
function readFen(amount: unknown, currency: unknown): number | undefined {
  const isFen = typeof amount === 'number' && Number.isSafeInteger(amount) && amount >= 0;
  return isFen && (currency === undefined || currency === 'CNY') ? amount : undefined;
}

const readTime = (text: string | undefined): Date | undefined =>
  z.iso.datetime({ offset: true }).safeParse(text).success ? new Date(text!) : undefined;

/** `attach` carries `{"payment_id": …}` of the payment that we opened (domain.md §1.16); anything else says nothing. */
function paymentIdIn(attach: string | undefined): string | undefined {
  try {
    const id: unknown = (JSON.parse(attach ?? '') as { payment_id?: unknown } | null)?.payment_id;
    return typeof id === 'string' && id !== '' && isPlainCode(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
