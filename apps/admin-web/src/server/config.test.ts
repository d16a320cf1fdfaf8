import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('the defaults are those of the house', () => {
  expect(readConfig({ ADMIN_PORT: '' })).toMatchObject({
    port: 8081,
    host: '127.0.0.1',
    services: { orders: new URL('http://127.0.0.1:8082'), integrations: new URL('http://127.0.0.1:8083') },
    gateway: new URL('http://127.0.0.1:8080'),
  });
});

test('every problem is named at once', () => {
  const env = {
    ADMIN_PORT: '99999',
    ORDERS_URL: 'ftp://orders',
    INTEGRATIONS_URL: 'http://host/path',
    LOG_LEVEL: 'loud',
  };
  expect(() => readConfig(env)).toThrow(/ADMIN_PORT[^]*ORDERS_URL[^]*INTEGRATIONS_URL[^]*LOG_LEVEL/);
});
