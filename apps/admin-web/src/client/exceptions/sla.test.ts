import { EXCEPTION_KINDS } from '@orderbridge/contracts/exceptions-api';
import { expect, test } from 'vitest';
import { EXCEPTION_KIND_NAMES, waitingOf } from './sla.ts';

test('every kind has its patience', () => {
  expect(EXCEPTION_KIND_NAMES.toSorted()).toEqual([...EXCEPTION_KINDS].toSorted());
});

test.each([
  ['refund_failed', 3_599, 'inTime'],
  ['refund_failed', 3_600, 'soon'],
  ['refund_failed', 4 * 3_600, 'over'],
  ['push_failed', 4 * 3_600, 'soon'],
  ['orphan_callback', 4 * 3_600, 'inTime'],
  ['orphan_callback', 24 * 3_600, 'over'],
  ['of_tomorrow' as 'orphan_callback', 24 * 3_600, 'over'],
] as const)('%s after %i s is %s', (kind, ageSeconds, waiting) => {
  expect(waitingOf({ kind, ageSeconds })).toBe(waiting);
});
