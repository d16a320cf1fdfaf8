import { createCipheriv, type KeyObject, randomBytes, randomUUID, sign, verify } from 'node:crypto';
import {
  PAYMENT_CALLBACK_PREFIXES,
  type PaymentNews,
  REFUND_CALLBACK_PREFIXES,
  type RefundNews,
} from '@orderbridge/contracts/payment-callback';
import {
  WECHAT_AUTHORIZATION,
  WECHAT_WINDOW_SECONDS,
  wechatRequestText,
  wechatSigningText,
} from '@orderbridge/contracts/wechat-pay';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { createLedger, type PlayedPayment, type PlayedRefund } from '../ledger.ts';
import type { PlayedEdge, PlayedProvider } from '../played-provider.ts';
import type { Message } from '../send-callback.ts';

export type WechatPlay = {
  readonly appId: string;
  readonly mchid: string;
  readonly apiV3Key: string;
  /** The merchant's certificate serial, and the key behind it. */
  readonly merchantSerial: string;
  readonly merchantPublicKey: KeyObject;
  /** What this side signs with. */
  readonly platformSerial: string;
  readonly platformPrivateKey: KeyObject;
};

/** WeChat Pay v3: prepay, query, close, refund, refund query, and its notifications (domain.md §1.16, §2.6). */
export function playWechatPay({ now, onRefund }: PlayedEdge, play: WechatPlay): PlayedProvider {
  const ledger = createLedger(now);
  const routes = new Hono();

  routes.use('/v3/*', async (c, next) => {
    const body = await c.req.text();
    if (isSignedByMerchant(c, body, play, now())) return next();
    return answer(play, now(), 401, { code: 'SIGN_ERROR', message: '错误的签名，验签失败' });
  });
  const reply = (status: number, content?: object) => answer(play, now(), status, content);
  const refuse = (status: number, code: string, message: string) => reply(status, { code, message });

  for (const kind of ['jsapi', 'native'] as const)
    routes.post(`/v3/pay/transactions/${kind}`, async (c) => {
      const given = await readJson(c, Prepay);
      const fits = given && given.mchid === play.mchid && given.appid === play.appId;
      if (!fits || (given.payer !== undefined) !== (kind === 'jsapi')) return refuse(400, 'PARAM_ERROR', '参数错误');
      const terms = JSON.stringify([kind, given]);
      const known = ledger.payments.get(given.out_trade_no);
      if (known?.state === 'succeeded') return refuse(400, 'ORDERPAID', '该订单已支付');
      if (known?.state === 'cancelled') return refuse(400, 'ORDER_CLOSED', '该订单已关闭');
      if (known && known.terms !== terms) return refuse(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致');
      if (!known)
        ledger.open({
          outTradeNo: given.out_trade_no,
          amountFen: given.amount.total,
          terms,
          attach: given.attach,
          payerOpenId: given.payer?.openid,
        });
      const id = `wx${randomBytes(16).toString('hex')}`;
      return reply(200, kind === 'jsapi' ? { prepay_id: id } : { code_url: `weixin://wxpay/bizpayurl?pr=${id}` });
    });

  routes.get('/v3/pay/transactions/out-trade-no/:outTradeNo', (c) => {
    const payment = ledger.payments.get(c.req.param('outTradeNo'));
    if (c.req.query('mchid') !== play.mchid || !payment) return refuse(404, 'ORDER_NOT_EXIST', '订单不存在');
    return reply(200, transactionOf(payment, play));
  });

  routes.post('/v3/pay/transactions/out-trade-no/:outTradeNo/close', (c) => {
    const payment = ledger.payments.get(c.req.param('outTradeNo'));
    if (!payment) return refuse(404, 'ORDER_NOT_EXIST', '订单不存在');
    if (payment.state === 'succeeded') return refuse(400, 'ORDERPAID', '该订单已支付');
    if (payment.state === 'processing') return refuse(202, 'USERPAYING', '用户支付中，需要输入密码');
    ledger.pay(payment, { state: 'cancelled' });
    return reply(204);
  });

  routes.post('/v3/refund/domestic/refunds', async (c) => {
    const given = await readJson(c, Refund);
    if (!given) return refuse(400, 'PARAM_ERROR', '参数错误');
    const payment = [...ledger.payments.values()].find(
      ({ outTradeNo, transactionId = '' }) =>
        outTradeNo === given.out_trade_no || (transactionId !== '' && transactionId === given.transaction_id),
    );
    if (!payment || payment.state !== 'succeeded') return refuse(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
    const known = ledger.refunds.get(given.out_refund_no);
    const { refund: amountFen, total } = given.amount;
    if (total !== payment.paidFen || (known && known.amountFen !== amountFen))
      return refuse(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试');
    if (known) return reply(200, refundOf(known, payment));
    if (ledger.refundedFen(payment.outTradeNo) + amountFen > total)
      return refuse(403, 'NOT_ENOUGH', '退款金额大于可退金额');
    const refund = ledger.refund({
      refundNo: given.out_refund_no,
      outTradeNo: payment.outTradeNo,
      amountFen,
      paymentFen: total,
      status: 'processing',
    });
    onRefund('wechat', refund.refundNo);
    return reply(200, refundOf(refund, payment));
  });

  routes.get('/v3/refund/domestic/refunds/:refundNo', (c) => {
    const refund = ledger.refunds.get(c.req.param('refundNo'));
    if (!refund) return refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
    return reply(200, refundOf(refund, ledger.payments.get(refund.outTradeNo)));
  });

  return {
    name: 'wechat',
    ledger,
    routes,
    opensByItself: false,
    paymentNews: (payment) =>
      notification(play, now(), `${PAYMENT_CALLBACK_PREFIXES[0]}/wechat/`, 'TRANSACTION.SUCCESS', {
        ...transactionOf(payment, play),
      }),
    refundNews: (refund) => {
      const { status, channel: _channel, ...told } = refundOf(refund, ledger.payments.get(refund.outTradeNo));
      return notification(play, now(), `${REFUND_CALLBACK_PREFIXES[0]}/wechat/`, `REFUND.${status}`, {
        mchid: play.mchid,
        ...told,
        refund_status: status,
      });
    },
  };
}

function isSignedByMerchant(c: Context, body: string, play: WechatPlay, now: Date): boolean {
  const [scheme, parameters = ''] = (c.req.header('authorization') ?? '').split(' ', 2);
  const given = Object.fromEntries(
    [...parameters.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const { timestamp = '', nonce_str: nonce = '', signature = '' } = given;
  if (scheme !== WECHAT_AUTHORIZATION || given['mchid'] !== play.mchid) return false;
  if (given['serial_no'] !== play.merchantSerial) return false;
  if (!(Math.abs(now.getTime() / 1_000 - Number(timestamp)) <= WECHAT_WINDOW_SECONDS)) return false;
  const { pathname, search } = new URL(c.req.url);
  const text = wechatRequestText({ method: c.req.method, pathAndQuery: pathname + search, timestamp, nonce, body });
  return verify('sha256', Buffer.from(text), play.merchantPublicKey, Buffer.from(signature, 'base64'));
}

/** Answers are signed like notifications, the empty one of a close as well. */
function answer(play: WechatPlay, now: Date, status: number, content?: object): Response {
  const body = content === undefined ? '' : JSON.stringify(content);
  const headers = { ...signatureHeaders(play, now, body), ...(body ? { 'content-type': 'application/json' } : {}) };
  return new Response(body === '' ? null : body, { status, headers });
}

function signatureHeaders({ platformSerial, platformPrivateKey }: WechatPlay, now: Date, body: string) {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const nonce = randomBytes(16).toString('hex');
  const signature = sign('sha256', Buffer.from(wechatSigningText({ timestamp, nonce, body })), platformPrivateKey);
  return {
    'Wechatpay-Serial': platformSerial,
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature.toString('base64'),
  };
}

function notification(play: WechatPlay, now: Date, path: string, eventType: string, resource: object): Message {
  const isRefund = eventType.startsWith('REFUND.');
  const body = JSON.stringify({
    id: randomUUID(),
    create_time: rfc3339(now),
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary: isRefund ? '退款' : '支付成功',
    resource: sealed(play, isRefund ? 'refund' : 'transaction', JSON.stringify(resource)),
  });
  const fields = Object.fromEntries(
    Object.entries(resource).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
  return {
    path,
    fields,
    headers: { 'content-type': 'application/json', ...signatureHeaders(play, now, body) },
    body,
  };
}

/** AES-256-GCM under the APIv3 key, the tag at the end of the ciphertext. */
function sealed({ apiV3Key }: WechatPlay, originalType: string, text: string) {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(originalType));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    original_type: originalType,
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: ciphertext.toString('base64'),
    associated_data: originalType,
    nonce,
  };
}

function transactionOf(payment: PlayedPayment, { appId, mchid }: WechatPlay) {
  const { paidFen, transactionId, payerOpenId, paidAt, state } = payment;
  return {
    appid: appId,
    mchid,
    out_trade_no: payment.outTradeNo,
    ...(transactionId ? { transaction_id: transactionId } : {}),
    trade_type: payerOpenId ? 'JSAPI' : 'NATIVE',
    trade_state: payment.statusText ?? TRADE_STATES[state],
    trade_state_desc: payment.statusText ?? TRADE_STATES[state],
    ...(payment.attach === undefined ? {} : { attach: payment.attach }),
    ...(paidAt ? { success_time: rfc3339(paidAt) } : {}),
    ...(payerOpenId ? { payer: { openid: payerOpenId } } : {}),
    amount: {
      total: paidFen ?? payment.amountFen,
      payer_total: paidFen ?? payment.amountFen,
      currency: 'CNY',
      payer_currency: 'CNY',
    },
  };
}

const refundOf = (refund: PlayedRefund, payment: PlayedPayment | undefined) => ({
  refund_id: refund.refundId,
  out_refund_no: refund.refundNo,
  transaction_id: payment?.transactionId ?? '',
  out_trade_no: refund.outTradeNo,
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: rfc3339(refund.createdAt),
  status: REFUND_STATES[refund.status],
  amount: {
    total: refund.paymentFen,
    refund: refund.amountFen,
    payer_total: refund.paymentFen,
    payer_refund: refund.amountFen,
    currency: 'CNY',
  },
});

const TRADE_STATES: Record<PaymentNews | 'open', string> = {
  open: 'NOTPAY',
  succeeded: 'SUCCESS',
  failed: 'PAYERROR',
  cancelled: 'CLOSED',
  expired: 'CLOSED',
  processing: 'USERPAYING',
  unknown: 'REFUND',
};

const REFUND_STATES: Record<RefundNews, string> = {
  succeeded: 'SUCCESS',
  failed: 'ABNORMAL',
  processing: 'PROCESSING',
  unknown: 'CLOSED',
};

const text = (max: number) => z.string().min(1).max(max);
const Prepay = z.object({
  appid: text(32),
  mchid: text(32),
  description: text(127),
  out_trade_no: z.string().regex(/^[\w|*-]{6,32}$/),
  time_expire: z.iso.datetime({ offset: true }).optional(),
  attach: text(128).optional(),
  notify_url: z.url(),
  amount: z.object({ total: z.number().int().min(1), currency: z.literal('CNY') }),
  payer: z.object({ openid: text(128) }).optional(),
});
const Refund = z.object({
  out_trade_no: text(32).optional(),
  transaction_id: text(64).optional(),
  out_refund_no: z.string().regex(/^[\w|@*-]{1,64}$/),
  reason: z
    .string()
    .refine((reason) => Buffer.byteLength(reason) <= 80)
    .optional(),
  notify_url: z.url().optional(),
  amount: z.object({ refund: z.number().int().min(1), total: z.number().int().min(1), currency: z.literal('CNY') }),
});

async function readJson<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T> | undefined> {
  try {
    return schema.safeParse(JSON.parse(await c.req.text())).data;
  } catch {
    return undefined;
  }
}

/** As WeChat writes times: seconds, with the zone of Beijing. */
const rfc3339 = (at: Date) => `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
