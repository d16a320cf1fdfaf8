import { constants, hash, type KeyObject, verify as verifySignature } from 'node:crypto';
import { ALIPAY_SIGN_TYPE, alipayCallbackText } from '@orderbridge/contracts/alipay';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { bodyKind, parseForm } from '@orderbridge/contracts/parse-form';
import { type Answer, type CallbackProvider, REFUSAL_STATUS, type SecretName, textOf } from './provider.ts';
import { readBase64 } from './read-base64.ts';

export type AlipayKeys = {
  readonly key: KeyObject | undefined;
  /** Also valid while a rotation lasts (R156). */
  readonly previousKey: KeyObject | undefined;
};

/** Alipay: form posts signed by RSA2 over the decoded, sorted fields; it reads one word of the answer (domain.md §2.6). */
export function alipayProvider({ key, previousKey }: AlipayKeys): CallbackProvider {
  return {
    name: 'alipay',

    verify({ body, contentType }) {
      const text = bodyKind(contentType) === 'form' ? textOf(body) : undefined;
      const fields = text === undefined ? undefined : parseForm(text);
      // Its own word for the bytes behind the escapes; they were read as UTF-8.
      if (!fields || (fields['charset'] ?? 'utf-8').toLowerCase() !== 'utf-8') return { ok: false, reason: 'no_form' };
      if (!key) return { ok: false, reason: 'secret_unset' };

      const signature = fields['sign'] ?? '';
      const signedWith =
        fields['sign_type'] === ALIPAY_SIGN_TYPE ? matchingKey(fields, signature, key, previousKey) : undefined;
      if (!signedWith) return { ok: false, reason: 'bad_signature' };
      return {
        ok: true,
        fields,
        signature,
        // A repetition has a time of its own, so its signature differs.
        eventId: NOTIFY_ID.test(fields['notify_id'] ?? '') ? fields['notify_id']! : hash('sha256', signature),
        secret: signedWith,
        sentAt: undefined,
      };
    },

    // Whatever orders decided is kept for good, and a repetition would say nothing new.
    answerOutcome: () => SUCCESS,

    answerKept: () => SUCCESS,

    refuse(reason) {
      const status = reason in REFUSAL_STATUS ? REFUSAL_STATUS[reason as keyof typeof REFUSAL_STATUS] : 400;
      return { status, body: 'failure', plain: true };
    },
  };
}

const SUCCESS: Answer = { status: 200, body: 'success', plain: true };

const NOTIFY_ID = /^[\w-]{1,128}$/;

function matchingKey(
  fields: FormFields,
  signature: string,
  key: KeyObject,
  previousKey: KeyObject | undefined,
): SecretName | undefined {
  const given = readBase64(signature);
  if (!given) return undefined;
  const signed = Buffer.from(alipayCallbackText(fields));
  const isSignedWith = (candidate: KeyObject) =>
    verifySignature('sha256', signed, { key: candidate, padding: constants.RSA_PKCS1_PADDING }, given);
  if (isSignedWith(key)) return 'current';
  return previousKey && isSignedWith(previousKey) ? 'previous' : undefined;
}
