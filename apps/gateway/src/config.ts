import { join } from 'node:path';
import { type GivenEnv, parseEnv, port, weakInProduction } from '@orderbridge/service-kit/env';
import { LOG_LEVELS, type LogLevel } from '@orderbridge/service-kit/logger';
import { namedKeys, rsaPublicKey } from '@orderbridge/service-kit/rsa-public-key';
import { z } from 'zod';
import { type Cidr, parseCidrs } from '@orderbridge/service-kit/allow-list';

const positive = z.coerce.number().int().min(1);

const cidrs = z.string().transform((list, context): readonly Cidr[] => {
  try {
    return parseCidrs(list);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is no list of addresses and CIDRs: ${(error as Error).message}` });
    return z.NEVER;
  }
});

const Env = z.object({
  APP_PROFILE: z.enum(['demo', 'test', 'production']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  GATEWAY_PORT: port.default(8080),
  NATS_URL: z.string().regex(/^(nats|tls|wss?):\/\//, 'is no nats:// address'),
  NATS_STREAM_REPLICAS: positive.max(5).default(1),
  DATA_DIR: z.string().default('.data'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),

  HAIER_CALLBACK_APP_KEY: z.string().optional(),
  HAIER_CALLBACK_SECRET: z.string().optional(),
  HAIER_CALLBACK_SECRET_PREVIOUS: z.string().optional(),
  PAYMENT_CALLBACK_SECRET: z.string().optional(),
  PAYMENT_CALLBACK_SECRET_PREVIOUS: z.string().optional(),
  // Keys that WeChat Pay signs with: `<serial or public key id>=<PEM or path>`, separated by `;`, the current one first.
  WECHAT_PAY_PUBLIC_KEYS: namedKeys.optional(),
  // Alipay's own public key of our application: PEM, bare base64 or a path.
  ALIPAY_PUBLIC_KEY: rsaPublicKey.optional(),
  ALIPAY_PUBLIC_KEY_PREVIOUS: rsaPublicKey.optional(),

  TRUSTED_PROXIES: cidrs.default([]),
  HAIER_CALLBACK_ALLOWED_CIDRS: cidrs.default([]),
  PAYMENT_CALLBACK_ALLOWED_CIDRS: cidrs.default([]),

  CALLBACK_MAX_AGE_SECONDS: positive.default(300),
  CALLBACK_FAILURES_PER_MINUTE: positive.default(20),
  CALLBACK_WAIT_MS: positive.default(2_500),
  CALLBACK_BODY_TIMEOUT_MS: positive.default(5_000),
  KEEP_TIMEOUT_MS: positive.default(2_000),
  MAX_WAITING_CALLBACKS: positive.default(5_000),
  SPOOL_MAX_BYTES: positive.default(1024 ** 3),
});

/** Production never starts without these (R150); elsewhere an unset secret refuses every callback (R42). */
const PRODUCTION_NEEDS = ['HAIER_CALLBACK_APP_KEY', 'HAIER_CALLBACK_SECRET', 'PAYMENT_CALLBACK_SECRET'] as const;

const LEAST_SECRET_CHARACTERS = {
  HAIER_CALLBACK_SECRET: 16,
  HAIER_CALLBACK_SECRET_PREVIOUS: 16,
  PAYMENT_CALLBACK_SECRET: 12,
  PAYMENT_CALLBACK_SECRET_PREVIOUS: 12,
};

const BODY_MAX_BYTES = 64 * 1024;

function whatProductionNeeds(given: GivenEnv): string[] {
  if ((given['APP_PROFILE'] ?? 'production') !== 'production') return [];
  const missing = PRODUCTION_NEEDS.filter((name) => given[name] === undefined);
  return [
    ...missing.map((name) => `${name} is not set, and production needs it`),
    ...weakInProduction(LEAST_SECRET_CHARACTERS)(given),
  ];
}

/**
 * The environment as the gateway uses it.
 * @throws EnvError with every problem at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const e = parseEnv(Env, env, whatProductionNeeds);

  return {
    host: e.HOST,
    port: e.GATEWAY_PORT,
    nats: { url: e.NATS_URL, replicas: e.NATS_STREAM_REPLICAS },
    spool: { root: join(e.DATA_DIR, 'spool'), maxBytes: e.SPOOL_MAX_BYTES },
    haier: {
      appKey: e.HAIER_CALLBACK_APP_KEY,
      secret: e.HAIER_CALLBACK_SECRET,
      previousSecret: e.HAIER_CALLBACK_SECRET_PREVIOUS,
      allowed: e.HAIER_CALLBACK_ALLOWED_CIDRS,
    },
    payment: {
      secret: e.PAYMENT_CALLBACK_SECRET,
      previousSecret: e.PAYMENT_CALLBACK_SECRET_PREVIOUS,
      allowed: e.PAYMENT_CALLBACK_ALLOWED_CIDRS,
      /** The mock provider never answers in production (rulings.md "Signature of payment callbacks"). */
      mock: e.APP_PROFILE !== 'production',
    },
    /** Without a key a provider is not offered: its callbacks are refused, also in production. */
    wechat: { keys: e.WECHAT_PAY_PUBLIC_KEYS ?? [] },
    alipay: { key: e.ALIPAY_PUBLIC_KEY, previousKey: e.ALIPAY_PUBLIC_KEY_PREVIOUS },
    trustedProxies: e.TRUSTED_PROXIES,
    body: { maxBytes: BODY_MAX_BYTES, withinMs: e.CALLBACK_BODY_TIMEOUT_MS },
    maxAgeMs: e.CALLBACK_MAX_AGE_SECONDS * 1_000,
    failuresPerMinute: e.CALLBACK_FAILURES_PER_MINUTE,
    /** How long a sender waits for its outcome, from receipt. */
    waitMs: e.CALLBACK_WAIT_MS,
    keepTimeoutMs: e.KEEP_TIMEOUT_MS,
    maxWaiting: e.MAX_WAITING_CALLBACKS,
  };
}

export type GatewayConfig = ReturnType<typeof readConfig>;

/** The level alone, so that a log exists before the rest is read; a wrong one is reported by `readConfig`. */
export const readLogLevel = (env: Readonly<Record<string, string | undefined>>): LogLevel | 'silent' =>
  LOG_LEVELS.find((level) => level === env['LOG_LEVEL']) ?? 'info';
