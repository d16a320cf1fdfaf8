import { generateKeyPairSync } from 'node:crypto';
import type { EnvError } from '@orderbridge/service-kit/env';
import { expect, test } from 'vitest';
import { readConfig, readLogLevel } from './config.ts';

const secrets = {
  HAIER_CALLBACK_APP_KEY: 'app-key',
  HAIER_CALLBACK_SECRET: 'a-secret-of-16ch',
  PAYMENT_CALLBACK_SECRET: 'twelve-chars',
};
const env = { NATS_URL: 'nats://127.0.0.1:4222', ...secrets };

function problemsOf(given: Record<string, string>): readonly string[] {
  try {
    readConfig(given);
    return [];
  } catch (error) {
    return (error as EnvError).problems;
  }
}

test('production starts with the secrets and NATS alone', () => {
  expect(readConfig(env)).toMatchObject({
    host: '127.0.0.1',
    port: 8080,
    nats: { url: 'nats://127.0.0.1:4222', replicas: 1 },
    spool: { root: '.data/spool', maxBytes: 1024 ** 3 },
    haier: { appKey: 'app-key', secret: 'a-secret-of-16ch', previousSecret: undefined, allowed: [] },
    payment: { secret: 'twelve-chars', previousSecret: undefined, allowed: [], mock: false },
    wechat: { keys: [] },
    alipay: { key: undefined, previousKey: undefined },
    body: { maxBytes: 65_536, withinMs: 5_000 },
    maxAgeMs: 300_000,
    failuresPerMinute: 20,
    waitMs: 2_500,
    keepTimeoutMs: 2_000,
    maxWaiting: 5_000,
  });
});

test('production does not start without its secrets, and says so for all of them at once', () => {
  expect(problemsOf({ NATS_URL: env.NATS_URL })).toEqual(
    Object.keys(secrets).map((name) => `${name} is not set, and production needs it`),
  );
});

test.each(['demo', 'test'])('%s starts without secrets and has the mock provider', (APP_PROFILE) => {
  expect(readConfig({ APP_PROFILE, NATS_URL: env.NATS_URL })).toMatchObject({
    haier: { secret: undefined },
    payment: { secret: undefined, mock: true },
  });
});

test('every problem is told, and no value', () => {
  const problems = problemsOf({
    ...env,
    NATS_URL: 'http://secret-host',
    HAIER_CALLBACK_SECRET: 'short-secret',
    GATEWAY_PORT: '99999',
    TRUSTED_PROXIES: '10.0.0.0/8 nonsense',
  });
  expect(problems.map((problem) => problem.split(' ', 1)[0]!).toSorted()).toEqual([
    'GATEWAY_PORT',
    'HAIER_CALLBACK_SECRET',
    'NATS_URL',
    'TRUSTED_PROXIES',
  ]);
  expect(problems.join('\n')).not.toMatch(/secret-host|short-secret|nonsense/);
});

test('CIDR lists are read', () => {
  const { trustedProxies, haier, payment } = readConfig({
    ...env,
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    HAIER_CALLBACK_ALLOWED_CIDRS: '192.0.2.0/24',
    PAYMENT_CALLBACK_ALLOWED_CIDRS: '',
  });
  expect(
    [trustedProxies, haier.allowed, payment.allowed].map((list) =>
      list.map(([address, bits]) => `${address.toString()}/${bits}`),
    ),
  ).toEqual([['10.0.0.0/8', '::1/128'], ['192.0.2.0/24'], []]);
});

test('keys of WeChat and Alipay are read, and a wrong one is told without being shown', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { wechat, alipay } = readConfig({
    ...env,
    WECHAT_PAY_PUBLIC_KEYS: `PUB_KEY_ID_1=${pem};6157F0=${pem}`,
    ALIPAY_PUBLIC_KEY: pem,
  });
  expect(wechat.keys.map(({ serial }) => serial)).toEqual(['PUB_KEY_ID_1', '6157F0']);
  expect([alipay.key?.type, alipay.previousKey]).toEqual(['public', undefined]);
  expect(problemsOf({ ...env, WECHAT_PAY_PUBLIC_KEYS: 'serial=/no/such/file', ALIPAY_PUBLIC_KEY: 'nothing' })).toEqual([
    'WECHAT_PAY_PUBLIC_KEYS entry 1 is neither a key nor the path of a file that can be read',
    'ALIPAY_PUBLIC_KEY is neither a key nor the path of a file that can be read',
  ]);
});

test('a log level is there before the rest is known to be right', () => {
  expect([readLogLevel({ LOG_LEVEL: 'debug' }), readLogLevel({ LOG_LEVEL: 'loud' }), readLogLevel({})]).toEqual([
    'debug',
    'info',
    'info',
  ]);
  expect(problemsOf({ ...env, LOG_LEVEL: 'loud' })).toHaveLength(1);
});
