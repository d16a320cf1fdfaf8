import { z } from 'zod';

/** Providers the gateway knows; `haier` also carries YLH's callbacks (domain.md §2.1, rulings.md "Payment providers"). */
export const CALLBACK_PROVIDERS = ['haier', 'generic', 'mock', 'wechat', 'alipay'] as const;
export const CallbackProviderName = z.enum(CALLBACK_PROVIDERS);
export type CallbackProviderName = z.infer<typeof CallbackProviderName>;

/** Providers whose callbacks are about payments and refunds. */
export const PAYMENT_CALLBACK_PROVIDERS = ['generic', 'mock', 'wechat', 'alipay'] as const;

/** Of these, the ones that sign with the HMAC of domain.md §2.6. */
export const HMAC_PAYMENT_PROVIDERS = ['generic', 'mock'] as const;

/** Headers by name in lower case. */
const SignatureHeaders = z.record(z.string().max(50), z.string().max(1_000));

/** How much of a refused body is kept. */
export const REFUSED_SAMPLE_BYTES = 4 * 1024;

/**
 * What the gateway keeps in JetStream for each verified callback: the message payload as JSON.
 * `body` is the request body exactly as received (verified bodies are always valid UTF-8).
 */
export const CallbackEnvelope = z.object({
  /** UUIDv7 given by the gateway; the inbox row keeps the first one. */
  id: z.uuid(),
  provider: CallbackProviderName,
  /** `<provider>:<verified signature>` or `<provider>:<event id>`: the same for every repetition of one request. */
  transportKey: z.string().min(1).max(300),
  /** Which secret verified it, so that a rotation can be followed (R156). */
  secret: z.enum(['current', 'previous']),
  /** Older or newer than the age window: orders answers from the inbox or puts it in the late lane. */
  late: z.boolean(),
  receivedAt: z.iso.datetime(),
  /** Client address after walking the trusted proxies (R152). */
  source: z.string().max(64),
  path: z.string().max(300),
  contentType: z.string().max(200),
  body: z.string(),
  /** Headers that sign it, names in lower case, where a provider signs in headers; kept for the signature debugger. */
  signatureHeaders: SignatureHeaders.optional(),
  /** Whether the address said that it is about a payment or about a refund; absent for Haier. */
  topic: z.enum(['payment', 'refund']).optional(),
  /** NATS subject on which the gateway waits for the outcome; absent when nobody waits (spool, replay). */
  replyTo: z.string().optional(),
});
export type CallbackEnvelope = z.infer<typeof CallbackEnvelope>;

/** What became of a callback. `refused` is the only one that was never verified. */
export const CALLBACK_OUTCOMES = [
  'applied',
  'repeated',
  'conflict',
  'amount_mismatch',
  'orphan',
  'late',
  'malformed',
  'unknown_method',
  'parked',
  'refused',
] as const;
export const CallbackOutcomeName = z.enum(CALLBACK_OUTCOMES);
export type CallbackOutcomeName = z.infer<typeof CallbackOutcomeName>;

/** Why a verified payment or refund callback was not taken; each has a text in the answers of domain.md §2.6. */
export const CALLBACK_PROBLEMS = [
  'undecryptable',
  'merchant_mismatch',
  'app_mismatch',
  'not_found',
  'amount_unreadable',
  'amount_mismatch',
  'order_mismatch',
  'not_updatable',
] as const;
export type CallbackProblem = (typeof CALLBACK_PROBLEMS)[number];

/** What orders tells the gateway on `replyTo`, enough for the answer in the caller's own words. */
export const CallbackOutcome = z.object({
  outcome: CallbackOutcomeName,
  /** When orders decided; repetitions carry the first time, so their answers are identical. */
  decidedAt: z.iso.datetime(),
  /** Order number as the caller wrote it (`PlatformOrderNo`), for the echo in the answer. */
  platformOrderNo: z.string().nullable(),
  /** Method as the caller wrote it (Haier only). */
  method: z.string().nullable(),
  /** The payment object of domain.md §2.6 for the generic providers, else null. */
  payment: z.record(z.string(), z.unknown()).nullable(),
  /** Why a verified payment or refund callback was not taken, for an answer in the provider's own words; null otherwise. */
  problem: z.enum(CALLBACK_PROBLEMS).nullable().default(null),
});
export type CallbackOutcome = z.infer<typeof CallbackOutcome>;

/** A sample of a refused request (bad signature, unknown AppKey): best effort, bounded, never applied. */
export const RefusedCallback = z.object({
  id: z.uuid(),
  provider: z.string().max(40),
  reason: z.string().max(100),
  receivedAt: z.iso.datetime(),
  source: z.string().max(64),
  path: z.string().max(300),
  contentType: z.string().max(200),
  /** The first `REFUSED_SAMPLE_BYTES` of the body, base64. */
  bodyBase64: z.string().max(8_000),
  signatureHeaders: SignatureHeaders.optional(),
});
export type RefusedCallback = z.infer<typeof RefusedCallback>;
