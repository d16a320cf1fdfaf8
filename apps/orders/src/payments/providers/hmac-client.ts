import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { parseFlatJson } from '@orderbridge/contracts/parse-form';
import {
  formatYuan,
  paymentSigningText,
  type PaymentNotice,
  readPaymentNotice,
  readRefundNotice,
  type RefundNotice,
} from '@orderbridge/contracts/payment-callback';
import type { PaymentConfig } from '../../payment-config.ts';
import { answered, callProvider, type NotKnown, type ProviderEdge, unreadable, unverified } from './http-call.ts';
import type { PaymentProvider, ProviderAnswer, RefundOrder } from './provider.ts';

/**
 * The generic payment provider and its demo twin as a client: flat JSON both ways, signed as their callbacks are
 * (domain.md §2.6), each answer bound to its request by a nonce. The protocol is ours, see docs/operations.md.
 */
export function createHmacClient(
  edge: ProviderEdge,
  name: 'generic' | 'mock',
  config: NonNullable<PaymentConfig['generic']>,
): PaymentProvider {
  const call = caller(edge, config);

  const askAbout = async (path: string, refund: RefundOrder, more: FormFields) => {
    const answer = await call(path, {
      out_refund_no: refund.refundNo,
      out_trade_no: refund.providerOrderNo,
      ...(refund.transactionId === null ? {} : { transaction_id: refund.transactionId }),
      ...more,
    });
    return answer.outcome === 'told' ? readRefund(answer.fields, refund) : answer;
  };

  return {
    name,

    // The buyer's device needs nothing: the shop's own page takes the money and the callback tells of it.
    prepay: async () => answered(null),

    async query(payment) {
      const answer = await call('/query', { out_trade_no: payment.providerOrderNo, payment_id: payment.paymentId });
      if (answer.outcome !== 'told') return answer;
      const reading = readPaymentNotice(answer.fields);
      if (!reading.ok || reading.notice.paymentId !== payment.paymentId) return unreadable();
      return answered<PaymentNotice>({
        ...reading.notice,
        orderNumber: payment.orderNumber,
        providerOrderNo: payment.providerOrderNo,
      });
    },

    async close(payment) {
      const answer = await call('/close', { out_trade_no: payment.providerOrderNo, payment_id: payment.paymentId });
      // What it never heard of nobody can pay there.
      return answer.outcome === 'told' || isNotFound(answer) ? answered('closed') : answer;
    },

    async refund(refund) {
      const answer = await askAbout('/refunds', refund, {
        refund_amount: formatYuan(refund.amountFen),
        amount: formatYuan(refund.paymentAmountFen),
        reason: refund.reason,
      });
      return isNotFound(answer) ? NO_SUCH_PAYMENT : answer;
    },

    queryRefund: (refund) => askAbout('/refund-query', refund, {}),
  };
}

/** Signs, sends, verifies. `told` carries the verified fields of an answer whose `result` is `ok`. */
function caller({ outbound, now }: ProviderEdge, { baseUrl, secret }: NonNullable<PaymentConfig['generic']>) {
  const signatureOf = (fields: FormFields) => createHmac('sha256', secret).update(paymentSigningText(fields)).digest();

  return async (path: string, content: FormFields): Promise<HmacAnswer> => {
    const at = now();
    const nonce = randomBytes(16).toString('hex');
    const fields = { ...content, nonce, timestamp: at.toISOString() };
    const result = await callProvider(
      outbound,
      {
        method: 'POST',
        url: baseUrl + path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...fields, sign: signatureOf(fields).toString('hex') }),
      },
      at,
    );
    if (result.outcome !== 'answered') return result;
    const told = parseFlatJson(result.body);
    if (!told) return unreadable();
    const given = Buffer.from(told['sign'] ?? '', 'hex');
    const expected = signatureOf(told);
    if (given.length !== expected.length || !timingSafeEqual(given, expected) || told['nonce'] !== nonce)
      return unverified();
    switch (told['result']) {
      case 'ok':
        return { outcome: 'told', fields: told };
      case 'not_found':
        return NOT_FOUND;
      case 'refused':
        return refused(told['code'] ?? 'REFUSED', told['message'] ?? '');
      default:
        return unreadable();
    }
  };
}

type HmacAnswer =
  | { readonly outcome: 'told'; readonly fields: FormFields }
  | typeof NOT_FOUND
  | ReturnType<typeof refused>
  | NotKnown;

function readRefund(fields: FormFields, refund: RefundOrder): ProviderAnswer<RefundNotice> {
  const reading = readRefundNotice(fields);
  return reading.ok && reading.notice.refundNo === refund.refundNo ? answered(reading.notice) : unreadable();
}

const NOT_FOUND = answered('not_found');

const isNotFound = (answer: { readonly outcome: string }): answer is typeof NOT_FOUND => answer === NOT_FOUND;

const refused = (code: string, message: string) =>
  ({
    outcome: 'refused',
    code,
    reason: { zh: `支付平台拒绝：${message}（${code}）`, en: `The provider refused: ${message} (${code})` },
  }) as const;

const NO_SUCH_PAYMENT = refused('NOT_FOUND', 'no such payment');
