import { readYuan } from '@orderbridge/contracts/payment-callback';
import type { GivenEnv } from '@orderbridge/service-kit/env';
import { rsaPrivateKey, rsaPrivateKeyFile } from '@orderbridge/service-kit/rsa-private-key';
import { namedKeys, rsaPublicKey } from '@orderbridge/service-kit/rsa-public-key';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'is no http(s) address' });
const baseUrl = httpUrl.transform((url) => url.replace(/\/+$/, ''));

/** Host names with blanks or commas between them. */
export const hosts = z.string().transform((list) => list.split(/[\s,]+/).filter((host) => host !== ''));

const yuan = z.string().transform((text, context) => {
  const fen = readYuan(text);
  if (fen !== undefined && fen > 0) return fen;
  context.addIssue({ code: 'custom', message: 'is no amount in yuan, such as 50000.00' });
  return z.NEVER;
});

/** Settings of payments and of the providers that can be called (domain.md §9). */
export const PAYMENT_ENV = {
  /** The most that one payment may be for, in yuan. */
  PAYMENT_MAX_AMOUNT: yuan.optional(),
  /** From how much, in yuan, a refund that a person asks for needs a second person. */
  REFUND_TWO_PERSON_FROM_YUAN: yuan.optional(),
  PAYMENT_OPENS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).optional(),
  PAYMENT_CALLBACK_SECRET: z.string().optional(),
  GENERIC_PAY_URL: baseUrl.optional(),
  MOCK_PAY_URL: baseUrl.optional(),

  WECHAT_APPID: z.string().optional(),
  WECHAT_PAY_MCHID: z.string().optional(),
  WECHAT_PAY_API_V3_KEY: z
    .string()
    .refine((key) => Buffer.byteLength(key) === 32, 'is not 32 bytes long')
    .optional(),
  WECHAT_PAY_SERIAL_NO: z.string().optional(),
  WECHAT_PAY_PRIVATE_KEY: rsaPrivateKey.optional(),
  WECHAT_PAY_PRIVATE_KEY_PATH: rsaPrivateKeyFile.optional(),
  WECHAT_PAY_PUBLIC_KEYS: namedKeys.optional(),
  WECHAT_PAY_NOTIFY_URL: httpUrl.optional(),
  WECHAT_PAY_REFUND_NOTIFY_URL: httpUrl.optional(),
  WECHAT_PAY_BASE_URL: baseUrl.default('https://api.mch.weixin.qq.com'),

  ALIPAY_APP_ID: z.string().optional(),
  ALIPAY_SELLER_ID: z.string().optional(),
  ALIPAY_PRIVATE_KEY: rsaPrivateKey.optional(),
  ALIPAY_PRIVATE_KEY_PATH: rsaPrivateKeyFile.optional(),
  ALIPAY_PUBLIC_KEY: rsaPublicKey.optional(),
  ALIPAY_PUBLIC_KEY_PREVIOUS: rsaPublicKey.optional(),
  ALIPAY_NOTIFY_URL: httpUrl.optional(),
  ALIPAY_RETURN_URL: httpUrl.optional(),
  ALIPAY_GATEWAY_URL: httpUrl.default('https://openapi.alipay.com/gateway.do'),

  // Exceptions from "https, and public addresses only", by host name (P14).
  OUTBOUND_PLAIN_HTTP_HOSTS: hosts.default([]),
  OUTBOUND_PRIVATE_HOSTS: hosts.default([]),
};

const Env = z.object(PAYMENT_ENV);

/** What each provider needs; alternatives stand in one list. */
const NEEDS = {
  'WeChat Pay': [
    ['WECHAT_APPID'],
    ['WECHAT_PAY_MCHID'],
    ['WECHAT_PAY_API_V3_KEY'],
    ['WECHAT_PAY_SERIAL_NO'],
    ['WECHAT_PAY_PRIVATE_KEY', 'WECHAT_PAY_PRIVATE_KEY_PATH'],
    ['WECHAT_PAY_PUBLIC_KEYS'],
    ['WECHAT_PAY_NOTIFY_URL'],
    ['WECHAT_PAY_REFUND_NOTIFY_URL'],
  ],
  Alipay: [
    ['ALIPAY_APP_ID'],
    ['ALIPAY_SELLER_ID'],
    ['ALIPAY_PRIVATE_KEY', 'ALIPAY_PRIVATE_KEY_PATH'],
    ['ALIPAY_PUBLIC_KEY'],
    ['ALIPAY_NOTIFY_URL'],
  ],
} as const;

