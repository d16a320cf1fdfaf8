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

test('YLH needs the customer of Haier, and says when it answers', () => {
  const ylh = {
    YLH_USERNAME: 'user',
    YLH_PASSWORD: 'password',
    YLH_CLIENT_ID: 'client',
    YLH_CLIENT_SECRET: 'client-secret',
    YLH_SOURCE_SYSTEM: 'SYSTEM',
    YLH_SHOP_NAME: 'shop',
  };
  const read = (more: object) => readConfig({ APP_PROFILE: 'demo', ...secrets, ...ylh, ...more });

  expect(read({}).ylh).toBeUndefined();
  expect(read({ HAIER_CUSTOMER_CODE: '88', MOCK_YLH_ANSWERS_AFTER_MS: '0' }).ylh).toMatchObject({
    sellerCode: '88',
    answersAfterMs: 0,
  });
  expect(() => read({ MOCK_YLH_ANSWERS_AFTER_MS: 'soon' })).toThrow('MOCK_YLH_ANSWERS_AFTER_MS is no number');
});

test('the balance has the general password where it has none of its own', () => {
  const haier = {
    HAIER_CLIENT_ID: 'client',
    HAIER_CLIENT_SECRET: 'client-secret',
    HAIER_CUSTOMER_CODE: '88',
    HAIER_SEND_TO_CODE: '89',
    HAIER_PASSWORD: 'password',
    HAIER_SELLER_PASSWORD: 'seller',
  };
  const read = (more: object) => readConfig({ APP_PROFILE: 'demo', ...secrets, ...haier, ...more }).haierPlatform;

  expect(read({})?.customerPassword).toBe('password');
  expect(read({ HAIER_CUSTOMER_PASSWORD: 'own' })?.customerPassword).toBe('own');
});
