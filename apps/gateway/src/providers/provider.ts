import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { CallbackOutcome, CallbackProviderName } from '@orderbridge/contracts/callback-envelope';
import type { FormFields } from '@orderbridge/contracts/haier-callback';

/**
 * Somebody who sends us signed callbacks: how their signature is verified, and every answer in their own words.
 * Providers know nothing of HTTP streams, NATS or clocks; meaning is read in orders.
 */
export type CallbackProvider = {
  readonly name: CallbackProviderName;
  /** Names of the headers that sign, in lower case, where headers do. */
  readonly signatureHeaders?: readonly string[];
  verify: (callback: RawCallback) => Verification;
  /** The answer for what orders decided. */
  answerOutcome: (outcome: CallbackOutcome, callback: Verified) => Answer;
  /** The answer for a callback that is kept and not yet decided; `late` ones wait for staff, so they are no success. */
  answerKept: (callback: Verified, late: boolean, now: Date) => Answer;
  refuse: (reason: RefusalReason, now: Date) => Answer;
};

export type RawCallback = {
  readonly body: Buffer;
  readonly contentType: string | undefined;
  /** As Node gives them: names in lower case, repeated ones joined. */
  readonly headers: IncomingHttpHeaders;
  /** For providers that sign a time of which a repetition has its own. */
  readonly receivedAt: Date;
  /** Of the headers, those that sign, as they are kept. */
  readonly signatureHeaders?: Readonly<Record<string, string>> | undefined;
};

export type Verified = {
  readonly ok: true;
  readonly fields: FormFields;
  /** As received; without an `eventId` it names the callback for de-duplication (rulings.md "Sign of Haier callbacks"). */
  readonly signature: string;
  /** The sender's own name of this callback, where each repetition is signed anew. */
  readonly eventId?: string;
  readonly secret: SecretName;
  /** When the sender says it sent it; undefined where it says nothing readable. */
  readonly sentAt: Date | undefined;
};

export type Verification =
  | Verified
  | { readonly ok: false; readonly reason: UnverifiedReason | UnreadableReason | 'signature_probe' };

/** What is no callback at all, whoever sent it. */
export type UnreadableReason = 'no_form' | 'empty_body';

/** Which of the two secrets of a rotation (R156). */
export type SecretName = 'current' | 'previous';

/** Only these count as failed verifications (P12). */
export type UnverifiedReason =
  | 'secret_unset'
  | 'unknown_app_key'
  | 'unknown_serial'
  | 'stale_timestamp'
  | 'bad_signature';

/** Why a callback was not taken. Each is a label of the metric, so the set is fixed. */
export type RefusalReason =
  | UnverifiedReason
  | UnreadableReason
  | 'signature_probe'
  | 'method_not_allowed'
  | 'address_not_allowed'
  | 'body_too_large'
  | 'body_too_slow'
  | 'body_aborted'
  | 'too_many_failures'
  | 'unsupported_provider'
  | 'provider_disabled'
  | 'too_many_waiting'
  | 'cannot_keep'
  | 'unknown_path'
  | 'unreadable_request';

/** A status and a body: JSON text, unless `plain`. */
export type Answer = { readonly status: number; readonly body: string; readonly plain?: boolean };

/** Status of the refusals that mean the same for everybody (rulings.md "HTTP status of Haier callbacks"). */
export const REFUSAL_STATUS = {
  method_not_allowed: 405,
  address_not_allowed: 403,
  body_too_large: 413,
  body_too_slow: 400,
  body_aborted: 400,
  no_form: 400,
  empty_body: 400,
  signature_probe: 400,
  too_many_failures: 429,
  unsupported_provider: 400,
  provider_disabled: 403,
  too_many_waiting: 503,
  cannot_keep: 503,
  unknown_path: 404,
  unreadable_request: 400,
} as const satisfies Record<Exclude<RefusalReason, UnverifiedReason>, number>;

/** The body as text; undefined when its bytes are no UTF-8. */
export const textOf = (body: Buffer): string | undefined => (isUtf8(body) ? body.toString('utf8') : undefined);
