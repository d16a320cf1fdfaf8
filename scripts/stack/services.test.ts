import { expect, test } from 'vitest';

import type { DemoSecrets } from './demo-secrets.ts';
import { serviceEnv, SERVICES } from './services.ts';
import { readStackSettings } from './settings.ts';

const secretValues = {
  ADMIN_PASSWORD: 'secret-1',
  STOREFRONT_API_TOKEN: 'secret-2',
  HAIER_CALLBACK_APP_KEY: 'secret-3',
  HAIER_CALLBACK_SECRET: 'secret-4',
  PAYMENT_CALLBACK_SECRET: 'secret-5',
  DATA_ENCRYPTION_KEY: 'secret-6',
};

function envOf(name: string, userEnv: NodeJS.ProcessEnv = {}) {
  const service = SERVICES.find((candidate) => candidate.name === name);
  if (!service) throw new Error(`no service ${name}`);
  return serviceEnv(service, {
    userEnv,
    settings: readStackSettings(userEnv, '/repo'),
    secrets: secretValues as unknown as DemoSecrets,
    databaseUrls: { orders: 'postgres://orders@db/', integrations: 'postgres://integrations@db/' },
    natsUrl: 'nats://token@127.0.0.1:4222',
  });
}

const secretsSeenBy = (name: string, userEnv?: NodeJS.ProcessEnv) =>
  Object.keys(secretValues).filter((secret) => envOf(name, userEnv)[secret]);

test.each([
  ['orders', ['ADMIN_PASSWORD', 'STOREFRONT_API_TOKEN', 'DATA_ENCRYPTION_KEY']],
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
