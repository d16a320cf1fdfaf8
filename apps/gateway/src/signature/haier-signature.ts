import { hash } from 'node:crypto';
import { type FormFields, haierSigningText } from '@orderbridge/contracts/haier-callback';
import type { HaierSecrets } from '../providers/haier.ts';
import { type Attempt, type ExplainProvider, HIDDEN, isSame } from './signature-report.ts';
import { fieldVariants, readPosted, without } from './field-variants.ts';
import { REMARKS } from './signature-words.ts';

/** Explains the `Sign` of Haier and YLH; `others` are secrets of other senders, which somebody may have mixed up. */
export function haierSignature(
  { appKey, secret, previousSecret }: HaierSecrets,
  others: readonly string[],
): ExplainProvider {
  const valid = [secret, previousSecret].filter((known) => known !== undefined);
  const wrong = [...others, ...(appKey === undefined ? [] : [appKey])];

  return (request) => {
    const posted = readPosted(request, ['Sign']);
    const signed = posted && without(posted.fields, posted.signatureNames);
    const given = posted?.fields['Sign'] ?? posted?.fields[posted.signatureNames[0] ?? ''];
    const digits = (given ?? '').trim().toUpperCase();
    const isDigestOf = (text: string, algorithm = 'md5') => isSame(digits, hash(algorithm, text).toUpperCase());
    /** Whether it is what one of these texts gives under a secret that is valid. */
    const anyOf = (texts: (secret: string) => readonly string[], secrets = valid) =>
      secrets.some((known) => texts(known).some((text) => isDigestOf(text)));

    const asAgreed = (fields: FormFields) => (known: string) => [haierSigningText(fields, known)];
    const isExact = given !== undefined && posted?.fields['Sign'] === given && /^[0-9A-F]{32}$/.test(given);
    const isRightUnder = (known: string | undefined) =>
      known !== undefined && signed !== undefined && isExact && isDigestOf(haierSigningText(signed, known));

    return {
      algorithm: 'MD5 · UTF-8 · 32 × 0-9A-F',
      canonical: signed && haierSigningText(signed, HIDDEN),
      given,
      signedWith: isRightUnder(secret) ? 'current' : isRightUnder(previousSecret) ? 'previous' : undefined,
      attempts: !posted || !signed ? [] : attempts(),
      remarks: remarks(),
    };

    function attempts(): Attempt[] {
      const agreed = () => anyOf(asAgreed(signed!));
      const entries = Object.entries(signed!);
      const plain = (text: string) => (known: string) => [(known + text + known).toLowerCase()];
      const filled = entries.filter(([, value]) => value.trim() !== '');
      const sorted = filled.toSorted(([a], [b]) => (a < b ? -1 : 1));
      const joined = (pairs: readonly (readonly [string, string])[]) =>
        pairs.map(([name, value]) => name + value).join('');
      return [
        ['previous_secret', () => isRightUnder(previousSecret)],
        ['digits_case', () => given!.trim() !== digits && agreed()],
        ['signature_blanks', () => given !== given!.trim() && agreed()],
        ['key_case', () => posted!.fields['Sign'] === undefined && agreed()],
        ...fieldVariants(posted!, signed!).map(([name, sets]): Attempt => [
          name,
          () => !agreed() && sets().some((fields) => anyOf(asAgreed(fields))),
        ]),
        [
          'blank_fields_signed',
          () => anyOf(plain(joined(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))))) && !agreed(),
        ],
        [
          'order_of_fields',
          () =>
            !agreed() &&
            [filled, sorted.toReversed(), filled.toSorted(byFoldedName)].some((pairs) => anyOf(plain(joined(pairs)))),
        ],
        [
          'other_separators',
          () =>
            ['&', ''].some((between) => anyOf(plain(sorted.map(([name, value]) => `${name}=${value}`).join(between)))),
        ],
        ['letters_not_lowered', () => !agreed() && anyOf((known) => [known + joined(sorted) + known])],
        [
          'secret_once',
          () =>
            anyOf((known) =>
              [known + joined(sorted), joined(sorted) + known].flatMap((text) => [text, text.toLowerCase()]),
            ),
        ],
        ['secret_blanks', () => !agreed() && anyOf(asAgreed(signed!), valid.flatMap(withBlanks))],
        ['other_secret', () => anyOf(asAgreed(signed!), wrong)],
        [
          'other_hash',
          () =>
            valid.some((known) =>
              ['sha1', 'sha256'].some((algorithm) => isDigestOf(haierSigningText(signed!, known), algorithm)),
            ),
        ],
      ];
    }

    function remarks() {
      if (valid.length === 0) return [REMARKS.secretUnset];
      if (posted && appKey !== undefined && posted.fields['AppKey'] !== appKey) return [REMARKS.unknownAppKey];
      return [];
    }
  };
}

const byFoldedName = ([a]: readonly [string, string], [b]: readonly [string, string]) =>
  a.toLowerCase() < b.toLowerCase() ? -1 : 1;

/** A secret as it is when a blank or the end of a line was copied with it. */
export const withBlanks = (secret: string): string[] =>
  [secret.trim(), ` ${secret}`, `${secret} `, `${secret}\n`, `${secret}\r\n`].filter((text) => text !== secret);
