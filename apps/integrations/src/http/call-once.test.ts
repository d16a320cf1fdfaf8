import { expect, test } from 'vitest';
import { quickClock } from '../../test/_platform.ts';
import type { CallFate } from './breaker.ts';
import { callOnce } from './call-once.ts';

// A probe that never comes back would keep a breaker half open for good.
test('the breaker hears of a call whose answer breaks our reader', async () => {
  const fates: CallFate[] = [];
  const upstream = {
    platform: 'ylh',
    budget: { turn: async () => true },
    breaker: { keepsBackMs: () => undefined, enter: () => (fate: CallFate) => fates.push(fate) },
    clock: quickClock(),
    report: () => {},
  } as const;
  const call = { operation: 'test', url: 'https://test.invalid', headers: {}, body: '' };
  const reading = callOnce(
    upstream as unknown as Parameters<typeof callOnce>[0],
    {
      call,
      send: async () => ({ outcome: 'answered', status: 200, header: () => undefined, body: '{}' }),
      effect: 'read',
      textOf: async (body) => body,
      read: () => {
        throw new Error('broken reader');
      },
    },
    { priority: 'manual' },
    1,
  );
  await expect(reading).rejects.toThrow('broken reader');
  expect(fates).toEqual(['worked']);
});
