import { expect, test } from 'vitest';
import { formatDuration, percentDone } from './sync-progress.ts';

test.each([
  [0, 0, 0],
  [0, 10, 0],
  [999, 1_000, 99],
  [1_000, 1_000, 100],
])('%i of %i is %i %', (doneCount, totalCount, percent) => {
  expect(percentDone({ doneCount, totalCount })).toBe(percent);
});

test.each([
  [0, '< 0.1 s'],
  [0.099, '< 0.1 s'],
  [0.1, '0.1 s'],
  [0.456, '0.4 s'],
  [9.99, '9.9 s'],
  [12.7, '12 s'],
  [59.9, '59 s'],
  [60, '1:00'],
  [185, '3:05'],
  [3_609, '1:00:09'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
