import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { readRsaPrivateKey } from './rsa-private-key.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const bare = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'der' }).toString('base64');

test.each([
  ['PEM', pem],
  ['PEM on one line of an env file', pem.replaceAll('\n', String.raw`\n`)],
  ['bare PKCS#8', bare('pkcs8')],
  ['bare PKCS#1', bare('pkcs1')],
])('%s is read', (_name, given) => {
  expect(readRsaPrivateKey(given).equals(privateKey)).toBe(true);
});

test.each([
  ['text', 'not a key at all', 'is no private key in PEM, PKCS#8 or PKCS#1'],
  ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'is no private key'],
  ['an elliptic key', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), 'is no RSA key'],
  ['a short key', pemOf(generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey), 'is shorter than 2048 bits'],
])('%s is refused, and not repeated', (_name, given, problem) => {
  expect(() => readRsaPrivateKey(given)).toThrow(problem);
  expect(() => readRsaPrivateKey(given)).not.toThrow(given);
});

function pemOf(key: typeof privateKey): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
