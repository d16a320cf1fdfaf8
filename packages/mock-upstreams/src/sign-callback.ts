import { createHash, createHmac } from 'node:crypto';
import { haierSigningText, type FormFields } from '@orderbridge/contracts/haier-callback';
import { paymentSigningText } from '@orderbridge/contracts/payment-callback';

/** How a Haier callback is signed; every one but `right` is one that receivers must refuse. */
export const HAIER_SIGNINGS = ['right', 'wrong', 'lower-case', 'four-field', 'missing'] as const;
export type HaierSigning = (typeof HAIER_SIGNINGS)[number];

/** How a payment callback is signed; every one but `right` is one that receivers must refuse. */
export const PAYMENT_SIGNINGS = ['right', 'wrong', 'missing'] as const;
export type PaymentSigning = (typeof PAYMENT_SIGNINGS)[number];

/** `Sign` of a Haier or YLH callback over all its fields (domain.md §2.2). */
export function signHaierCallback(fields: FormFields, secret: string): string {
  return upperCaseMd5(haierSigningText(fields, secret));
}

/** `signature` of a callback of the generic and mock payment providers (domain.md §2.6). */
export function signPaymentCallback(fields: FormFields, secret: string): string {
  return createHmac('sha256', secret).update(paymentSigningText(fields), 'utf8').digest('hex');
}

/**
 * What the seeds' code takes for the signature: four fixed fields, blank ones included and `None` for a missing
 * one. It equals the right one unless a field is blank or another field is posted.
 */
export function signHaierCallbackByFourFields(fields: FormFields, secret: string): string {
  const signed = ['AppKey', 'Data', 'Method', 'TimeStamp'].map((name) => name + (fields[name] ?? 'None')).join('');
  return upperCaseMd5((secret + signed + secret).toLowerCase());
}

/** The fields with a `Sign` of the wanted kind. */
export function withHaierSign(fields: FormFields, secret: string, signing: HaierSigning): FormFields {
  switch (signing) {
    case 'right':
      return { ...fields, Sign: signHaierCallback(fields, secret) };
    case 'wrong':
      return { ...fields, Sign: signHaierCallback(fields, `not ${secret}`) };
    case 'lower-case':
      return { ...fields, Sign: signHaierCallback(fields, secret).toLowerCase() };
    case 'four-field': {
      // A fifth field, because over four filled ones both algorithms agree.
      const five = { ...fields, Version: 'V2' };
      return { ...five, Sign: signHaierCallbackByFourFields(five, secret) };
    }
    case 'missing':
      return fields;
  }
}

/** The fields with a `signature` of the wanted kind. */
export function withPaymentSignature(fields: FormFields, secret: string, signing: PaymentSigning): FormFields {
  switch (signing) {
    case 'right':
      return { ...fields, signature: signPaymentCallback(fields, secret) };
    case 'wrong':
      return { ...fields, signature: signPaymentCallback(fields, `not ${secret}`) };
    case 'missing':
      return fields;
  }
}

const upperCaseMd5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex').toUpperCase();
