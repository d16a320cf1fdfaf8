import { timingSafeEqual } from 'node:crypto';
import type { HMAC_PAYMENT_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { parseFlatJson } from '@orderbridge/contracts/parse-form';
import {
  formatYuan,
  PAYMENT_CALLBACK_PREFIXES,
  type PaymentNews,
  readOutTradeNo,
  readPaymentNotice,
  readYuan,
  REFUND_CALLBACK_PREFIXES,
  type RefundNews,
} from '@orderbridge/contracts/payment-callback';
import { type Context, Hono } from 'hono';
import { createLedger, type PlayedPayment, type PlayedRefund } from '../ledger.ts';
import type { PlayedEdge, PlayedProvider } from '../played-provider.ts';
import { formMessage } from '../send-callback.ts';
import { signPaymentCallback, withPaymentSignature } from '../sign-callback.ts';

export type HmacPlay = { readonly name: (typeof HMAC_PAYMENT_PROVIDERS)[number]; readonly secret: string };

/** How many callbacks it remembers for queries; the oldest are forgotten first. */
const TOLD_KEPT = 10_000;

/**
 * The other side of the generic and mock providers' own protocol (docs/operations.md): query, close, refunds and
 * refund query under `/<name>-pay/`. A query answers what was last said in a callback.
 */
export function playHmacPay({ now, onRefund }: PlayedEdge, { name, secret }: HmacPlay): PlayedProvider & ToldAbout {
  const ledger = createLedger(now);
  const told = new Map<string, FormFields>();
  /** What the control API made of it, else what a callback said last. */
  const lastTold = (asked: FormFields): FormFields | undefined => {
    const payment = ledger.payments.get(asked['out_trade_no'] ?? '');
    return payment ? paymentFields(payment) : lastSent(asked);
  };
  const lastSent = (asked: FormFields) =>
    [
      `id ${asked['payment_id']}`,
      `no ${asked['out_trade_no']}`,
      // A callback may name the order alone.
      `no ${readOutTradeNo(asked['out_trade_no'] ?? '').orderNumber}`,
    ]
      .map((key) => told.get(key))
      .find((fields) => fields !== undefined);

  const remember = (fields: FormFields) => {
    const { payment_id: id, order_number: order, out_trade_no: outTradeNo } = fields;
    const named = order ?? outTradeNo;
    for (const key of [id && `id ${id}`, named && `no ${named}`]) if (key) told.set(key, fields);
    const [oldest] = told.keys();
    if (told.size > TOLD_KEPT && oldest !== undefined) told.delete(oldest);
  };

  const actions: Record<string, (asked: FormFields) => FormFields> = {
    query: (asked) => {
      const last = lastTold(asked);
      if (!last) return NOT_FOUND;
      const { out_trade_no: outTradeNo = '', payment_id: id = '' } = asked;
      return { ...last, result: 'ok', out_trade_no: outTradeNo, payment_id: id };
    },
    close: (asked) => {
      const reading = readPaymentNotice(lastTold(asked) ?? {});
      if (reading.ok && reading.notice.news === 'succeeded') return refusal('PAID', 'it is paid');
      const { out_trade_no: outTradeNo = '', payment_id: id = '' } = asked;
      const payment = ledger.payments.get(outTradeNo);
      if (payment) ledger.pay(payment, { state: 'cancelled' });
      else remember({ payment_id: id, out_trade_no: outTradeNo, status: 'closed' });
      return { result: 'ok' };
    },
    refunds: (asked) => {
      const { out_refund_no: refundNo = '', out_trade_no: outTradeNo = '' } = asked;
      const amountFen = readYuan(asked['refund_amount'] ?? '');
      const paymentFen = readYuan(asked['amount'] ?? '');
      if (!refundNo || !outTradeNo || !amountFen || !paymentFen) return refusal('BAD_INPUT', 'a field is missing');
      const known = ledger.refunds.get(refundNo);
      if (known && known.amountFen !== amountFen) return refusal('CHANGED', 'this number had another amount');
      if (known) return refundFields(known);
      if (ledger.refundedFen(outTradeNo) + amountFen > paymentFen) return refusal('TOO_MUCH', 'more than was paid');
      const refund = ledger.refund({ refundNo, outTradeNo, amountFen, paymentFen, status: 'processing' });
      onRefund(name, refundNo);
      return refundFields(refund);
    },
    'refund-query': (asked) => {
      const known = ledger.refunds.get(asked['out_refund_no'] ?? '');
      return known ? refundFields(known) : NOT_FOUND;
    },
  };

  const routes = new Hono();
  for (const [action, run] of Object.entries(actions))
    routes.post(`/${name}-pay/${action}`, async (c) => {
      const asked = parseFlatJson(await c.req.text());
      if (!asked || !isSigned(asked, secret)) return c.json({ error: 'the signature does not verify' }, 403);
      return answer(c, secret, { ...run(asked), nonce: asked['nonce'] ?? '' });
    });

  return {
    name,
    ledger: {
      ...ledger,
      forget() {
        ledger.forget();
        told.clear();
      },
    },
    routes,
    opensByItself: true,
    remember,
    paymentNews: (payment, paymentId) => {
      const fields = { ...paymentFields(payment), ...(paymentId === undefined ? {} : { payment_id: paymentId }) };
      return signedForm(`${PAYMENT_CALLBACK_PREFIXES[0]}/${name}/`, fields, secret);
    },
    refundNews: (refund) => {
      const { result: _result, ...fields } = refundFields(refund);
      return signedForm(`${REFUND_CALLBACK_PREFIXES[0]}/${name}/`, fields, secret);
    },
  };
}

/** Callbacks that were sent by hand are what a query answers, too. */
export type ToldAbout = { readonly remember: (fields: FormFields) => void };

const NOT_FOUND: FormFields = { result: 'not_found' };

const refusal = (code: string, message: string): FormFields => ({ result: 'refused', code, message });

const paymentFields = (payment: PlayedPayment): FormFields => ({
  out_trade_no: payment.outTradeNo,
  status: payment.statusText ?? STATUS_WORDS[payment.state],
  amount: formatYuan(payment.paidFen ?? payment.amountFen),
  ...(payment.transactionId ? { transaction_id: payment.transactionId } : {}),
});

const refundFields = (refund: PlayedRefund): FormFields => ({
  result: 'ok',
  out_refund_no: refund.refundNo,
  out_trade_no: refund.outTradeNo,
  refund_status: REFUND_WORDS[refund.status],
  refund_amount: formatYuan(refund.amountFen),
  refund_id: refund.refundId,
});

function isSigned(fields: FormFields, secret: string): boolean {
  const given = Buffer.from(fields['sign'] ?? '');
  const expected = Buffer.from(signPaymentCallback(fields, secret));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A callback's own signature in what is echoed would be a second one. */
function answer(c: Context, secret: string, { sign: _sign, signature: _signature, ...fields }: FormFields): Response {
  return c.json({ ...fields, sign: signPaymentCallback(fields, secret) });
}

const signedForm = (path: string, fields: FormFields, secret: string) =>
  formMessage(path, withPaymentSignature(fields, secret, 'right'));

const STATUS_WORDS: Record<PaymentNews | 'open', string> = {
  open: 'notpay',
  succeeded: 'success',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
  processing: 'processing',
  unknown: 'pending_review',
};

const REFUND_WORDS: Record<RefundNews, string> = {
  succeeded: 'success',
  failed: 'failed',
  processing: 'processing',
  unknown: 'pending_review',
};
