import { type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import { ALIPAY_SIGN_TYPE, alipayCallbackText, alipayRequestText } from '@orderbridge/contracts/alipay';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { parseForm } from '@orderbridge/contracts/parse-form';
import {
  formatYuan,
  PAYMENT_CALLBACK_PREFIXES,
  type PaymentNews,
  readYuan,
} from '@orderbridge/contracts/payment-callback';
import { type Context, Hono } from 'hono';
import { createLedger, type PlayedPayment } from '../ledger.ts';
import type { PlayedEdge, PlayedProvider } from '../played-provider.ts';
import { formMessage } from '../send-callback.ts';

export type AlipayPlay = {
  readonly appId: string;
  readonly sellerId: string;
  readonly merchantPublicKey: KeyObject;
  /** What this side signs with. */
  readonly platformPrivateKey: KeyObject;
};

/** Alipay's open gateway: page pay, query, close, refund, refund query, and its notifications (rulings.md). */
export function playAlipay({ now, onRefund }: PlayedEdge, play: AlipayPlay): PlayedProvider {
  const ledger = createLedger(now);
  const methods: Record<string, (content: FormFields) => Node> = {
    'alipay.trade.query': ({ out_trade_no: no = '' }) => {
      const payment = ledger.payments.get(no);
      return payment ? success(tradeOf(payment)) : NO_TRADE;
    },
    'alipay.trade.close': ({ out_trade_no: no = '' }) => {
      const payment = ledger.payments.get(no);
      if (!payment) return NO_TRADE;
      if (payment.state !== 'open' && payment.state !== 'processing')
        return failure('ACQ.TRADE_STATUS_ERROR', '交易状态不合法');
      ledger.pay(payment, { state: 'cancelled' });
      return success({ out_trade_no: no, trade_no: payment.transactionId ?? '' });
    },
    'alipay.trade.refund': ({ out_trade_no: no = '', refund_amount: yuan = '', out_request_no: refundNo = '' }) => {
      const payment = ledger.payments.get(no);
      if (!payment) return NO_TRADE;
      if (payment.paidFen === undefined) return failure('ACQ.TRADE_NOT_ALLOW_REFUND', '当前交易不允许退款');
      const amountFen = readYuan(yuan);
      const known = ledger.refunds.get(refundNo);
      if (!amountFen || !refundNo || (known && known.amountFen !== amountFen))
        return failure('ACQ.INVALID_PARAMETER', '参数无效');
      if (!known) {
        if (ledger.refundedFen(no) + amountFen > payment.paidFen)
          return failure('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限');
        ledger.refund({ refundNo, outTradeNo: no, amountFen, paymentFen: payment.paidFen, status: 'succeeded' });
        onRefund('alipay', refundNo);
      }
      return success({
        trade_no: payment.transactionId ?? '',
        out_trade_no: no,
        fund_change: known ? 'N' : 'Y',
        refund_fee: formatYuan(ledger.refundedFen(no)),
      });
    },
    'alipay.trade.fastpay.refund.query': ({ out_trade_no: no = '', out_request_no: refundNo = '' }) => {
      const payment = ledger.payments.get(no);
      if (!payment) return NO_TRADE;
      const refund = ledger.refunds.get(refundNo);
      // What it does not know, and what failed, is told alike: no status.
      if (!refund || refund.status !== 'succeeded') return success({});
      return success({
        trade_no: payment.transactionId ?? '',
        out_trade_no: no,
        out_request_no: refundNo,
        refund_amount: formatYuan(refund.amountFen),
        total_amount: formatYuan(refund.paymentFen),
        refund_status: 'REFUND_SUCCESS',
      });
    },
  };

  const routes = new Hono();
  routes.post('/gateway.do', async (c) => {
    const fields = await requestFields(c);
    const { method = '' } = fields ?? {};
    const run = methods[method];
    const name = run ? `${method.replaceAll('.', '_')}_response` : 'error_response';
    if (!fields || !isSignedByMerchant(fields, play))
      return answer(c, play, name, failure('isv.invalid-signature', '验签出错', '40002'));
    if (!run) return answer(c, play, name, failure('isv.invalid-method', '不存在的方法名', '40002'));
    return answer(c, play, name, run(contentOf(fields)));
  });

  // The buyer's browser comes here, with the terms that the merchant signed.
  routes.get('/gateway.do', async (c) => {
    const fields = await requestFields(c);
    if (!fields || fields['method'] !== 'alipay.trade.page.pay' || !isSignedByMerchant(fields, play))
      return c.text('验签出错', 400);
    const { out_trade_no: outTradeNo = '', total_amount: yuan = '' } = contentOf(fields);
    const amountFen = readYuan(yuan);
    if (!outTradeNo || !amountFen) return c.text('参数无效', 400);
    if (!ledger.payments.has(outTradeNo)) ledger.open({ outTradeNo, amountFen, terms: yuan });
    return c.text(`${outTradeNo}: ${formatYuan(amountFen)} CNY`);
  });

  return {
    name: 'alipay',
    ledger,
    routes,
    opensByItself: true,
    paymentNews: (payment) => notification(play, now(), tradeOf(payment)),
    refundNews: (refund) => {
      const payment = ledger.payments.get(refund.outTradeNo);
      const refundedFen = ledger.refundedFen(refund.outTradeNo);
      return notification(play, now(), {
        ...(payment ? tradeOf(payment) : {}),
        // A trade refunded whole is closed, in its own words.
        trade_status: refundedFen === refund.paymentFen ? 'TRADE_CLOSED' : 'TRADE_SUCCESS',
        out_biz_no: refund.refundNo,
        refund_fee: formatYuan(refundedFen),
        gmt_refund: beijingTime(now()),
      });
    },
  };
}

type Node = Readonly<Record<string, string>>;

const success = (fields: Node): Node => ({ code: '10000', msg: 'Success', ...fields });

const failure = (subCode: string, subMessage: string, code = '40004'): Node => ({
  code,
  msg: code === '40004' ? 'Business Failed' : 'Invalid Arguments',
  sub_code: subCode,
  sub_msg: subMessage,
});

const NO_TRADE = failure('ACQ.TRADE_NOT_EXIST', '交易不存在');

/** The signature covers the node as it stands in the text. */
function answer(c: Context, { platformPrivateKey }: AlipayPlay, name: string, node: Node): Response {
  const text = JSON.stringify(node);
  const signature = sign('sha256', Buffer.from(text), platformPrivateKey).toString('base64');
  return c.body(`{"${name}":${text},"sign":"${signature}"}`, 200, { 'content-type': 'text/html;charset=utf-8' });
}

/** Common fields stand in the address, the content in the body or there too. */
async function requestFields(c: Context): Promise<FormFields | undefined> {
  const parts = [new URL(c.req.url).search.slice(1), c.req.method === 'POST' ? await c.req.text() : ''];
  return parseForm(parts.filter((part) => part !== '').join('&'));
}

function isSignedByMerchant(fields: FormFields, { appId, merchantPublicKey }: AlipayPlay): boolean {
  if (fields['app_id'] !== appId || fields['sign_type'] !== ALIPAY_SIGN_TYPE) return false;
  const signature = Buffer.from(fields['sign'] ?? '', 'base64');
  return verify('sha256', Buffer.from(alipayRequestText(fields)), merchantPublicKey, signature);
}

function contentOf(fields: FormFields): FormFields {
  try {
    return JSON.parse(fields['biz_content'] ?? '{}') as FormFields;
  } catch {
    return {};
  }
}

function notification({ appId, sellerId, platformPrivateKey }: AlipayPlay, now: Date, trade: Node) {
  const fields: FormFields = {
    notify_time: beijingTime(now),
    notify_type: 'trade_status_sync',
    notify_id: randomUUID().replaceAll('-', ''),
    app_id: appId,
    seller_id: sellerId,
    charset: 'utf-8',
    version: '1.0',
    ...trade,
  };
  const signature = sign('sha256', Buffer.from(alipayCallbackText(fields)), platformPrivateKey).toString('base64');
  return formMessage(`${PAYMENT_CALLBACK_PREFIXES[0]}/alipay/`, {
    ...fields,
    sign_type: ALIPAY_SIGN_TYPE,
    sign: signature,
  });
}

const tradeOf = (payment: PlayedPayment): Node => ({
  out_trade_no: payment.outTradeNo,
  ...(payment.transactionId ? { trade_no: payment.transactionId } : {}),
  trade_status: payment.statusText ?? TRADE_STATUS[payment.state],
  total_amount: formatYuan(payment.paidFen ?? payment.amountFen),
  ...(payment.paidAt ? { gmt_payment: beijingTime(payment.paidAt) } : {}),
});

const TRADE_STATUS: Record<PaymentNews | 'open', string> = {
  open: 'WAIT_BUYER_PAY',
  succeeded: 'TRADE_SUCCESS',
  failed: 'TRADE_CLOSED',
  cancelled: 'TRADE_CLOSED',
  expired: 'TRADE_CLOSED',
  processing: 'WAIT_BUYER_PAY',
  unknown: 'TRADE_PENDING',
};

/** `yyyy-MM-dd HH:mm:ss` in Beijing. */
const beijingTime = (at: Date): string =>
  new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
