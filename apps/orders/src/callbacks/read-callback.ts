import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { type FormFields, type HaierNoticeReading, readHaierNotice } from '@orderbridge/contracts/haier-callback';
import { parseFields } from '@orderbridge/contracts/parse-form';
import { type PaymentNoticeReading, readPaymentNotice } from '@orderbridge/contracts/payment-callback';

/** A verified callback with its meaning; the body was parsed strictly by the gateway before it was kept. */
export type CallbackReading =
  | { readonly kind: 'haier'; readonly envelope: CallbackEnvelope; readonly meaning: HaierNoticeReading }
  | { readonly kind: 'payment'; readonly envelope: CallbackEnvelope; readonly meaning: PaymentNoticeReading };

export function readCallback(envelope: CallbackEnvelope): CallbackReading {
  const fields = readFields(envelope);
  return envelope.provider === 'haier'
    ? { kind: 'haier', envelope, meaning: readHaierNotice(fields) }
    : { kind: 'payment', envelope, meaning: readPaymentNotice(fields) };
}

/**
 * Decoded fields of a form or of a flat JSON object, by the same parser that the gateway verified with.
 * @throws Error when the body is neither, which no verified one is
 */
export function readFields({ contentType, body }: Pick<CallbackEnvelope, 'contentType' | 'body'>): FormFields {
  const fields = parseFields(contentType === '' ? undefined : contentType, body);
  if (!fields) throw new Error('the body is no form and no flat JSON object');
  return fields;
}
