import { type KeyObject, sign, verify } from 'node:crypto';
import { ALIPAY_SIGN_TYPE, alipayRequestText, readAlipayPayment } from '@orderbridge/contracts/alipay';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import {
  formatYuan,
  type PaymentNotice,
  readYuan,
  type RefundNews,
  type RefundNotice,
} from '@orderbridge/contracts/payment-callback';
import type { PaymentConfig } from '../../payment-config.ts';
import {
  answered,
  callProvider,
  type NotKnown,
  type ProviderEdge,
  uncertain,
  unreadable,
  unverified,
} from './http-call.ts';
import type { PaymentOrder, PaymentProvider, ProviderAnswer, RefundOrder } from './provider.ts';

/**
 * Alipay's open gateway as a client: requests signed with our key (RSA2), answers verified with Alipay's over the raw
 * text of their node. Amounts are yuan with two decimals. What does not verify is `uncertain`.
 */
export function createAlipayClient(edge: ProviderEdge, config: NonNullable<PaymentConfig['alipay']>): PaymentProvider {
  const call = caller(edge, config);

  const query = async (payment: PaymentOrder): Promise<ProviderAnswer<PaymentNotice | 'not_found'>> => {
    const answer = await call('alipay.trade.query', { out_trade_no: payment.providerOrderNo });
    if (answer.outcome === 'error') return answer.code === TRADE_NOT_EXIST ? answered('not_found') : refused(answer);
    return answer.outcome === 'answered' ? readTrade(answer.fields, payment) : answer;
  };

  const queryRefund = async (refund: RefundOrder): Promise<ProviderAnswer<RefundNotice | 'not_found'>> => {
    const answer = await call('alipay.trade.fastpay.refund.query', {
      out_trade_no: refund.providerOrderNo,
      out_request_no: refund.refundNo,
    });
    if (answer.outcome === 'error') return answer.code === TRADE_NOT_EXIST ? answered('not_found') : refused(answer);
    return answer.outcome === 'answered' ? readRefund(answer.fields, refund) : answer;
  };

  return {
    name: 'alipay',

    // Signed here and opened by the buyer's browser, so nothing is sent.
    prepay: async (payment) => {
      const fields = signedRequest(edge.now(), config, 'alipay.trade.page.pay', {
        out_trade_no: payment.providerOrderNo,
        product_code: 'FAST_INSTANT_TRADE_PAY',
        total_amount: formatYuan(payment.amountFen),
        subject: payment.description,
        time_expire: beijingTime(payment.expiresAt),
      });
      return answered({ kind: 'alipay_page', url: withQuery(config.gatewayUrl, fields) } as const);
    },

    query,

    async close(payment) {
      const answer = await call('alipay.trade.close', { out_trade_no: payment.providerOrderNo });
      if (answer.outcome === 'answered') return answered('closed');
      if (answer.outcome !== 'error') return answer;
      // A trade comes into being when the buyer signs in at Alipay; the page runs out with the payment.
      if (answer.code === TRADE_NOT_EXIST) return answered('closed');
      if (!WRONG_STATE.has(answer.code)) return refused(answer);
      // Paid and closed already are told alike.
      const told = await query(payment);
      if (told.outcome !== 'answered') return told;
      return told.value !== 'not_found' && told.value.news === 'cancelled' ? answered('closed') : refused(answer);
    },

    async refund(refund) {
      const answer = await call('alipay.trade.refund', {
        out_trade_no: refund.providerOrderNo,
        ...(refund.transactionId === null ? {} : { trade_no: refund.transactionId }),
        refund_amount: formatYuan(refund.amountFen),
        out_request_no: refund.refundNo,
        refund_reason: refund.reason.slice(0, REASON_MAX_CHARACTERS),
      });
      if (answer.outcome === 'error') return refused(answer);
      if (answer.outcome !== 'answered') return answer;
      if (answer.fields['out_trade_no'] !== refund.providerOrderNo) return unreadable();
      if (answer.fields['fund_change'] === 'Y') return answered(paidOutNow(answer.fields, refund));
      // Nothing moved by this call: it was made before, and only the query says how that one ended.
      const asked = await queryRefund(refund);
      if (asked.outcome !== 'answered') return asked;
      return answered(asked.value === 'not_found' ? stillUnknown(refund) : asked.value);
    },

    queryRefund,
  };
}

/** Signs, sends, verifies. `answered` carries the flat fields of the answer's node. */
function caller({ outbound, now }: ProviderEdge, config: NonNullable<PaymentConfig['alipay']>) {
  return async (method: string, content: object): Promise<AlipayAnswer> => {
    const at = now();
    const { biz_content: bizContent, ...common } = signedRequest(at, config, method, content);
    const result = await callProvider(
      outbound,
      {
        method: 'POST',
        url: withQuery(config.gatewayUrl, common),
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams({ biz_content: bizContent ?? '' }).toString(),
      },
      at,
    );
    if (result.outcome !== 'answered') return result;
    const members = rawMembers(result.body);
    const node = members?.get(`${method.replaceAll('.', '_')}_response`) ?? members?.get('error_response');
    if (!members || node === undefined) return unreadable();
    const signature = textOf(members.get('sign'));
    if (!isVerified(node, signature, config.publicKeys)) return unverified();
    return readNode(node);
  };
}

type AlipayAnswer =
  | { readonly outcome: 'answered'; readonly fields: FormFields }
  | { readonly outcome: 'error'; readonly code: string; readonly message: string }
  | NotKnown;

