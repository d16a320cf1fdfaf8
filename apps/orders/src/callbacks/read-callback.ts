import { isAlipayRefund, readAlipayPayment, readAlipayRefund } from '@orderbridge/contracts/alipay';
import type { CallbackEnvelope, CallbackProblem } from '@orderbridge/contracts/callback-envelope';
import { type FormFields, type HaierNoticeReading, readHaierNotice } from '@orderbridge/contracts/haier-callback';
import { parseFields } from '@orderbridge/contracts/parse-form';
import {
  isRefundNews,
  type PaymentNoticeReading,
  readPaymentNotice,
  readRefundNotice,
  type RefundNoticeReading,
} from '@orderbridge/contracts/payment-callback';
import type { AlipayAccount, CallbackKeys } from './callback-keys.ts';
import { readWechatCallback } from './read-wechat-callback.ts';

/** A verified callback with its meaning; the body was parsed strictly by the gateway before it was kept. */
export type CallbackReading =
  | { readonly kind: 'haier'; readonly envelope: CallbackEnvelope; readonly meaning: HaierNoticeReading }
  | MoneyCallback;

export type MoneyCallback = MoneyReading & { readonly envelope: CallbackEnvelope };

/** News of a payment or of a refund. */
export type MoneyReading =
  | { readonly kind: 'payment'; readonly meaning: PaymentNoticeReading }
  | { readonly kind: 'refund'; readonly meaning: RefundNoticeReading };

/** Reads what a callback says. Whether it is about a refund is its own word, for no signature covers the address. */
export function readCallback(envelope: CallbackEnvelope, keys: CallbackKeys): CallbackReading {
  switch (envelope.provider) {
    case 'haier':
      return { kind: 'haier', envelope, meaning: readHaierNotice(readFields(envelope)) };
    case 'wechat':
      return { envelope, ...readWechatCallback(envelope.body, keys.wechat) };
    case 'alipay':
      return { envelope, ...readAlipayCallback(readFields(envelope), keys.alipay) };
    default:
      return { envelope, ...readHmacCallback(readFields(envelope)) };
  }
}

const readHmacCallback = (fields: FormFields): MoneyReading =>
  isRefundNews(fields)
    ? { kind: 'refund', meaning: readRefundNotice(fields) }
    : { kind: 'payment', meaning: readPaymentNotice(fields) };

function readAlipayCallback(fields: FormFields, account: AlipayAccount | undefined): MoneyReading {
  const kind = isAlipayRefund(fields) ? 'refund' : 'payment';
  const problem = whoseElse(fields, account);
  if (problem) return { kind, meaning: { ok: false, orderNumber: undefined, problem } };
  return kind === 'refund' ? { kind, meaning: readAlipayRefund(fields) } : { kind, meaning: readAlipayPayment(fields) };
}

/** One key of Alipay signs for all of a merchant's applications, so the account in the notice has to be ours. */
const whoseElse = (fields: FormFields, account: AlipayAccount | undefined): CallbackProblem | undefined => {
  if (!account || fields['app_id'] !== account.appId) return 'app_mismatch';
  return fields['seller_id'] === account.sellerId ? undefined : 'merchant_mismatch';
};

/**
 * Decoded fields of a form or of a flat JSON object, by the same parser that the gateway verified with.
 * @throws Error when the body is neither, which no verified one is
 */
export function readFields({ contentType, body }: Pick<CallbackEnvelope, 'contentType' | 'body'>): FormFields {
  const fields = parseFields(contentType === '' ? undefined : contentType, body);
  if (!fields) throw new Error('the body is no form and no flat JSON object');
  return fields;
}
