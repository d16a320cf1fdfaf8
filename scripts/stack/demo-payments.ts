import { createPublicKey } from 'node:crypto';

import { PAYMENT_CALLBACK_PREFIXES, REFUND_CALLBACK_PREFIXES } from '@orderbridge/contracts/payment-callback';

import type { DemoSecrets } from './demo-secrets.ts';

const WECHAT = {
  WECHAT_APPID: 'wx00000000000demo',
  WECHAT_PAY_MCHID: '1900000001',
  WECHAT_PAY_SERIAL_NO: '00000000DEMO0MERCHANT',
};
const WECHAT_PLATFORM_SERIAL = 'PUB_KEY_ID_00000000DEMO';
const ALIPAY = { ALIPAY_APP_ID: '9021000000000001', ALIPAY_SELLER_ID: '2088000000000001' };

/** Settings of a provider that somebody gives; then the demo plays nothing of that provider. */
const GIVES = { wechat: /^WECHAT_/, alipay: /^ALIPAY_/ };

const REFUNDS_FINISH_AFTER_MS = '2000';

export type DemoPaymentSurroundings = {
  readonly userEnv: NodeJS.ProcessEnv;
  readonly secrets: DemoSecrets;
  readonly gatewayUrl: string;
  readonly mockUpstreamsUrl: string;
};

/**
 * What a service needs so that the demo's payment providers are those that mock-upstreams plays, with throw-away keys:
 * each side gets its own private key and the public one of the other side, and nothing else. What the user gives wins.
 */
export function demoPaymentEnv(service: string, around: DemoPaymentSurroundings): NodeJS.ProcessEnv {
  const given = Object.keys(around.userEnv).filter((name) => around.userEnv[name]);
  const env = {
    ...(given.some((name) => GIVES.wechat.test(name)) ? {} : wechatEnv(service, around)),
    ...(given.some((name) => GIVES.alipay.test(name)) ? {} : alipayEnv(service, around)),
    ...ownProtocolEnv(service, around),
  };
  return Object.fromEntries(Object.entries(env).filter(([name]) => !given.includes(name)));
}

function wechatEnv(
  service: string,
  { secrets, gatewayUrl, mockUpstreamsUrl }: DemoPaymentSurroundings,
): NodeJS.ProcessEnv {
  const platformKeys = `${WECHAT_PLATFORM_SERIAL}=${publicHalf(secrets.wechatPlatformKey)}`;
  switch (service) {
    case 'gateway':
      return { WECHAT_PAY_PUBLIC_KEYS: platformKeys };
    case 'orders':
      return {
        ...WECHAT,
        WECHAT_PAY_API_V3_KEY: secrets.wechatApiV3Key,
        WECHAT_PAY_PRIVATE_KEY: secrets.wechatMerchantKey,
        WECHAT_PAY_PUBLIC_KEYS: platformKeys,
        WECHAT_PAY_BASE_URL: mockUpstreamsUrl,
        WECHAT_PAY_NOTIFY_URL: `${gatewayUrl}${PAYMENT_CALLBACK_PREFIXES[0]}/wechat/`,
        WECHAT_PAY_REFUND_NOTIFY_URL: `${gatewayUrl}${REFUND_CALLBACK_PREFIXES[0]}/wechat/`,
      };
    case 'mock-upstreams':
      return {
        ...WECHAT,
        WECHAT_PAY_API_V3_KEY: secrets.wechatApiV3Key,
        MOCK_WECHAT_PAY_MERCHANT_PUBLIC_KEY: publicHalf(secrets.wechatMerchantKey),
        MOCK_WECHAT_PAY_PLATFORM_SERIAL: WECHAT_PLATFORM_SERIAL,
        MOCK_WECHAT_PAY_PLATFORM_PRIVATE_KEY: secrets.wechatPlatformKey,
      };
    default:
      return {};
  }
}

function alipayEnv(
  service: string,
  { secrets, gatewayUrl, mockUpstreamsUrl }: DemoPaymentSurroundings,
): NodeJS.ProcessEnv {
  switch (service) {
    case 'gateway':
      return { ALIPAY_PUBLIC_KEY: publicHalf(secrets.alipayPlatformKey) };
    case 'orders':
      return {
        ...ALIPAY,
        ALIPAY_PRIVATE_KEY: secrets.alipayMerchantKey,
        ALIPAY_PUBLIC_KEY: publicHalf(secrets.alipayPlatformKey),
        ALIPAY_GATEWAY_URL: `${mockUpstreamsUrl}/gateway.do`,
        ALIPAY_NOTIFY_URL: `${gatewayUrl}${PAYMENT_CALLBACK_PREFIXES[0]}/alipay/`,
      };
    case 'mock-upstreams':
      return {
        ...ALIPAY,
        MOCK_ALIPAY_MERCHANT_PUBLIC_KEY: publicHalf(secrets.alipayMerchantKey),
        MOCK_ALIPAY_PLATFORM_PRIVATE_KEY: secrets.alipayPlatformKey,
      };
    default:
      return {};
  }
}

function ownProtocolEnv(service: string, { mockUpstreamsUrl }: DemoPaymentSurroundings): NodeJS.ProcessEnv {
  if (service === 'mock-upstreams') return { MOCK_REFUNDS_FINISH_AFTER_MS: REFUNDS_FINISH_AFTER_MS };
  if (service !== 'orders') return {};
  const host = new URL(mockUpstreamsUrl).hostname.replace(/^\[|\]$/g, '');
  return {
    GENERIC_PAY_URL: `${mockUpstreamsUrl}/generic-pay`,
    MOCK_PAY_URL: `${mockUpstreamsUrl}/mock-pay`,
    OUTBOUND_PLAIN_HTTP_HOSTS: host,
    OUTBOUND_PRIVATE_HOSTS: host,
  };
}

const publicHalf = (privateKey: string): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
