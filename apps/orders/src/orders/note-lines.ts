import { shanghaiMinute } from './shanghai-minute.ts';

/*
 * All notes of an order are one text. Those of staff begin at the left with `[time author]`; what people write never
 * begins with a bracket there, so that no note can pass for the note of somebody else.
 */

const LINE_BREAKS = /\r\n|[\n\r\u0085\u2028\u2029]/g;
const HEAD = /^\[(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) ([^[\]]+)\] (.*)$/;

/** The note that an order is placed with. */
export const placedLines = (note: string): string => note.replaceAll(LINE_BREAKS, '\n').replaceAll(/^\[/gm, ' [');

/** A note of staff, or of a machine whose name may hold brackets; its further lines are set in. */
export const staffLines = (note: string, { at, by }: { at: Date; by: string }): string =>
  `[${shanghaiMinute(at)} ${by.replaceAll(/[[\]]/g, '')}] ${note.replaceAll(LINE_BREAKS, '\n  ')}`;

/** One note; the one that the order was placed with has neither time nor author. */
export type Note = { text: string; at: Date | null; by: string | null };

/** Takes the notes of an order apart, in the order in which they were written. */
export function readNotes(notes: string): Note[] {
  const read: Note[] = [];
  for (const line of notes.split('\n')) {
    const [, day, minute, by, text] = HEAD.exec(line) ?? [];
    const last = read.at(-1);
    if (by !== undefined) read.push({ text: text!, at: new Date(`${day}T${minute}:00+08:00`), by });
    else if (!last) read.push({ text: line, at: null, by: null });
    else last.text += `\n${last.by === null ? line : line.replace(/^ {2}/, '')}`;
  }
  return read;
}
