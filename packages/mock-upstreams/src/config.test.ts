import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const secrets = { HAIER_CALLBACK_APP_KEY: 'key', HAIER_CALLBACK_SECRET: 'secret', PAYMENT_CALLBACK_SECRET: 'pay' };

test('the defaults are those of design.md §8', () => {
  expect(readConfig({ APP_PROFILE: 'demo', HOST: '', ...secrets })).toEqual({
    host: '127.0.0.1',
    port: 8084,
    gatewayUrl: 'http://127.0.0.1:8080',
    haier: { appKey: 'key', secret: 'secret' },
    payment: { secret: 'pay' },
  });
});

test.each([{ APP_PROFILE: 'production' }, {}])('it does not start with %o', (profile) => {
  expect(() => readConfig({ ...profile, ...secrets })).toThrow('never starts in production');
});

test('every problem is named at once, and no value', () => {
  const read = () =>
    readConfig({
      APP_PROFILE: 'demo',
      MOCK_UPSTREAMS_PORT: '99999',
      GATEWAY_URL: 'ftp://x',
      HAIER_CALLBACK_APP_KEY: 'key',
    });
  expect(read).toThrow(
    [
      'the environment cannot be used:',
      '  - MOCK_UPSTREAMS_PORT is no port',
      '  - GATEWAY_URL is no http(s) address',
      '  - HAIER_CALLBACK_SECRET is not set',
      '  - PAYMENT_CALLBACK_SECRET is not set',
    ].join('\n'),
  );
});

test('a platform that lacks one setting is not played, and a key that is none is named', () => {
  const alipay = { ALIPAY_APP_ID: '1', ALIPAY_SELLER_ID: '2' };
  const read = (more: object) => readConfig({ APP_PROFILE: 'demo', ...secrets, ...alipay, ...more });

  expect(read({}).alipay).toBeUndefined();
  expect(() => read({ MOCK_ALIPAY_PLATFORM_PRIVATE_KEY: 'not a key' })).toThrow(
    'MOCK_ALIPAY_PLATFORM_PRIVATE_KEY is no key in PEM',
  );
});
