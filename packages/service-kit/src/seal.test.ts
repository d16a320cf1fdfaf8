import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSealedUnderCurrent, seal, sealingKey, unseal, UnsealError } from './seal.ts';

const newKey = () => sealingKey.parse(randomBytes(32).toString('base64'));
const current = newKey();
const keys = { current };

test('any text comes back, and no two seals of it are alike', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const sealed = seal(keys, text, 'a/1/secret');
      expect(unseal(keys, sealed, 'a/1/secret')).toBe(text);
      expect(seal(keys, text, 'a/1/secret')).not.toBe(sealed);
    }),
  );
});

test('the id of the key stands in front, the text nowhere', () => {
  const sealed = seal(keys, 'not-a-real-secret', 'here');
  expect(sealed).toMatch(/^[0-9a-f]{8}:[A-Za-z0-9+/]+={0,2}$/);
  expect(sealed.startsWith(`${current.id}:`)).toBe(true);
  expect(Buffer.from(sealed.split(':')[1]!, 'base64').toString('latin1')).not.toContain('secret');
});

const reasonOf = (open: () => unknown): string => {
  try {
    open();
  } catch (error) {
    if (error instanceof UnsealError) return error.reason;
  }
  return 'opened';
};

test('elsewhere, altered or cut it does not open', () => {
  const sealed = seal(keys, 'a secret', 'row 1');
  expect(reasonOf(() => unseal(keys, sealed, 'row 2'))).toBe('damaged');
  const bytes = Buffer.from(sealed.split(':')[1]!, 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const altered = Buffer.from(bytes);
    altered[at]! ^= 1;
    expect([at, reasonOf(() => unseal(keys, `${current.id}:${altered.toString('base64')}`, 'row 1'))]).toEqual([
      at,
      'damaged',
    ]);
    const cut = bytes.subarray(0, at).toString('base64');
    expect([at, reasonOf(() => unseal(keys, `${current.id}:${cut}`, 'row 1'))]).toEqual([at, 'damaged']);
  }
});

test('under another key it does not open, under the previous one it does', () => {
  const sealed = seal(keys, 'a secret', 'here');
  const next = newKey();
  expect(reasonOf(() => unseal({ current: next }, sealed, 'here'))).toBe('unknown_key');
  const both = { current: next, previous: current };
  expect(unseal(both, sealed, 'here')).toBe('a secret');
  expect(isSealedUnderCurrent(both, sealed)).toBe(false);
  expect(isSealedUnderCurrent(both, seal(both, 'a secret', 'here'))).toBe(true);
});

test.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64'), 'x'.repeat(32)])(
  'no key: %s',
  (text) => {
    expect(sealingKey.safeParse(text).error?.issues[0]?.message).toBe('is not 32 bytes in base64');
  },
);
