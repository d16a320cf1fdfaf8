import { createHmac, hash } from 'node:crypto';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { PAYMENT_SIGNATURE_FIELDS, paymentSigningText } from '@orderbridge/contracts/payment-callback';
import type { PaymentSecrets } from '../providers/payment.ts';
import { fieldVariants, readPosted, without } from './field-variants.ts';
import { withBlanks } from './haier-signature.ts';
import { type Attempt, type ExplainProvider, HIDDEN, isSame } from './signature-report.ts';
import { REMARKS } from './signature-words.ts';

/** Explains the HMAC of the generic payment callback and of its demo twin. */
export function hmacSignature({ secret, previousSecret }: PaymentSecrets, others: readonly string[]): ExplainProvider {
  const valid = [secret, previousSecret].filter((known) => known !== undefined);

  return (request) => {
    const posted = readPosted(request, PAYMENT_SIGNATURE_FIELDS);
    const signed = posted && without(posted.fields, posted.signatureNames);
    const name = PAYMENT_SIGNATURE_FIELDS.find((field) => posted?.fields[field] !== undefined);
    const given = posted?.fields[name ?? posted.signatureNames[0] ?? ''];
    const digits = (given ?? '').trim().toLowerCase();
    const isMacOf = (text: string, key: string, algorithm = 'sha256') =>
      isSame(digits, createHmac(algorithm, key).update(text).digest('hex'));
    const anyOf = (texts: readonly string[], keys = valid) =>
      keys.some((key) => texts.some((text) => isMacOf(text, key)));
    const isRightUnder = (key: string | undefined) =>
      key !== undefined &&
      signed !== undefined &&
      posted!.signatureNames.length === 1 &&
      name !== undefined &&
      /^[0-9a-f]{64}$/.test(given!) &&
      isMacOf(paymentSigningText(signed), key);

    return {
      algorithm: `HMAC-SHA256(${HIDDEN}) · UTF-8 · 64 × 0-9a-f`,
      canonical: signed && paymentSigningText(signed),
      given,
      signedWith: isRightUnder(secret) ? 'current' : isRightUnder(previousSecret) ? 'previous' : undefined,
      attempts: !posted || !signed ? [] : attempts(signed),
      remarks: [
        ...(valid.length === 0 ? [REMARKS.secretUnset] : []),
        ...((posted?.signatureNames.length ?? 0) > 1 ? [REMARKS.twoSignatures] : []),
      ],
    };

    function attempts(fields: FormFields): Attempt[] {
      const text = paymentSigningText(fields);
      const agreed = anyOf([text]);
      const pairs = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
      const sorted =
        text === ''
          ? []
          : Object.keys(fields)
              .toSorted()
              .map((key) => `${key}=${fields[key]}`);
      const { body } = request;
      const bodyOnly = body
        .split('&')
        .filter((pair) => !/^sign(ature)?=/i.test(pair))
        .join('&');
      return [
        ['previous_secret', () => isRightUnder(previousSecret)],
        ['digits_case', () => given!.trim() !== digits && agreed],
        ['signature_blanks', () => given !== given!.trim() && agreed],
        ['key_case', () => name === undefined && agreed],
        ...fieldVariants(posted!, fields).map(([variant, sets]): Attempt => [
          variant,
          () => !agreed && anyOf(sets().map(paymentSigningText)),
        ]),
        [
          'order_of_fields',
          () => !agreed && anyOf([pairs, sorted.toReversed(), pairs.toSorted(byFolded)].map((list) => list.join('&'))),
        ],
        [
          'other_separators',
          () =>
            !agreed &&
            anyOf([sorted.join(''), sorted.join('\n'), sorted.join(','), `${text}&`, text.replaceAll(/[=&]/g, '')]),
        ],
        ['whole_body_signed', () => !agreed && anyOf([body, bodyOnly])],
        ['secret_blanks', () => !agreed && anyOf([text], valid.flatMap(withBlanks))],
        ['other_secret', () => !agreed && anyOf([text], [...others])],
        [
          'other_hash',
          () =>
            valid.some((key) =>
              otherDigests(text, key).some((digest) => isSame(given!.trim(), digest) || isSame(digits, digest)),
            ),
        ],
      ];
    }
  };
}

const byFolded = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);

/** The same text and secret by other recipes of the trade. */
const otherDigests = (text: string, key: string): string[] => [
  ...['md5', 'sha1', 'sha512'].map((algorithm) => createHmac(algorithm, key).update(text).digest('hex')),
  createHmac('sha256', key).update(text).digest('base64'),
  ...['md5', 'sha256'].flatMap((algorithm) =>
    [text + key, key + text, key + text + key, `${text}&key=${key}`].map((whole) => hash(algorithm, whole)),
  ),
];