function readNode(node: string): AlipayAnswer {
  const fields = flatFields(node);
  const { code, msg = '', sub_code: subCode, sub_msg: subMessage } = fields ?? {};
  if (!fields || code === undefined) return unreadable();
  if (code === '10000') return { outcome: 'answered', fields };
  const name = subCode?.replace(/^aop\./, '') || code;
  if (code === '40005')
    return { outcome: 'not_sent', reason: { zh: `支付宝限流（${name}）`, en: `Alipay limits our calls (${name})` } };
  if (code === '20000' || name.endsWith('SYSTEM_ERROR'))
    return uncertain(`支付宝系统异常（${name}）`, `Alipay has a fault of its own (${name})`);
  return { outcome: 'error', code: name, message: subMessage || msg };
}

/** All fields of a request with its `sign`; `biz_content` carries what the method is about. */
function signedRequest(
  now: Date,
  { appId, privateKey, notifyUrl, returnUrl }: NonNullable<PaymentConfig['alipay']>,
  method: string,
  content: object,
): FormFields {
  const isPage = method === 'alipay.trade.page.pay';
  const fields: FormFields = {
    app_id: appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: ALIPAY_SIGN_TYPE,
    timestamp: beijingTime(now),
    version: '1.0',
    ...(isPage ? { notify_url: notifyUrl } : {}),
    ...(isPage && returnUrl ? { return_url: returnUrl } : {}),
    biz_content: JSON.stringify(content),
  };
  return { ...fields, sign: sign('sha256', Buffer.from(alipayRequestText(fields)), privateKey).toString('base64') };
}

function isVerified(node: string, signature: string | undefined, keys: readonly KeyObject[]): boolean {
  if (signature === undefined) return false;
  const given = Buffer.from(signature, 'base64');
  return keys.some((key) => verify('sha256', Buffer.from(node), key, given));
}

function readTrade(fields: FormFields, payment: PaymentOrder): ProviderAnswer<PaymentNotice> {
  const reading = readAlipayPayment(fields);
  if (!reading.ok || fields['out_trade_no'] !== payment.providerOrderNo) return unreadable();
  return answered({ ...reading.notice, paymentId: payment.paymentId, orderNumber: payment.orderNumber });
}

/** Alipay's answer about a refund it does not know, or that failed, is a success without a status. */
function readRefund(fields: FormFields, refund: RefundOrder): ProviderAnswer<RefundNotice | 'not_found'> {
  const { refund_status: statusText, out_request_no: refundNo, refund_amount: amount } = fields;
  if (!statusText && !refundNo) return answered('not_found');
  if (refundNo !== refund.refundNo) return unreadable();
  if (!statusText) return answered('not_found');
  const amountFen = readYuan(amount ?? '');
  if (amountFen === undefined) return unreadable();
  const news: RefundNews = statusText === 'REFUND_SUCCESS' ? 'succeeded' : 'unknown';
  return answered({ ...stillUnknown(refund), news, statusText, amountFen });
}

/** The answer names only the sum of all refunds of the payment. */
const paidOutNow = (fields: FormFields, refund: RefundOrder): RefundNotice => ({
  ...stillUnknown(refund),
  news: 'succeeded',
  statusText: 'fund_change=Y',
  refundedSoFarFen: readYuan(fields['refund_fee'] ?? ''),
});

const stillUnknown = (refund: RefundOrder): RefundNotice => ({
  refundNo: refund.refundNo,
  news: 'processing',
  statusText: 'fund_change=N',
  amountFen: undefined,
  providerRefundId: undefined,
  outTradeNo: refund.providerOrderNo,
});

/**
 * The members of a JSON object with their values as they stand in the text, because the signature covers the bytes and
 * not the meaning. Undefined for anything but one object, and for a name that comes twice.
 */
function rawMembers(text: string): Map<string, string> | undefined {
  if (flatFields(text) === undefined) return undefined;
  const members = new Map<string, string>();
  let at = text.indexOf('{') + 1;
  for (;;) {
    const nameStart = text.indexOf('"', at);
    if (nameStart < 0) return members;
    const nameEnd = endOfValue(text, nameStart);
    const name = textOf(text.slice(nameStart, nameEnd));
    const valueStart = text.indexOf(':', nameEnd) + 1;
    const valueEnd = endOfValue(text, valueStart);
    if (name === undefined || members.has(name)) return undefined;
    members.set(name, text.slice(valueStart, valueEnd).trim());
    at = valueEnd;
  }
}

/** Where the JSON value ends that begins here; the text is known to be JSON. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') {
        quoted = false;
        if (depth === 0) return at + 1;
      }
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (character === ',' && depth === 0) return at;
  }
  return text.length;
}

/** Members of a JSON object that are texts; undefined when the text is no JSON object. */
function flatFields(text: string): FormFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return undefined;
  }
}

/** The text that a JSON string stands for. */
function textOf(json: string | undefined): string | undefined {
  if (json === undefined || !json.startsWith('"')) return undefined;
  return JSON.parse(json) as string;
}

const TRADE_NOT_EXIST = 'ACQ.TRADE_NOT_EXIST';
const WRONG_STATE: ReadonlySet<string> = new Set(['ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID']);
const REASON_MAX_CHARACTERS = 256;

const refused = ({ code, message }: { code: string; message: string }) =>
  ({
    outcome: 'refused',
    code,
    reason: { zh: `支付宝拒绝：${message}（${code}）`, en: `Alipay refused: ${message} (${code})` },
  }) as const;

const withQuery = (address: string, fields: FormFields): string => {
  const url = new URL(address);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url.href;
};

/** `yyyy-MM-dd HH:mm:ss` in Beijing. */
const beijingTime = (at: Date): string =>
  new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
