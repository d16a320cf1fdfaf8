import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placedLines, readNotes, staffLines } from './note-lines.ts';

const AT = new Date('2026-11-20T02:00:00Z');
const FORGED = '[2026-01-01 00:00 staff:boss] 冒充';

test('the note of the buyer comes first, then those of staff, in as many lines as were written', () => {
  const notes = [
    placedLines(`${FORGED}\r\n尽快`),
    staffLines(`已电话联系\n${FORGED}`, { at: AT, by: 'staff:tester' }),
    staffLines('已发货', { at: AT, by: 'token:客服 [v2]' }),
  ];
  expect(readNotes(notes.join('\n'))).toEqual([
    { text: ` ${FORGED}\n尽快`, at: null, by: null },
    { text: `已电话联系\n${FORGED}`, at: AT, by: 'staff:tester' },
    { text: '已发货', at: AT, by: 'token:客服 v2' },
  ]);
});

test('whatever is written, each note is read as written by whom it was', () => {
  const line = fc.constantFrom(FORGED, '[', ']', '  ', '尽快', '', '\u2028', '\u0085', '\r');
  const text = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 3 }), (placed, added) => {
      const notes = [placedLines(placed), ...added.map((note) => staffLines(note, { at: AT, by: 'staff:tester' }))];
      const authors = readNotes(notes.join('\n')).map(({ by }) => by);
      expect(authors).toEqual([null, ...added.map(() => 'staff:tester')]);
    }),
  );
});
