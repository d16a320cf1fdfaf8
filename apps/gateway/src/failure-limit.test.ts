import { expect, test } from 'vitest';
import { createFailureLimit } from './failure-limit.ts';

const times = <T>(count: number, run: (at: number) => T) => Array.from({ length: count }, (_, at) => run(at));

test('20 failures a minute pass, the 21st is limited', () => {
  const failures = createFailureLimit({ perMinute: 20 });
  expect(times(21, () => failures.count('198.51.100.7', 1_000).limited)).toEqual([...times(20, () => false), true]);
});

test('one more passes every three seconds', () => {
  const failures = createFailureLimit({ perMinute: 20 });
  times(20, () => failures.count('198.51.100.7', 0));
  expect([2_999, 3_001, 3_002, 6_001].map((at) => failures.count('198.51.100.7', at).limited)).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test('addresses do not share a bucket', () => {
  const failures = createFailureLimit({ perMinute: 1 });
  expect(['198.51.100.7', '198.51.100.8', '198.51.100.7'].map((from) => failures.count(from, 0).limited)).toEqual([
    false,
    false,
    true,
  ]);
});

test('one IPv6 network of 64 bits shares a bucket', () => {
  const failures = createFailureLimit({ perMinute: 1 });
  const from = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::9', '2001:db8:0:2::1'];
  expect(from.map((address) => failures.count(address, 0).limited)).toEqual([false, true, false]);
});

test('beyond the limit one line a second stands for all', () => {
  const failures = createFailureLimit({ perMinute: 1 });
  const toLog = (at: number) => failures.count('198.51.100.7', at).toLog;
  expect([0, 1, 2, 999, 1_000, 1_001, 1_002, 2_200].map(toLog)).toEqual([1, 1, 0, 0, 0, 4, 0, 2]);
});

test('remembers a bounded number of addresses and forgets the one that failed longest ago', () => {
  const failures = createFailureLimit({ perMinute: 1, maxAddresses: 3 });
  ['a', 'b', 'c', 'a', 'd'].forEach((address) => failures.count(address, 0));
  expect(failures.size).toBe(3);
  expect([failures.count('a', 0).limited, failures.count('b', 0).limited]).toEqual([true, false]);
});

test('a clock that jumps back gives nothing away', () => {
  const failures = createFailureLimit({ perMinute: 1 });
  failures.count('198.51.100.7', 60_000);
  expect(failures.count('198.51.100.7', 0).limited).toBe(true);
});
