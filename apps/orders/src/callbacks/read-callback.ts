import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';
import { type FormFields, type HaierNoticeReading, readHaierNotice } from '@orderbridge/contracts/haier-callback';
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

/** Decoded fields of a form or of a flat JSON object; numbers keep the text they were written with. */
export function readFields({ contentType, body }: Pick<CallbackEnvelope, 'contentType' | 'body'>): FormFields {
  const fields: Record<string, string> = Object.create(null);
  if (!/^application\/json\b/i.test(contentType)) {
    for (const [name, value] of new URLSearchParams(body)) fields[name] = value;
    return fields;
  }
  JSON.parse(body, function keepSource(this: unknown, name: string, value: unknown, context?: { source?: string }) {
    if (name !== '') fields[name] = typeof value === 'string' ? value : (context?.source ?? '');
    return value;
  } as (this: unknown, name: string, value: unknown) => unknown);
  return fields;
}
