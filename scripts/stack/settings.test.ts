import { expect, test } from 'vitest';

import { localUrl, readStackSettings } from './settings.ts';

test('DATA_DIR is meant from the repository root', () => {
  expect(readStackSettings({}, '/repo').dataDir).toBe('/repo/.data');
  expect(readStackSettings({ DATA_DIR: 'elsewhere' }, '/repo').dataDir).toBe('/repo/elsewhere');
  expect(readStackSettings({ DATA_DIR: '/var/data' }, '/repo').dataDir).toBe('/var/data');
});

test.each([
  [{}, undefined, undefined],
  [{ DATABASE_URL: 'postgres://both/' }, 'postgres://both/', 'postgres://both/'],
  [{ DATABASE_URL: 'postgres://both/', ORDERS_DATABASE_URL: 'postgres://own/' }, 'postgres://own/', 'postgres://both/'],
  [{ INTEGRATIONS_DATABASE_URL: 'postgres://own/' }, undefined, 'postgres://own/'],
])('%j: orders uses %s, integrations uses %s', (env, orders, integrations) => {
  const { external } = readStackSettings(env, '/repo');

  expect([external.ordersDatabaseUrl, external.integrationsDatabaseUrl]).toEqual([orders, integrations]);
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:8080'],
  ['0.0.0.0', 'http://127.0.0.1:8080'],
  ['::', 'http://127.0.0.1:8080'],
  ['::1', 'http://[::1]:8080'],
  ['shop.example', 'http://shop.example:8080'],
])('what listens on %s is reached at %s', (host, url) => {
  expect(localUrl(host, 8080)).toBe(url);
});