/** One problem for each setting that a provider lacks of which others are given: half a provider would fail at a buyer. */
export function whatProvidersLack(given: GivenEnv): string[] {
  const lacking = Object.entries(NEEDS).flatMap(([provider, needs]) => {
    const missing = needs.filter((names) => names.every((name) => given[name] === undefined));
    if (missing.length === needs.length) return [];
    return missing.map((names) => `${names.join(' or ')} is not set, and ${provider} needs it`);
  });
  const isCalled = given['GENERIC_PAY_URL'] !== undefined || given['MOCK_PAY_URL'] !== undefined;
  if (isCalled && given['PAYMENT_CALLBACK_SECRET'] === undefined)
    lacking.push('PAYMENT_CALLBACK_SECRET is not set, and GENERIC_PAY_URL and MOCK_PAY_URL need it');
  return lacking;
}

/** The payment settings as orders uses them. A provider without settings is undefined; half of one never gets here. */
export function readPaymentConfig(e: z.output<typeof Env>, profile: 'demo' | 'test' | 'production') {
  const wechatKey = e.WECHAT_PAY_PRIVATE_KEY ?? e.WECHAT_PAY_PRIVATE_KEY_PATH;
  const alipayKey = e.ALIPAY_PRIVATE_KEY ?? e.ALIPAY_PRIVATE_KEY_PATH;
  const inProduction = profile === 'production';
  const wechat =
    wechatKey === undefined
      ? undefined
      : {
          appId: e.WECHAT_APPID!,
          mchid: e.WECHAT_PAY_MCHID!,
          /** Opens what notifications carry. */
          apiV3Key: e.WECHAT_PAY_API_V3_KEY!,
          /** Of our certificate. */
          serialNo: e.WECHAT_PAY_SERIAL_NO!,
          privateKey: wechatKey,
          /** WeChat's own keys, the current one first. */
          platformKeys: e.WECHAT_PAY_PUBLIC_KEYS!,
          notifyUrl: e.WECHAT_PAY_NOTIFY_URL!,
          refundNotifyUrl: e.WECHAT_PAY_REFUND_NOTIFY_URL!,
          baseUrl: e.WECHAT_PAY_BASE_URL,
        };
  const alipay =
    alipayKey === undefined
      ? undefined
      : {
          appId: e.ALIPAY_APP_ID!,
          sellerId: e.ALIPAY_SELLER_ID!,
          privateKey: alipayKey,
          /** Alipay's own keys, the current one first. */
          publicKeys: [e.ALIPAY_PUBLIC_KEY!, ...(e.ALIPAY_PUBLIC_KEY_PREVIOUS ? [e.ALIPAY_PUBLIC_KEY_PREVIOUS] : [])],
          notifyUrl: e.ALIPAY_NOTIFY_URL!,
          returnUrl: e.ALIPAY_RETURN_URL,
          gatewayUrl: e.ALIPAY_GATEWAY_URL,
        };
  const hmac = (url: string | undefined) =>
    url === undefined ? undefined : { baseUrl: url, secret: e.PAYMENT_CALLBACK_SECRET! };
  return {
    /** Ways to pay that buyers are offered; the mock provider never in production (R107). */
    methods: [
      'generic' as const,
      ...(inProduction ? [] : ['mock' as const]),
      ...(wechat ? ['wechat' as const] : []),
      ...(alipay ? ['alipay' as const] : []),
    ],
    maxFen: e.PAYMENT_MAX_AMOUNT ?? Number.MAX_SAFE_INTEGER,
    /** Undefined for never. */
    twoPersonFromFen: e.REFUND_TWO_PERSON_FROM_YUAN,
    opensPerMinute: e.PAYMENT_OPENS_PER_MINUTE ?? (inProduction ? 10 : 1_000),
    wechat,
    alipay,
    generic: hmac(e.GENERIC_PAY_URL),
    mock: inProduction ? undefined : hmac(e.MOCK_PAY_URL),
    outbound: { plainHttpHosts: e.OUTBOUND_PLAIN_HTTP_HOSTS, privateHosts: e.OUTBOUND_PRIVATE_HOSTS },
  };
}
export type PaymentConfig = ReturnType<typeof readPaymentConfig>;
