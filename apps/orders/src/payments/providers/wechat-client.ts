import { type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import {
  readWechatRefund,
  readWechatTransaction,
  WECHAT_HEADERS,
  WECHAT_WINDOW_SECONDS,
  WechatRefund,
  WechatTransaction,
  wechatAuthorization,
  wechatPaySignText,
  wechatRequestText,
  wechatSigningText,
} from '@orderbridge/contracts/wechat-pay';
import type { Checkout } from '@orderbridge/contracts/orders-api';
import type { PaymentNotice, RefundNotice } from '@orderbridge/contracts/payment-callback';
import { z } from 'zod';
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
 * WeChat Pay v3 as a client (domain.md §1.16): requests are signed with our key, answers verified with WeChat's. An
 * answer that does not verify is `uncertain`; an error may come unsigned, and only says that nothing was done.
 */
export function createWechatClient(edge: ProviderEdge, config: NonNullable<PaymentConfig['wechat']>): PaymentProvider {
  const call = caller(edge, config);
  const { appId, mchid } = config;

  return {
    name: 'wechat',

    async prepay(payment) {
      const inWechat = payment.payerOpenId !== undefined;
      const answer = await call('POST', `/v3/pay/transactions/${inWechat ? 'jsapi' : 'native'}`, {
        appid: appId,
        mchid,
        description: payment.description,
        out_trade_no: payment.providerOrderNo,
        time_expire: rfc3339(payment.expiresAt),
        attach: JSON.stringify({ payment_id: payment.paymentId }),
        notify_url: config.notifyUrl,
        amount: { total: payment.amountFen, currency: 'CNY' },
        ...(inWechat ? { payer: { openid: payment.payerOpenId } } : {}),
      });
      if (answer.outcome === 'error')
        // Money came and its callback is on the way: refusing would turn it into money to return.
        return answer.code === 'ORDERPAID'
          ? uncertain('该笔支付已付款', 'This payment is paid already')
          : refused(answer);
      if (answer.outcome !== 'answered') return answer;
      const prepaid = Prepaid.safeParse(answer.value);
      if (!prepaid.success) return unreadable();
      const { prepay_id: prepayId, code_url: codeUrl } = prepaid.data;
      if (inWechat && prepayId) return answered(jsapiCheckout(edge.now(), config, prepayId));
      if (!inWechat && codeUrl) return answered({ kind: 'wechat_native', codeUrl });
      return unreadable();
    },

    async query(payment) {
      const answer = await call('GET', `${transactionPath(payment)}?mchid=${encodeURIComponent(mchid)}`);
      if (answer.outcome === 'error') return NO_SUCH_ORDER.has(answer.code) ? answered('not_found') : refused(answer);
      if (answer.outcome !== 'answered') return answer;
      return readTransaction(answer.value, payment, { appId, mchid });
    },

    async close(payment) {
      const answer = await call('POST', `${transactionPath(payment)}/close`, { mchid });
      if (answer.outcome === 'error')
        return answer.code === 'ORDER_CLOSED' || NO_SUCH_ORDER.has(answer.code) ? answered('closed') : refused(answer);
      if (answer.outcome !== 'answered') return answer;
      // 202 says that the buyer is just typing the password.
      return answer.value === undefined ? answered('closed') : uncertain('用户支付中', 'The buyer is just paying');
    },

    async refund(refund) {
      const answer = await call('POST', '/v3/refund/domestic/refunds', {
        ...(refund.transactionId === null
          ? { out_trade_no: refund.providerOrderNo }
          : { transaction_id: refund.transactionId }),
        out_refund_no: refund.refundNo,
        reason: cutTo(refund.reason, REASON_MAX_BYTES),
        notify_url: config.refundNotifyUrl,
        amount: { refund: refund.amountFen, total: refund.paymentAmountFen, currency: 'CNY' },
      });
      if (answer.outcome === 'error') return refused(answer);
      return answer.outcome === 'answered' ? readRefund(answer.value, refund) : answer;
    },

    async queryRefund(refund) {
      const answer = await call('GET', `/v3/refund/domestic/refunds/${encodeURIComponent(refund.refundNo)}`);
      if (answer.outcome === 'error')
        return answer.code === 'RESOURCE_NOT_EXISTS' ? answered('not_found') : refused(answer);
      return answer.outcome === 'answered' ? readRefund(answer.value, refund) : answer;
    },
  };
}

/** Signs, sends, verifies. `answered` carries parsed JSON, or undefined for an empty body. */
function caller({ outbound, now }: ProviderEdge, config: NonNullable<PaymentConfig['wechat']>) {
  return async (method: 'GET' | 'POST', path: string, content?: object): Promise<WechatAnswer> => {
    const url = new URL(config.baseUrl + path);
    const body = content === undefined ? '' : JSON.stringify(content);
    const at = now();
    const signed = { timestamp: unixSeconds(at), nonce: newNonce() };
    const signature = signBase64(
      wechatRequestText({ method, pathAndQuery: url.pathname + url.search, body, ...signed }),
      config.privateKey,
    );
    const result = await callProvider(
      outbound,
      {
        method,
        url: url.href,
        headers: {
          accept: 'application/json',
          'user-agent': 'OrderBridge',
          authorization: wechatAuthorization(config.mchid, config.serialNo, signed, signature),
          // The key whose signature we expect, while WeChat changes its own.
          'wechatpay-serial': config.platformKeys[0]?.serial ?? '',
          ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(content === undefined ? {} : { body }),
      },
      at,
    );
    if (result.outcome !== 'answered') return result;

    const isError = result.status >= 400;
    const unsigned = result.header(WECHAT_HEADERS.signature) === undefined;
    if (!(isError && unsigned) && !isVerified(result, config.platformKeys, now())) return unverified();
    if (result.body === '') return isError ? unreadable() : { outcome: 'answered', value: undefined };
    const value = parseJson(result.body);
    if (!isError) return value === undefined ? unreadable() : { outcome: 'answered', value };
    const error = WechatError.safeParse(value);
    if (!error.success) return unreadable();
    const { code } = error.data;
    if (LIMITED.has(code))
      return {
        outcome: 'not_sent',
        reason: { zh: `微信支付限流（${code}）`, en: `WeChat Pay limits our calls (${code})` },
      };
    if (FAULTS.has(code))
      return uncertain(`微信支付系统异常（${code}）`, `WeChat Pay has a fault of its own (${code})`);
    return { outcome: 'error', ...error.data };
  };
}

type WechatAnswer =
  | { readonly outcome: 'answered'; readonly value: unknown }
  | { readonly outcome: 'error'; readonly code: string; readonly message: string }
  | NotKnown;

const WechatError = z.object({ code: z.string().max(100), message: z.string().max(1_000).default('') });
const Prepaid = z.object({ prepay_id: z.string().optional(), code_url: z.string().optional() });

const LIMITED: ReadonlySet<string> = new Set(['FREQUENCY_LIMITED', 'FREQUENCY_LIMIT_EXCEED', 'RATELIMIT_EXCEEDED']);
const FAULTS: ReadonlySet<string> = new Set(['SYSTEM_ERROR', 'SYSTEMERROR', 'BANK_ERROR', 'BANKERROR']);

/** Both spellings are documented. */
const NO_SUCH_ORDER: ReadonlySet<string> = new Set(['ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS']);

function isVerified(
  { header, body }: { header: (name: string) => string | undefined; body: string },
  keys: NonNullable<PaymentConfig['wechat']>['platformKeys'],
  now: Date,
): boolean {
  const timestamp = header(WECHAT_HEADERS.timestamp) ?? '';
  const serial = (header(WECHAT_HEADERS.serial) ?? '').toLowerCase();
  const key = keys.find((candidate) => candidate.serial.toLowerCase() === serial)?.key;
  if (!key || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > WECHAT_WINDOW_SECONDS) return false;
  const text = wechatSigningText({ timestamp, nonce: header(WECHAT_HEADERS.nonce) ?? '', body });
  return verify('sha256', Buffer.from(text), key, Buffer.from(header(WECHAT_HEADERS.signature) ?? '', 'base64'));
}

/** Arguments of WeixinJSBridge, signed for this one time. */
function jsapiCheckout(
  now: Date,
  { appId, privateKey }: Pick<NonNullable<PaymentConfig['wechat']>, 'appId' | 'privateKey'>,
  prepayId: string,
): Checkout {
  const pay = { appId, timeStamp: unixSeconds(now), nonceStr: newNonce(), package: `prepay_id=${prepayId}` };
  return {
    kind: 'wechat_jsapi',
    params: { ...pay, signType: 'RSA', paySign: signBase64(wechatPaySignText(pay), privateKey) },
  };
}

/** The answer of a query, when it is about this payment of ours. */
function readTransaction(
  value: unknown,
  payment: PaymentOrder,
  ours: { appId: string; mchid: string },
): ProviderAnswer<PaymentNotice> {
  const transaction = WechatTransaction.safeParse(value);
  if (!transaction.success) return unreadable();
  const { mchid, appid, out_trade_no: outTradeNo } = transaction.data;
  if ((mchid ?? ours.mchid) !== ours.mchid || (appid ?? ours.appId) !== ours.appId) return unreadable();
  const reading = readWechatTransaction(transaction.data);
  if (!reading.ok || outTradeNo !== payment.providerOrderNo) return unreadable();
  return answered({ ...reading.notice, paymentId: payment.paymentId, orderNumber: payment.orderNumber });
}

function readRefund(value: unknown, refund: RefundOrder): ProviderAnswer<RefundNotice> {
  const told = WechatRefund.safeParse(value);
  if (!told.success || told.data.out_refund_no !== refund.refundNo) return unreadable();
  const reading = readWechatRefund(told.data);
  return reading.ok ? answered(reading.notice) : unreadable();
}

const refused = ({ code, message }: { code: string; message: string }) =>
  ({
    outcome: 'refused',
    code,
    reason: { zh: `微信支付拒绝：${message}（${code}）`, en: `WeChat Pay refused: ${message} (${code})` },
  }) as const;

const transactionPath = ({ providerOrderNo }: PaymentOrder) =>
  `/v3/pay/transactions/out-trade-no/${encodeURIComponent(providerOrderNo)}`;

const signBase64 = (text: string, key: KeyObject) => sign('sha256', Buffer.from(text), key).toString('base64');

const newNonce = () => randomBytes(16).toString('hex');

const unixSeconds = (at: Date) => String(Math.floor(at.getTime() / 1_000));

/** As WeChat wants times: seconds, with the zone of Beijing. */
const rfc3339 = (at: Date) => `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

const REASON_MAX_BYTES = 80;

/** The longest beginning of a text that fits into so many bytes of UTF-8, never half a character. */
function cutTo(text: string, maxBytes: number): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
