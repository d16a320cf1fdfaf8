import { type AddressTest, inRanges, parseCidrs } from '@orderbridge/service-kit/allow-list';
import { flag, parseEnv, port, weakInProduction } from '@orderbridge/service-kit/env';
import { LOG_LEVELS } from '@orderbridge/service-kit/logger';
import { z } from 'zod';

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
});

/** Reads orders' settings. @throws EnvError that lists every problem */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const e = parseEnv(Env, env, weakInProduction({ STOREFRONT_API_TOKEN: 16 }));
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
    /** Browsers keep a `__Host-` cookie only over https, which the demo has not. */
    secureCookie: e.SESSION_COOKIE_SECURE ?? e.APP_PROFILE === 'production',
    paymentMethods: e.APP_PROFILE === 'production' ? (['generic'] as const) : (['generic', 'mock'] as const),
  };
}
export type OrdersConfig = ReturnType<typeof readConfig>;
