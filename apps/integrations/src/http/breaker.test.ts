import { expect, test } from 'vitest';
import { quickClock } from '../../test/_platform.ts';
import { type BreakerState, type CallFate, openBreaker } from './breaker.ts';

function breakerUnderTest() {
  const clock = quickClock();
  const states: BreakerState[] = [];
  const breaker = openBreaker({ clock, onChange: (state) => states.push(state) });
  const call = (fate: CallFate) => {
    const leave = breaker.enter();
    leave?.(fate);
    return leave !== undefined;
  };
  const calls = (fates: readonly CallFate[]) => fates.map(call);
  return { clock, states, breaker, call, calls };
}

const many = (fate: CallFate, count: number): CallFate[] => Array.from({ length: count }, () => fate);

test.each([
  ['19 failures', many('failed', 19), []],
  ['20 failures', many('failed', 20), ['open']],
  ['half of 20', [...many('worked', 10), ...many('failed', 10)], ['open']],
  ['less than half', [...many('worked', 11), ...many('failed', 10)], []],
  ['calls that were not made', [...many('not_made', 50), ...many('failed', 19)], []],
])('%s in a minute', (_name, fates, states) => {
  const { calls, states: seen } = breakerUnderTest();
  calls(fates);
  expect(seen).toEqual(states);
});

test('what failed more than a minute ago does not count', () => {
  const { calls, clock, states } = breakerUnderTest();
  calls(many('failed', 19));
  clock.skip(61_000);
  calls(many('failed', 19));
  expect(states).toEqual([]);
});

test('open: nobody goes for 30 s; then three try, and when all of them got through it is closed', () => {
  const { calls, call, clock, states, breaker } = breakerUnderTest();
  calls(many('failed', 20));
  expect([call('worked'), breaker.keepsBackMs()]).toEqual([false, 30_000]);
  clock.skip(29_999);
  expect(call('worked')).toBe(false);
  clock.skip(1);

  const probes = [breaker.enter(), breaker.enter(), breaker.enter(), breaker.enter()];
  expect(probes.map((leave) => leave !== undefined)).toEqual([true, true, true, false]);
  expect(breaker.keepsBackMs()).toBe(1_000);
  for (const leave of probes) leave?.('worked');

  expect(states).toEqual(['open', 'half_open', 'closed']);
  expect(calls(many('failed', 19)).every(Boolean)).toBe(true);
  expect(states).toHaveLength(3);
});

test('one failed try opens it again, and what tried beside it counts no more', () => {
  const { calls, clock, states, breaker } = breakerUnderTest();
  calls(many('failed', 20));
  clock.skip(30_000);
  const [first, second] = [breaker.enter(), breaker.enter()];
  first!('failed');
  second!('worked');
  expect(states).toEqual(['open', 'half_open', 'open']);
  expect(breaker.keepsBackMs()).toBe(30_000);
});

test('a try that was not made leaves its place to another', () => {
  const { calls, clock, breaker } = breakerUnderTest();
  calls(many('failed', 20));
  clock.skip(30_000);
  const [first] = [breaker.enter(), breaker.enter(), breaker.enter()];
  first!('not_made');
  expect(breaker.enter()).not.toBeUndefined();
});

test('calls that were under way when it opened change nothing', () => {
  const { calls, states, breaker } = breakerUnderTest();
  const late = breaker.enter();
  calls(many('failed', 20));
  late!('worked');
  expect(states).toEqual(['open']);
});
