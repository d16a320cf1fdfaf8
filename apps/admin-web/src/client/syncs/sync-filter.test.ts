import { expect, test } from 'vitest';
import { syncListInput } from './sync-filter.ts';

test.each([
  ['type=stock&status=partial', { type: 'stock', status: 'partial' }],
  ['type=constructor&status=lost', {}],
])('%s', (address, input) => {
  expect(syncListInput(new URLSearchParams(address))).toEqual(input);
});
