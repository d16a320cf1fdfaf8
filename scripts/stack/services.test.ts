import { generateKeyPairSync } from 'node:crypto';

import { expect, test } from 'vitest';

import type { DemoSecrets } from './demo-secrets.ts';
import { serviceEnv, SERVICES, whatProductionLacks } from './services.ts';
import { readStackSettings } from './settings.ts';

const secretValues = {
  ADMIN_PASSWORD: 'secret-1',
  STOREFRONT_API_TOKEN: 'secret-2',
  HAIER_CALLBACK_APP_KEY: 'secret-3',
  HAIER_CALLBACK_SECRET: 'secret-4',
  PAYMENT_CALLBACK_SECRET: 'secret-5',
  DATA_ENCRYPTION_KEY: 'secret-6',
};

const pem = () =>
  generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const providerKeys = {
  wechatApiV3Key: 'api-v3-key',
  wechatMerchantKey: pem(),
  wechatPlatformKey: pem(),
  alipayMerchantKey: pem(),
  alipayPlatformKey: pem(),
};

const supplierSecrets = {
  haierClientSecret: 'played-1',
  haierPassword: 'played-2',
  haierSellerPassword: 'played-3',
  ylhPassword: 'played-4',
  ylhClientSecret: 'played-5',
};

function envOf(name: string, userEnv: NodeJS.ProcessEnv = {}) {
  const service = SERVICES.find((candidate) => candidate.name === name);
  if (!service) throw new Error(`no service ${name}`);
  return serviceEnv(service, {
    userEnv,
    settings: readStackSettings(userEnv, '/repo'),
    secrets: { ...secretValues, ...providerKeys, ...supplierSecrets } as unknown as DemoSecrets,
    databaseUrls: { orders: 'postgres://orders@db/', integrations: 'postgres://integrations@db/' },
    natsUrl: 'nats://token@127.0.0.1:4222',
  });
}

const secretsSeenBy = (name: string, userEnv?: NodeJS.ProcessEnv) =>
  Object.keys(secretValues).filter((secret) => envOf(name, userEnv)[secret]);

test.each([
  ['orders', ['ADMIN_PASSWORD', 'STOREFRONT_API_TOKEN', 'PAYMENT_CALLBACK_SECRET']],
  ['integrations', ['DATA_ENCRYPTION_KEY']],
  ['gateway', ['HAIER_CALLBACK_APP_KEY', 'HAIER_CALLBACK_SECRET', 'PAYMENT_CALLBACK_SECRET']],
  ['admin-web', []],
])('%s sees only the secrets %j, also when the user gave them all', (name, expected) => {
  expect(secretsSeenBy(name)).toEqual(expected);
  expect(secretsSeenBy(name, secretValues)).toEqual(expected);
});

test('the secrets of a rotation reach the gateway only', () => {
  const rotation = { HAIER_CALLBACK_SECRET_PREVIOUS: 'old-secret' };

  expect(SERVICES.filter(({ name }) => 'HAIER_CALLBACK_SECRET_PREVIOUS' in envOf(name, rotation))).toEqual([
    SERVICES.find(({ name }) => name === 'gateway'),
  ]);
});

test('the key of the audit chain reaches orders only, and the broker’s token whoever speaks with it', () => {
  const seenBy = (name: string, userEnv: NodeJS.ProcessEnv) =>
    SERVICES.flatMap((service) => (envOf(service.name, userEnv)[name] ? [service.name] : []));

  expect(seenBy('AUDIT_CHAIN_KEY', { AUDIT_CHAIN_KEY: 'a-key' })).toEqual(['orders']);
  expect(seenBy('NATS_URL', { NATS_URL: 'nats://token@broker/' })).toEqual(['orders', 'integrations', 'gateway']);
});

test('in production no secret is made up: what is missing is named, and nobody gets one (R150)', () => {
  const production = (given: NodeJS.ProcessEnv) => ({ APP_PROFILE: 'production', ...given });
  const lacks = (given: NodeJS.ProcessEnv) => whatProductionLacks(readStackSettings(given, '/repo'), given);

  expect(lacks(production({ ADMIN_PASSWORD: 'given', HAIER_CALLBACK_SECRET: '' }))).toEqual([
    'HAIER_CALLBACK_APP_KEY',
    'HAIER_CALLBACK_SECRET',
    'PAYMENT_CALLBACK_SECRET',
  ]);
  expect(lacks(production(secretValues))).toEqual([]);
  expect(lacks({})).toEqual([]);
  expect(secretsSeenBy('orders', production({ ADMIN_PASSWORD: 'given' }))).toEqual(['ADMIN_PASSWORD']);
});

test('each service has the database of its own, and the others have none', () => {
  const urls = SERVICES.map(({ name }) => [
    name,
    envOf(name, { DATABASE_URL: 'postgres://user@given/' })['DATABASE_URL'],
  ]);

  expect(Object.fromEntries(urls)).toEqual({
    orders: 'postgres://orders@db/',
    integrations: 'postgres://integrations@db/',
    gateway: undefined,
    'mock-upstreams': undefined,
    'admin-web': undefined,
  });
});

