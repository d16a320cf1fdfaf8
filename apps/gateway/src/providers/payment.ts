import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { isRefundNews, PAYMENT_SIGNATURE_FIELDS, paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { parseFields } from '@orderbridge/contracts/parse-form';
import {
  type Answer,
  type CallbackProvider,
  REFUSAL_STATUS,
  type RawCallback,
  type RefusalReason,
  type SecretName,
  textOf,
} from './provider.ts';

export type PaymentSecrets = {
  readonly secret: string | undefined;
  /** Also valid while a rotation lasts (R156). */
  readonly previousSecret: string | undefined;
};

/** The generic payment callback and its demo twin: form or flat JSON, signed by HMAC-SHA256 (domain.md §2.6). */
export function paymentProvider(
  name: 'generic' | 'mock',
  { secret, previousSecret }: PaymentSecrets,
): CallbackProvider {
  const currentKey = keyOf(secret);
  const previousKey = keyOf(previousSecret);

  return {
    name,

    verify(callback) {
      const fields = readFields(callback);
      const [signature, second] = PAYMENT_SIGNATURE_FIELDS.map((field) => fields?.[field]).filter(
        (value) => value !== undefined,
      );
      // With both names one of them would be neither signed nor checked.
      if (!fields || second !== undefined) return { ok: false, reason: 'no_form' };
      if (currentKey === undefined) return { ok: false, reason: 'secret_unset' };

      const signedWith = matchingSecret(fields, signature ?? '', currentKey, previousKey);
      if (!signedWith) return { ok: false, reason: 'bad_signature' };
      return { ok: true, fields, signature: signature!, secret: signedWith, sentAt: undefined };
    },

    answerOutcome(outcome, { fields }) {
      const isRefund = isRefundNews(fields);
      switch (outcome.outcome) {
        case 'orphan':
          return detail(404, isRefund ? 'refund not found' : 'payment not found');
        case 'malformed':
          return detail(400, 'malformed callback');
        case 'amount_mismatch':
          return isRefund ? REFUND_AMOUNT_MISMATCH : AMOUNT_MISMATCH;
        default:
          return outcome.payment ? { status: 200, body: JSON.stringify(outcome.payment) } : ACCEPTED;
      }
    },

    answerKept: () => ACCEPTED,

    refuse(reason) {
      const status = reason in REFUSAL_STATUS ? REFUSAL_STATUS[reason as keyof typeof REFUSAL_STATUS] : 403;
      return detail(status, REFUSAL_TEXT[reason]);
    },
  };
}

function readFields({ body, contentType }: RawCallback): FormFields | undefined {
  const text = textOf(body);
  return text === undefined ? undefined : parseFields(contentType, text);
}

const keyOf = (secret: string | undefined) => (secret === undefined ? undefined : createSecretKey(secret, 'utf8'));

/** Which secret made the signature. The expected value stays in here and is never logged. */
function matchingSecret(
  fields: FormFields,
  signature: string,
  current: KeyObject,
  previous: KeyObject | undefined,
): SecretName | undefined {
  if (!/^[0-9a-f]{64}$/.test(signature)) return undefined;
  const given = Buffer.from(signature, 'hex');
  const text = paymentSigningText(fields);
  if (timingSafeEqual(given, createHmac('sha256', current).update(text).digest())) return 'current';
  if (previous === undefined) return undefined;
  return timingSafeEqual(given, createHmac('sha256', previous).update(text).digest()) ? 'previous' : undefined;
}

const detail = (status: number, text: string): Answer => ({ status, body: JSON.stringify({ detail: text }) });

const ACCEPTED = detail(200, 'accepted');
const AMOUNT_MISMATCH: Answer = {
  status: 400,
  body: JSON.stringify({ detail: '支付金额不匹配', code: 'INVALID_PAYMENT_AMOUNT' }),
};
const REFUND_AMOUNT_MISMATCH = detail(400, '回调退款金额与记录不一致');

const REFUSAL_TEXT: Record<RefusalReason, string> = {
  secret_unset: 'signature verification failed',
  unknown_app_key: 'signature verification failed',
  unknown_serial: 'signature verification failed',
  stale_timestamp: 'signature verification failed',
  bad_signature: 'signature verification failed',
  signature_probe: 'signature verification failed',
  method_not_allowed: 'method not allowed',
  address_not_allowed: 'source address not allowed',
  body_too_large: 'request body too large',
  body_too_slow: 'malformed callback',
  body_aborted: 'malformed callback',
  no_form: 'malformed callback',
  empty_body: 'malformed callback',
  too_many_failures: 'too many requests',
  unsupported_provider: 'unsupported provider',
  provider_disabled: 'mock callback only enabled in development',
  too_many_waiting: 'service temporarily unavailable',
  cannot_keep: 'service temporarily unavailable',
  unknown_path: 'not found',
  unreadable_request: 'malformed callback',
};
