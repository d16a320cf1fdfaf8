import { expect, test } from 'vitest';
import { opensAwaiting } from './opened-refunds.ts';

const refund = (id: string, awaited: boolean | null, withdrawnAt: string | null = null) => ({
  id,
  approval: awaited === null ? null : { awaited },
  withdrawnAt,
});

test.each([
  ['a small one', [], [refund('new', null)], false],
  ['a large one', [], [refund('new', true)], true],
  [
    'a small one beside a large one of before',
    [refund('old', true)],
    [refund('old', true), refund('new', null)],
    false,
  ],
  ['a large one beside an approved one', [refund('old', false)], [refund('old', false), refund('new', true)], true],
  ['one that was withdrawn and is asked for again', [refund('old', true, '2026-11-21')], [refund('old', true)], true],
])('%s', (_case, before, after, isAwaited) => {
  expect(opensAwaiting(before, after)).toBe(isAwaited);
});
