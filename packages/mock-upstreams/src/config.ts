import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const privateKey = z.string().transform((pem, context) => readKey(context, () => createPrivateKey(fromLine(pem))));
const publicKey = z.string().transform((pem, context) => readKey(context, () => createPublicKey(fromLine(pem))));

const Env = z.object({
  APP_PROFILE: z.enum(['demo', 'test', 'production'], 'is not demo, test or production').default('production'),
  HOST: z.string().default('127.0.0.1'),
  MOCK_UPSTREAMS_PORT: z.coerce
    .number('is no port')
    .int('is no port')
    .min(1, 'is no port')
    .max(65_535, 'is no port')
    .default(8084),
  GATEWAY_URL: z
    .url('is no http(s) address')
    .regex(/^https?:/, 'is no http(s) address')
    .default('http://127.0.0.1:8080'),
  HAIER_CALLBACK_APP_KEY: z.string('is not set'),
  HAIER_CALLBACK_SECRET: z.string('is not set'),
  PAYMENT_CALLBACK_SECRET: z.string('is not set'),
  /** How long a bank takes to pay out a refund; unset means that `/_control/refunds/finish` says when. */
  MOCK_REFUNDS_FINISH_AFTER_MS: z.coerce.number('is no number').int().min(0).max(600_000).optional(),

  WECHAT_APPID: z.string().optional(),
  WECHAT_PAY_MCHID: z.string().optional(),
  WECHAT_PAY_API_V3_KEY: z.string().length(32, 'is not 32 characters long').optional(),
  WECHAT_PAY_SERIAL_NO: z.string().optional(),
  MOCK_WECHAT_PAY_MERCHANT_PUBLIC_KEY: publicKey.optional(),
  MOCK_WECHAT_PAY_PLATFORM_SERIAL: z.string().optional(),
  MOCK_WECHAT_PAY_PLATFORM_PRIVATE_KEY: privateKey.optional(),

  ALIPAY_APP_ID: z.string().optional(),
  ALIPAY_SELLER_ID: z.string().optional(),
  MOCK_ALIPAY_MERCHANT_PUBLIC_KEY: publicKey.optional(),
  MOCK_ALIPAY_PLATFORM_PRIVATE_KEY: privateKey.optional(),

  HAIER_CLIENT_ID: z.string().optional(),
  HAIER_CLIENT_SECRET: z.string().optional(),
  HAIER_CUSTOMER_CODE: z.string().optional(),
  HAIER_SEND_TO_CODE: z.string().optional(),
  HAIER_PASSWORD: z.string().optional(),
  HAIER_SELLER_PASSWORD: z.string().optional(),
  /** Of the balance; the general one where there is none (domain.md §1.7). */
  HAIER_CUSTOMER_PASSWORD: z.string().optional(),
  YLH_USERNAME: z.string().optional(),
  YLH_PASSWORD: z.string().optional(),
  YLH_CLIENT_ID: z.string().optional(),
  YLH_CLIENT_SECRET: z.string().optional(),
  YLH_SOURCE_SYSTEM: z.string().optional(),
  YLH_SHOP_NAME: z.string().optional(),
  /** How long YLH takes to confirm an order, or to agree to a cancel; unset means that `/_control/orders/…` says when. */
  MOCK_YLH_ANSWERS_AFTER_MS: z.coerce.number('is no number').int().min(0).max(600_000).optional(),
});

// Keys come on one line of an env file.
const fromLine = (pem: string) => pem.replaceAll(String.raw`\n`, '\n');

function readKey(context: z.RefinementCtx, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    context.addIssue({ code: 'custom', message: 'is no key in PEM' });
    return z.NEVER;
  }
}

/**
 * Reads the environment; empty text counts as unset, as everywhere in this repository.
 * @throws Error that lists every problem, never a value: it may be a secret
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const parsed = Env.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `  - ${String(path[0])} ${message}`);
    throw new Error(`the environment cannot be used:\n${problems.join('\n')}`);
  }
  const e = parsed.data;
  if (e.APP_PROFILE === 'production') {
    throw new Error(
      'mock-upstreams signs callbacks for anybody who asks: it never starts in production, so set APP_PROFILE=demo',
    );
  }
  return {
    host: e.HOST,
    port: e.MOCK_UPSTREAMS_PORT,
    gatewayUrl: e.GATEWAY_URL.replace(/\/+$/, ''),
    haier: { appKey: e.HAIER_CALLBACK_APP_KEY, secret: e.HAIER_CALLBACK_SECRET },
    payment: { secret: e.PAYMENT_CALLBACK_SECRET },
    refundsFinishAfterMs: e.MOCK_REFUNDS_FINISH_AFTER_MS,
    /** A platform that lacks a setting is not played. */
    wechat: whole({
      appId: e.WECHAT_APPID,
      mchid: e.WECHAT_PAY_MCHID,
      apiV3Key: e.WECHAT_PAY_API_V3_KEY,
      merchantSerial: e.WECHAT_PAY_SERIAL_NO,
      merchantPublicKey: e.MOCK_WECHAT_PAY_MERCHANT_PUBLIC_KEY,
      platformSerial: e.MOCK_WECHAT_PAY_PLATFORM_SERIAL,
      platformPrivateKey: e.MOCK_WECHAT_PAY_PLATFORM_PRIVATE_KEY,
    }),
    alipay: whole({
      appId: e.ALIPAY_APP_ID,
      sellerId: e.ALIPAY_SELLER_ID,
      merchantPublicKey: e.MOCK_ALIPAY_MERCHANT_PUBLIC_KEY,
      platformPrivateKey: e.MOCK_ALIPAY_PLATFORM_PRIVATE_KEY,
    }),
    haierPlatform: whole({
      clientId: e.HAIER_CLIENT_ID,
      clientSecret: e.HAIER_CLIENT_SECRET,
      customerCode: e.HAIER_CUSTOMER_CODE,
      sendToCode: e.HAIER_SEND_TO_CODE,
      password: e.HAIER_PASSWORD,
      sellerPassword: e.HAIER_SELLER_PASSWORD,
      customerPassword: e.HAIER_CUSTOMER_PASSWORD ?? e.HAIER_PASSWORD,
    }),
    ylh: readYlh(e),
  };
}

function readYlh(e: z.output<typeof Env>) {
  const account = whole({
    username: e.YLH_USERNAME,
    password: e.YLH_PASSWORD,
    clientId: e.YLH_CLIENT_ID,
    clientSecret: e.YLH_CLIENT_SECRET,
    sourceSystem: e.YLH_SOURCE_SYSTEM,
    shopName: e.YLH_SHOP_NAME,
    sellerCode: e.HAIER_CUSTOMER_CODE,
  });
  return account && { ...account, answersAfterMs: e.MOCK_YLH_ANSWERS_AFTER_MS };
}

const whole = <T extends object>(settings: T): { [K in keyof T]-?: NonNullable<T[K]> } | undefined =>
  Object.values(settings).includes(undefined) ? undefined : (settings as { [K in keyof T]-?: NonNullable<T[K]> });

type Read = ReturnType<typeof readConfig>;
export type MockUpstreamsConfig = Omit<Read, Optional> & Partial<Pick<Read, Optional>>;
type Optional = 'refundsFinishAfterMs' | 'wechat' | 'alipay' | 'haierPlatform' | 'ylh';
