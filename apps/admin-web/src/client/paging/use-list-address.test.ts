import { expect, test } from 'vitest';
import { applyChange } from './use-list-address.ts';

test.each([
  ['q=1&cursor=c', { q: '2', cursor: null }, 'q=2'],
  ['status=paid&status=shipped', { status: ['completed', 'paid'] }, 'status=completed&status=paid'],
  ['status=paid&from=2026-11-01', { status: [] }, 'from=2026-11-01'],
  ['q=1', { q: '' }, ''],
])('%s changed by %o is %s', (before, change, after) => {
  expect(applyChange(new URLSearchParams(before), change).toString()).toBe(after);
});
