import { constants, type KeyObject, verify as verifySignature } from 'node:crypto';
import { ALIPAY_SIGN_TYPE, alipayCallbackText, alipayRequestText } from '@orderbridge/contracts/alipay';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import type { AlipayKeys } from '../providers/alipay.ts';
import { readBase64 } from '../providers/read-base64.ts';
import { fieldVariants, readPosted, without } from './field-variants.ts';
import type { Attempt, ExplainProvider } from './signature-report.ts';
import { REMARKS } from './signature-words.ts';

/** Explains the RSA2 signature of Alipay. */
export function alipaySignature({ key, previousKey }: AlipayKeys): ExplainProvider {
  const valid = [key, previousKey].filter((known) => known !== undefined);

  return (request) => {
    const posted = readPosted(request, ['sign']);
    const signed = posted && without(posted.fields, posted.signatureNames);
    const given = posted?.fields['sign'] ?? posted?.fields[posted.signatureNames[0] ?? ''];
    const exact = readBase64(given ?? '');
    // A `+` that was not escaped arrives as a blank; lines are broken by some encoders.
    const mended = readBase64(
      (given ?? '')
        .replaceAll(/[\r\n]/g, '')
        .trim()
        .replaceAll(' ', '+'),
    );
    const bytes = exact ?? mended;
    const isSigned = (text: string, under: KeyObject, algorithm = 'sha256') =>
      bytes !== undefined &&
      verifySignature(algorithm, Buffer.from(text), { key: under, padding: constants.RSA_PKCS1_PADDING }, bytes);
    const anyOf = (texts: readonly string[]) => valid.some((under) => texts.some((text) => isSigned(text, under)));
    const isRightUnder = (under: KeyObject | undefined) =>
      under !== undefined &&
      signed !== undefined &&
      exact !== undefined &&
      posted!.fields['sign'] === given &&
      signed['sign_type'] === ALIPAY_SIGN_TYPE &&
      isSigned(alipayCallbackText(signed), under);

    return {
      algorithm: 'RSA2 (RSA PKCS#1 v1.5 · SHA-256) · UTF-8 · base64',
      canonical: signed && alipayCallbackText(signed),
      given,
      signedWith: isRightUnder(key) ? 'current' : isRightUnder(previousKey) ? 'previous' : undefined,
      attempts: !posted || !signed ? [] : attempts(signed),
      remarks: [
        ...(valid.length === 0 ? [REMARKS.keyUnset] : []),
        ...(signed && signed['sign_type'] !== ALIPAY_SIGN_TYPE ? [REMARKS.signType] : []),
        ...(signed && (signed['charset'] ?? 'utf-8').toLowerCase() !== 'utf-8' ? [REMARKS.charset] : []),
      ],
    };

    function attempts(fields: FormFields): Attempt[] {
      const text = alipayCallbackText(fields);
      const agreed = anyOf([text]);
      const signing = without(fields, ['sign_type']);
      const pairs = Object.entries(signing).map(([name, value]) => `${name}=${value}`);
      const filled = Object.entries(signing)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => `${name}=${value}`);
      return [
        ['previous_secret', () => isRightUnder(previousKey)],
        ['signature_blanks', () => exact === undefined && agreed],
        ['key_case', () => posted!.fields['sign'] === undefined && agreed],
        ['sign_type_signed', () => !agreed && anyOf([alipayRequestText(fields)])],
        ...fieldVariants(posted!, fields).map(([variant, sets]): Attempt => [
          variant,
          () => !agreed && anyOf(sets().map(alipayCallbackText)),
        ]),
        ['blank_fields_signed', () => !agreed && anyOf([pairs.toSorted(byText).join('&')])],
        [
          'order_of_fields',
          () => !agreed && anyOf([filled, filled.toSorted(byText).toReversed()].map((list) => list.join('&'))),
        ],
        ['other_separators', () => !agreed && anyOf([filled.toSorted(byText).join(''), `${text}&`])],
        ['whole_body_signed', () => !agreed && anyOf([request.body])],
        ['other_hash', () => valid.some((under) => isSigned(text, under, 'sha1'))],
      ];
    }
  };
}

const byText = (a: string, b: string) => (a < b ? -1 : 1);
