import { expect, test } from 'vitest';
import { retryAfterMs } from './settle.ts';

test('waits double from 100 ms and stop at 30 s', () => {
  expect([1, 2, 3, 9, 10, 1_000].map(retryAfterMs)).toEqual([100, 200, 400, 25_600, 30_000, 30_000]);
});
