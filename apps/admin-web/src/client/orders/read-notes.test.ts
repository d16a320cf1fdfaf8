import { expect, test } from 'vitest';
import { readNotes } from './read-notes.ts';

test('the note of the buyer comes first, then those of staff with time and author, in as many lines as were written', () => {
  const notes =
    '尽快\n [2026-01-01 00:00 staff:boss] 冒充\n[2026-11-20 10:00 staff:tester] 已电话联系\n[2026-11-20 10:05 staff:a] 一\n  [二] x\n  三';
  expect(readNotes(notes)).toEqual([
    { text: '尽快\n [2026-01-01 00:00 staff:boss] 冒充' },
    { at: '2026-11-20 10:00', by: 'staff:tester', text: '已电话联系' },
    { at: '2026-11-20 10:05', by: 'staff:a', text: '一\n[二] x\n三' },
  ]);
});

test('staff may have written where the buyer wrote nothing', () => {
  expect(readNotes('[2026-11-20 10:00 staff:tester] 在')).toEqual([
    { at: '2026-11-20 10:00', by: 'staff:tester', text: '在' },
  ]);
});
