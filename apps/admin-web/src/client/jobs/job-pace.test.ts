import { expect, test } from 'vitest';
import { lookAgainMs } from './job-pace.ts';

const NOW_MS = Date.parse('2026-11-21T08:00:00Z');

test.each([
  ['running', null, 2_000],
  ['waiting', '2026-11-21T07:59:00Z', 2_000],
  ['waiting', '2026-11-21T08:01:00Z', 2_000],
  ['waiting', '2026-11-21T08:01:01Z', 15_000],
  ['waiting', null, 15_000],
  ['paused', '2026-11-21T08:00:00Z', 15_000],
  ['refused', null, 15_000],
  ['gave_up', null, 15_000],
  ['done', null, false],
] as const)('a job that is %s and due at %s is read again after %s ms', (state, nextAttemptAt, afterMs) => {
  expect(lookAgainMs({ state, nextAttemptAt }, NOW_MS)).toBe(afterMs);
});

test('one that is not there yet is no hurry', () => {
  expect(lookAgainMs(undefined, NOW_MS)).toBe(15_000);
});
