import { expect, test } from 'vitest';
import { quickClock } from '../../test/_platform.ts';
import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import { type Token, tokenCache } from './token-cache.ts';

const manual = { priority: 'manual' } as const;
const bulk = { priority: 'bulk' } as const;

/** A sign-in that the test ends when it likes. */
function cacheUnderTest() {
  const clock = quickClock();
  const asked: PromiseWithResolvers<SupplierAnswer<Token>>[] = [];
  const outcomes: string[] = [];
  const tokens = tokenCache({
    clock,
    signIn: () => {
      asked.push(Promise.withResolvers());
      return asked.at(-1)!.promise;
    },
    onSignIn: (outcome) => outcomes.push(outcome),
  });
  const yields = (authorization: string, expiresInSeconds = 3_600) => {
    const value = { authorization, expiresInSeconds };
    asked.at(-1)!.resolve({ outcome: 'answered', value });
    return value;
  };
  return { clock, asked, outcomes, tokens, yields };
}

test('500 calls that need a token make one sign-in, and later ones none', async () => {
  const { asked, tokens, yields } = cacheUnderTest();
  const calls = Array.from({ length: 500 }, () => tokens.current(bulk));
  const token = yields('t1');

  expect(await Promise.all(calls)).toEqual(Array.from({ length: 500 }, () => ({ outcome: 'answered', value: token })));
  expect(await tokens.current(manual)).toEqual({ outcome: 'answered', value: token });
  expect(asked).toHaveLength(1);
});

// R27.
test.each([
  ['an hour', 3_600, 3_000],
  ['20 minutes', 1_200, 600],
  ['a quarter of an hour', 900, 300],
  ['a minute', 60, 300],
])('a token for %s is used until 600 s before its end, but for 300 s at least', async (_name, lasts, usedSeconds) => {
  const { asked, clock, tokens, yields } = cacheUnderTest();
  void tokens.current(manual);
  yields('t1', lasts);
  await asked[0]!.promise;

  clock.skip(usedSeconds * 1_000 - 1);
  expect(await tokens.current(manual)).toMatchObject({ value: { authorization: 't1' } });
  clock.skip(1);
  void tokens.current(manual);
  expect(asked).toHaveLength(2);
});

test('calls that all hold the token that is no longer taken make one sign-in, even if it yields the same text', async () => {
  const { asked, tokens, yields } = cacheUnderTest();
  const first = tokens.current(manual);
  const refused = yields('same');
  await first;
  const renewals = Array.from({ length: 100 }, () => tokens.renew(refused, bulk));
  const renewed = yields('same');
  await Promise.all(renewals);

  expect(await tokens.renew(refused, bulk)).toEqual({ outcome: 'answered', value: renewed });
  expect(asked).toHaveLength(2);
});

test('whoever stops waiting sent nothing, and the others still get the token', async () => {
  const { tokens, yields } = cacheUnderTest();
  const gaveUp = new AbortController();
  const leaving = tokens.current({ ...bulk, signal: gaveUp.signal });
  const staying = tokens.current(bulk);
  gaveUp.abort();
  expect(await leaving).toMatchObject({ outcome: 'not_sent', isHeldBack: true });
  yields('t1');
  expect(await staying).toMatchObject({ outcome: 'answered' });
});

test('a refused sign-in is a matter of authentication; bulk work asks again after 5 s, a person at once', async () => {
  const { asked, clock, tokens } = cacheUnderTest();
  const refuse = async (call: Promise<SupplierAnswer<Token>>) => {
    asked.at(-1)!.resolve({ outcome: 'refused', why: 'upstream', detail: { zh: '密码错误', en: '密码错误' } });
    return call;
  };
  expect(await refuse(tokens.current(bulk))).toMatchObject({ outcome: 'refused', why: 'authentication' });
  expect(await tokens.current(bulk)).toMatchObject({ why: 'authentication', detail: { zh: '密码错误' } });
  expect(asked).toHaveLength(1);
  await refuse(tokens.current(manual));
  expect(asked).toHaveLength(2);
  clock.skip(5_000);
  await refuse(tokens.current(bulk));
  expect(asked).toHaveLength(3);
});

test('a sign-in of which nothing is known leaves the call unsent, and the next call signs in again', async () => {
  const { asked, outcomes, tokens, yields } = cacheUnderTest();
  const first = tokens.current(bulk);
  asked[0]!.resolve({ outcome: 'uncertain', detail: { zh: '超时', en: 'timeout' }, isTimeout: true });
  expect(await first).toEqual({ outcome: 'not_sent', detail: { zh: '超时', en: 'timeout' }, isTimeout: true });
  const second = tokens.current(bulk);
  yields('t1');
  expect(await second).toMatchObject({ outcome: 'answered' });
  expect(outcomes).toEqual(['uncertain', 'answered']);
});

test('a sign-in that is asked for is made, whatever is there', async () => {
  const { asked, tokens, yields } = cacheUnderTest();
  const first = tokens.current(manual);
  yields('t1');
  await first;
  const second = tokens.signIn(manual);
  yields('t2');
  expect(await second).toEqual({ outcome: 'answered', value: null });
  expect(await tokens.current(manual)).toMatchObject({ value: { authorization: 't2' } });
  expect(asked).toHaveLength(2);
});