test('everything else of the user passes through, and every service knows every address', () => {
  expect(envOf('gateway', { CALLBACK_WAIT_MS: '900', ORDERS_PORT: '9000' })).toMatchObject({
    CALLBACK_WAIT_MS: '900',
    APP_PROFILE: 'demo',
    ORDERS_PORT: '9000',
    ORDERS_URL: 'http://127.0.0.1:9000',
    MOCK_UPSTREAMS_URL: 'http://127.0.0.1:8084',
  });
});

test('each side of a played provider has its own private key, and nobody has both', () => {
  const seen = SERVICES.map(({ name }) => {
    const values = Object.values(envOf(name)).join('\n');
    return [name, Object.entries(providerKeys).flatMap(([key, value]) => (values.includes(value) ? [key] : []))];
  });

  expect(Object.fromEntries(seen)).toEqual({
    orders: ['wechatApiV3Key', 'wechatMerchantKey', 'alipayMerchantKey'],
    integrations: [],
    gateway: [],
    'mock-upstreams': ['wechatApiV3Key', 'wechatPlatformKey', 'alipayPlatformKey'],
    'admin-web': [],
  });
  expect(envOf('gateway')).toMatchObject({
    WECHAT_PAY_PUBLIC_KEYS: expect.stringContaining('BEGIN PUBLIC KEY'),
    ALIPAY_PUBLIC_KEY: expect.stringContaining('BEGIN PUBLIC KEY'),
  });
});

test('a provider of which the user gives a setting is not played, and its keys reach orders only', () => {
  const given = { WECHAT_PAY_MCHID: '1', WECHAT_PAY_PRIVATE_KEY: 'real-key' };

  expect(envOf('orders', given)['WECHAT_PAY_BASE_URL']).toBeUndefined();
  expect(envOf('orders', given)['ALIPAY_GATEWAY_URL']).toBe('http://127.0.0.1:8084/gateway.do');
  expect(SERVICES.filter(({ name }) => envOf(name, given)['WECHAT_PAY_PRIVATE_KEY']).map(({ name }) => name)).toEqual([
    'orders',
  ]);
});

test('nothing is played outside of the demo', () => {
  expect(envOf('orders', { APP_PROFILE: 'production' })['GENERIC_PAY_URL']).toBeUndefined();
  expect(envOf('integrations', { APP_PROFILE: 'production' })['HAIER_BASE_URL']).toBeUndefined();
});

const playedPasswords = (name: string, userEnv?: NodeJS.ProcessEnv) => {
  const values = Object.values(envOf(name, userEnv));
  return Object.values(supplierSecrets).filter((secret) => values.includes(secret));
};

test('integrations finds the played Haier and YLH, and nobody else knows their passwords', () => {
  expect(SERVICES.filter(({ name }) => playedPasswords(name).length > 0).map(({ name }) => name)).toEqual([
    'integrations',
    'mock-upstreams',
  ]);
  expect(playedPasswords('integrations')).toEqual(playedPasswords('mock-upstreams'));
  expect(envOf('integrations')).toMatchObject({
    HAIER_BASE_URL: 'http://127.0.0.1:8084',
    HAIER_TOKEN_URL: 'http://127.0.0.1:8084/oauth2/auth',
    YLH_AUTH_URL: 'http://127.0.0.1:8084/ylh-cloud-mgt-auth/oauth/token',
    YLH_BASE_URL: 'http://127.0.0.1:8084/ylh-cloud-service-jst-order',
    YLH_ORDER_BASE_URL: 'http://127.0.0.1:8084/ylh-cloud-service-order',
    YLH_STOCK_BASE_URL: 'http://127.0.0.1:8084/ylh-cloud-service-stock',
    OUTBOUND_PLAIN_HTTP_HOSTS: '127.0.0.1',
    OUTBOUND_PRIVATE_HOSTS: '127.0.0.1',
  });
  expect(envOf('mock-upstreams')).toMatchObject({
    HAIER_CUSTOMER_CODE: envOf('integrations')['HAIER_CUSTOMER_CODE'],
    MOCK_YLH_ANSWERS_AFTER_MS: '1000',
  });
});

test.each([
  { HAIER_BASE_URL: 'https://openplat-test.example.com' },
  { YLH_PASSWORD: 'real-password' },
  { HAIER_USE_MOCK_DATA: 'true' },
])('neither of them is played when the user gives %o', (given) => {
  expect(playedPasswords('mock-upstreams', given)).toEqual([]);
  expect(playedPasswords('integrations', given)).toEqual([]);
  expect(envOf('integrations', given)).toMatchObject(given);
  expect(envOf('integrations', given)['YLH_AUTH_URL']).toBeUndefined();
});

test('they are played for all that when the user gives callback secrets, says how we wait, or wants no mock data', () => {
  const given = {
    HAIER_CALLBACK_SECRET: 'own-secret',
    HAIER_ANSWER_WAIT_MS: '9000',
    HAIER_STOCK_CHECK: 'required',
    HAIER_USE_MOCK_DATA: 'false',
  };

  expect(playedPasswords('integrations', given)).toHaveLength(Object.keys(supplierSecrets).length);
});

test('what the user gives of real accounts reaches integrations only', () => {
  const given = { YLH_CLIENT_SECRET: 'real-secret', HAIER_CUSTOMER_PASSWORD: 'real-password' };
  const seen = SERVICES.filter(({ name }) =>
    Object.values(envOf(name, given)).some((value) => value?.startsWith('real-')),
  );

  expect(seen.map(({ name }) => name)).toEqual(['integrations']);
});
