import { expect, test } from 'vitest';
import { shareReading } from './share-reading.ts';

test('callers share one reading until it is old, and a slow one lasts longer', async () => {
  let nowMs = 0;
  let tookMs = 10;
  let readings = 0;
  const read = shareReading(
    async () => {
      await Promise.resolve();
      nowMs += tookMs;
      return ++readings;
    },
    { minMs: 1_000, clock: () => nowMs },
  );
  expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1]);
  nowMs += 999;
  expect(await read()).toBe(1);
  nowMs += 1;
  tookMs = 500;
  expect(await read()).toBe(2);
  nowMs += 4_999;
  expect(await read()).toBe(2);
  nowMs += 1;
  expect(await read()).toBe(3);
});

test('a failed reading serves nobody but those who waited for it', async () => {
  let fails = true;
  const read = shareReading(
    async () => {
      if (fails) throw new Error('no database');
      return 'fine';
    },
    { minMs: 60_000 },
  );
  const both = await Promise.allSettled([read(), read()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await read()).toBe('fine');
});
