import { HAIER_PATHS } from '@orderbridge/mock-upstreams/haier/haier-paths';
import { YLH_ROOTS } from '@orderbridge/mock-upstreams/ylh/ylh-paths';
import { flag } from '@orderbridge/service-kit/env';

import type { DemoSecrets } from './demo-secrets.ts';

/**
 * Settings of Haier or YLH that somebody gives; then the demo plays neither of them. How orders and the gateway deal with
 * the two gives nothing.
 */
const GIVES = /^(HAIER|YLH)_(?!CALLBACK_|(USE_MOCK_DATA|ANSWER_WAIT_MS|STOCK_CHECK)$)/;

const AGREED = {
  HAIER_CLIENT_ID: 'orderbridge-demo',
  HAIER_CUSTOMER_CODE: '8800000001',
  HAIER_SEND_TO_CODE: '8800000002',
  YLH_USERNAME: 'orderbridge-demo',
  YLH_CLIENT_ID: 'orderbridge-demo',
  YLH_SOURCE_SYSTEM: 'ORDERBRIDGE_DEMO',
  YLH_SHOP_NAME: 'OrderBridge 演示店铺',
};

/** Where the demo's buyers live: 崂山区. */
const DEMO_COUNTY_CODE = '370212';

const ORDERS_CONFIRMED_AFTER_MS = '1000';

export type DemoSupplierSurroundings = {
  readonly userEnv: NodeJS.ProcessEnv;
  readonly secrets: DemoSecrets;
  readonly mockUpstreamsUrl: string;
};

/**
 * What a service needs so that the demo's Haier and YLH are those that mock-upstreams plays, with throw-away passwords
 * that both sides know. Nothing when the user gives a setting of either, or wants answers without a network.
 */
export function demoSupplierEnv(service: string, around: DemoSupplierSurroundings): NodeJS.ProcessEnv {
  const given = Object.keys(around.userEnv).filter((name) => around.userEnv[name]);
  const wantsMockData = flag.safeParse(around.userEnv['HAIER_USE_MOCK_DATA']).data;
  if (wantsMockData || given.some((name) => GIVES.test(name))) return {};
  const env = { ...accountEnv(service, around), ...ownEnv(service, around) };
  return Object.fromEntries(Object.entries(env).filter(([name]) => !given.includes(name)));
}

function accountEnv(service: string, { secrets }: DemoSupplierSurroundings): NodeJS.ProcessEnv {
  if (service !== 'integrations' && service !== 'mock-upstreams') return {};
  return {
    ...AGREED,
    HAIER_CLIENT_SECRET: secrets.haierClientSecret,
    HAIER_PASSWORD: secrets.haierPassword,
    HAIER_SELLER_PASSWORD: secrets.haierSellerPassword,
    YLH_PASSWORD: secrets.ylhPassword,
    YLH_CLIENT_SECRET: secrets.ylhClientSecret,
  };
}

function ownEnv(service: string, { mockUpstreamsUrl }: DemoSupplierSurroundings): NodeJS.ProcessEnv {
  if (service === 'mock-upstreams') return { MOCK_YLH_ANSWERS_AFTER_MS: ORDERS_CONFIRMED_AFTER_MS };
  if (service !== 'integrations') return {};
  const host = new URL(mockUpstreamsUrl).hostname.replace(/^\[|\]$/g, '');
  return {
    HAIER_BASE_URL: mockUpstreamsUrl,
    HAIER_TOKEN_URL: `${mockUpstreamsUrl}${HAIER_PATHS.token}`,
    HAIER_SUPPLIER_CODE: '1001',
    YLH_AUTH_URL: `${mockUpstreamsUrl}${YLH_ROOTS.auth}`,
    YLH_BASE_URL: `${mockUpstreamsUrl}${YLH_ROOTS.intake}`,
    YLH_ORDER_BASE_URL: `${mockUpstreamsUrl}${YLH_ROOTS.order}`,
    YLH_STOCK_BASE_URL: `${mockUpstreamsUrl}${YLH_ROOTS.stock}`,
    SYNC_COUNTY_CODE: DEMO_COUNTY_CODE,
    OUTBOUND_PLAIN_HTTP_HOSTS: host,
    OUTBOUND_PRIVATE_HOSTS: host,
  };
}
