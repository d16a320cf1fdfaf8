import type { ConfigKey } from '@orderbridge/contracts/integrations-api';
import { flag, type GivenEnv } from '@orderbridge/service-kit/env';
import { sealingKey } from '@orderbridge/service-kit/seal';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'is no http(s) address' });

const hosts = z.string().transform((list) => list.split(/[\s,]+/).filter((host) => host !== ''));

/** Where each key of a configuration stands in the environment (domain.md §9); a row that is active goes before it (R125). */
const VARIABLES = {
  client_id: 'HAIER_CLIENT_ID',
  client_secret: 'HAIER_CLIENT_SECRET',
  token_url: 'HAIER_TOKEN_URL',
  base_url: 'HAIER_BASE_URL',
  customer_code: 'HAIER_CUSTOMER_CODE',
  send_to_code: 'HAIER_SEND_TO_CODE',
  supplier_code: 'HAIER_SUPPLIER_CODE',
  password: 'HAIER_PASSWORD',
  seller_password: 'HAIER_SELLER_PASSWORD',
  customer_password: 'HAIER_CUSTOMER_PASSWORD',
  authorization_scheme: 'HAIER_AUTHORIZATION_SCHEME',
  ylh_auth_url: 'YLH_AUTH_URL',
  ylh_intake_url: 'YLH_BASE_URL',
  ylh_order_url: 'YLH_ORDER_BASE_URL',
  ylh_stock_url: 'YLH_STOCK_BASE_URL',
  ylh_username: 'YLH_USERNAME',
  ylh_password: 'YLH_PASSWORD',
  ylh_client_id: 'YLH_CLIENT_ID',
  ylh_client_secret: 'YLH_CLIENT_SECRET',
  source_system: 'YLH_SOURCE_SYSTEM',
  shop_name: 'YLH_SHOP_NAME',
} as const satisfies Record<ConfigKey, string>;

/** Settings of Haier and YLH, of the keys that seal stored ones, and of what outbound calls may reach. */
export const SUPPLIER_ENV = {
  HAIER_CLIENT_ID: z.string().optional(),
  HAIER_CLIENT_SECRET: z.string().optional(),
  HAIER_TOKEN_URL: httpUrl.optional(),
  HAIER_BASE_URL: httpUrl.optional(),
  HAIER_CUSTOMER_CODE: z.string().optional(),
  HAIER_SEND_TO_CODE: z.string().optional(),
  HAIER_SUPPLIER_CODE: z.string().optional(),
  HAIER_PASSWORD: z.string().optional(),
  HAIER_SELLER_PASSWORD: z.string().optional(),
  HAIER_CUSTOMER_PASSWORD: z.string().optional(),
  HAIER_AUTHORIZATION_SCHEME: z.string().optional(),
  YLH_AUTH_URL: httpUrl.optional(),
  YLH_BASE_URL: httpUrl.optional(),
  YLH_ORDER_BASE_URL: httpUrl.optional(),
  YLH_STOCK_BASE_URL: httpUrl.optional(),
  YLH_USERNAME: z.string().optional(),
  YLH_PASSWORD: z.string().optional(),
  YLH_CLIENT_ID: z.string().optional(),
  YLH_CLIENT_SECRET: z.string().optional(),
  YLH_SOURCE_SYSTEM: z.string().optional(),
  YLH_SHOP_NAME: z.string().optional(),

  /** Answers without a network instead of the platforms; unset means: where nothing is configured, except in production (R11). */
  HAIER_USE_MOCK_DATA: flag.optional(),

  // Seals the secrets of stored configurations; sealed texts open under the previous one too while a key changes.
  DATA_ENCRYPTION_KEY: sealingKey.optional(),
  DATA_ENCRYPTION_KEY_PREVIOUS: sealingKey.optional(),

  // Exceptions from "https, and public addresses only", by host name (P14).
  OUTBOUND_PLAIN_HTTP_HOSTS: hosts.default([]),
  OUTBOUND_PRIVATE_HOSTS: hosts.default([]),
  /** Hosts of the platforms; beside the exceptions above, no other is called. Those of domain.md §1.1. */
  SUPPLIER_HOSTS: hosts.prefault(
    'openplat.haier.net openplat-test.haier.net openplat-bj-aliyun-stage.haier.net openplat-bj-aliyun.haier.net ' +
      'dev.ylhtest.com pre.yilihuo.com www.yilihuo.com',
  ),
  SUPPLIER_TIMEOUT_MS: z.coerce.number().int().min(100).max(300_000).default(30_000),
  /** To each platform, from this process: with several of them, their part of the 100 that the platform bears. */
  SUPPLIER_CALLS_PER_SECOND: z.coerce.number().int().min(1).max(100).default(80),
  /** Of a read or a sign-in, the first one included (R32). */
  SUPPLIER_ATTEMPTS: z.coerce.number().int().min(1).max(10).default(3),
  /** Texts by which YLH says that an order is there already, where our own guess fails (R19). */
  YLH_REPEATED_WORDS: z
    .string()
    .transform((list) => list.split(/[;；\n]+/).flatMap((words) => words.trim() || []))
    .prefault(''),
};

const Env = z.object(SUPPLIER_ENV);

/** What production does not start without, or with. */
export function wrongInProduction(given: GivenEnv): string[] {
  if ((given['APP_PROFILE'] ?? 'production') !== 'production') return [];
  return [
    ...(given['DATA_ENCRYPTION_KEY'] === undefined ? ['DATA_ENCRYPTION_KEY is not set'] : []),
    ...(flag.safeParse(given['HAIER_USE_MOCK_DATA']).data === true
      ? ['HAIER_USE_MOCK_DATA is on, which production is never']
      : []),
  ];
}

/** The supplier settings as integrations uses them. */
export function readSupplierConfig(e: z.output<typeof Env>, profile: 'demo' | 'test' | 'production') {
  const given = Object.entries(VARIABLES).flatMap(([key, name]) => (e[name] === undefined ? [] : [[key, e[name]]]));
  return {
    /** The configuration that the environment gives; empty when it gives none. */
    environment: Object.fromEntries(given) as Readonly<Partial<Record<ConfigKey, string>>>,
    /** `always`: whatever is configured; `when_unset`: only where nothing is. */
    mock:
      e.HAIER_USE_MOCK_DATA === undefined
        ? profile === 'production'
          ? ('never' as const)
          : ('when_unset' as const)
        : e.HAIER_USE_MOCK_DATA
          ? ('always' as const)
          : ('never' as const),
    /** Undefined: secrets cannot be stored. */
    sealing: e.DATA_ENCRYPTION_KEY && { current: e.DATA_ENCRYPTION_KEY, previous: e.DATA_ENCRYPTION_KEY_PREVIOUS },
    outbound: {
      plainHttpHosts: e.OUTBOUND_PLAIN_HTTP_HOSTS,
      privateHosts: e.OUTBOUND_PRIVATE_HOSTS,
      hosts: e.SUPPLIER_HOSTS,
      timeoutMs: e.SUPPLIER_TIMEOUT_MS,
    },
    callsPerSecond: e.SUPPLIER_CALLS_PER_SECOND,
    attempts: e.SUPPLIER_ATTEMPTS,
    repeatedWords: e.YLH_REPEATED_WORDS,
  };
}
export type SupplierConfig = ReturnType<typeof readSupplierConfig>;
