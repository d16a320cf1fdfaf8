import { type AddressTest, inRanges, parseCidrs } from '@orderbridge/service-kit/allow-list';
import { flag, parseEnv, port, weakInProduction } from '@orderbridge/service-kit/env';
import { LOG_LEVELS } from '@orderbridge/service-kit/logger';
import { z } from 'zod';
import { HAIER_STOCK_CHECKS } from './orders/check-haier-stock.ts';
import { isPhotoHost } from './orders/fetch-photo.ts';
import { hosts, PAYMENT_ENV, readPaymentConfig, whatProvidersLack } from './payment-config.ts';

const trustedProxies = z.string().transform((list, context): AddressTest => {
  try {
    return inRanges(parseCidrs(list));
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is no list of addresses and CIDRs: ${(error as Error).message}` });
    return z.NEVER;
  }
});

const Env = z.object({
  APP_PROFILE: z.enum(['demo', 'test', 'production']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  ORDERS_PORT: port.default(8082),
  // `postgresql://…` of the role `orders`; the schema is always `orders`.
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'is no postgresql:// address'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(200).default(10),
  NATS_URL: z.string().regex(/^(nats|tls):\/\//, 'is no nats:// address'),
  NATS_STREAM_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  // One setting rules order and payment expiry alike (R87, rulings.md).
  ORDER_PAYMENT_TIMEOUT_MINUTES: z.coerce.number().int().min(1).max(100_000).default(30),
  STOREFRONT_API_TOKEN: z.string().optional(),
  // The admin web calls from this machine and names the browser in X-Forwarded-For.
  TRUSTED_PROXIES: trustedProxies.prefault('127.0.0.0/8,::1/128'),
  SESSION_COOKIE_SECURE: flag.optional(),
  // Seals the audit chain; another key breaks the chain that there is.
  AUDIT_CHAIN_KEY: z.string().optional(),
  // API calls per minute and process (R149): of nobody by address, of a person by account; a machine has ten times as many.
  API_ANONYMOUS_PER_MINUTE: z.coerce.number().int().min(1).max(10_000_000).optional(),
  API_USER_PER_MINUTE: z.coerce.number().int().min(1).max(10_000_000).optional(),
  // How long a push or a cancel waits for the platform's answer before it says that it is awaited.
  HAIER_ANSWER_WAIT_MS: z.coerce.number().int().min(0).max(30_000).default(5_000),
  // How long an order may stand still until staff get a case about it: paid and not pushed, pushed and not confirmed.
  // Well within the month that is looked at (raise-overdue.ts). What is paid in the evening may wait for the morning.
  PUSH_OVERDUE_MINUTES: z.coerce.number().int().min(1).max(28_800).default(720),
  CONFIRMATION_OVERDUE_MINUTES: z.coerce.number().int().min(1).max(28_800).default(30),
  HAIER_STOCK_CHECK: z.enum(HAIER_STOCK_CHECKS).optional(),
  // Where photos of delivery may be fetched from for an evidence pack; without one it holds their addresses only.
  EVIDENCE_PHOTO_HOSTS: hosts
    .refine(
      (list) => list.every(isPhotoHost),
      'is no list of host names, such as img.example.com or img.example.com:8443',
    )
    .default([]),
  ...PAYMENT_ENV,
});

/** Reads orders' settings. @throws EnvError that lists every problem */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const e = parseEnv(Env, env, (given) => [
    ...weakInProduction({ STOREFRONT_API_TOKEN: 16, AUDIT_CHAIN_KEY: 16, PAYMENT_CALLBACK_SECRET: 12 })(given),
    ...whatProvidersLack(given),
  ]);
  return {
    profile: e.APP_PROFILE,
    host: e.HOST,
    port: e.ORDERS_PORT,
    databaseUrl: e.DATABASE_URL,
    databasePoolMax: e.DATABASE_POOL_MAX,
    natsUrl: e.NATS_URL,
    streamReplicas: e.NATS_STREAM_REPLICAS,
    logLevel: e.LOG_LEVEL,
    paymentTimeoutMs: e.ORDER_PAYMENT_TIMEOUT_MINUTES * 60_000,
    /** Without a token no machine may call. */
    storefrontToken: e.STOREFRONT_API_TOKEN,
    isTrustedProxy: e.TRUSTED_PROXIES,
    /** Without one, seals only show tampering by those who cannot compute SHA-256. */
    auditChainKey: e.AUDIT_CHAIN_KEY,
    /** Browsers keep a `__Host-` cookie only over https, which the demo has not. */
    secureCookie: e.SESSION_COOKIE_SECURE ?? e.APP_PROFILE === 'production',
    apiCalls: {
      // A demo is played by programs, tests above all.
      anonymousPerMinute: e.API_ANONYMOUS_PER_MINUTE ?? (e.APP_PROFILE === 'production' ? 120 : 12_000),
      userPerMinute: e.API_USER_PER_MINUTE ?? (e.APP_PROFILE === 'production' ? 600 : 60_000),
    },
    haierWaitMs: e.HAIER_ANSWER_WAIT_MS,
    // A demo takes orders also while nobody plays Haier.
    haierStockCheck: e.HAIER_STOCK_CHECK ?? (e.APP_PROFILE === 'production' ? 'required' : 'best-effort'),
    overdue: {
      pushMs: e.PUSH_OVERDUE_MINUTES * 60_000,
      confirmationMs: e.CONFIRMATION_OVERDUE_MINUTES * 60_000,
    },
    photoHosts: e.EVIDENCE_PHOTO_HOSTS,
    payments: readPaymentConfig(e, e.APP_PROFILE),
  };
}
export type OrdersConfig = ReturnType<typeof readConfig>;
