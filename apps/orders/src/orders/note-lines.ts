const LINE_BREAKS = /\r\n|[\n\r\u0085\u2028\u2029]/g;

/*
 * Notes of staff begin at the left with `[time author]`. What people write never begins with a bracket there, so that no
 * note can pass for the note of somebody else.
 */

/** A note of staff, below its first line set in. */
export const staffLines = (note: string): string => note.replaceAll(LINE_BREAKS, '\n  ');

/** The note of an order that is placed. */
export const placedLines = (note: string): string => note.replaceAll(LINE_BREAKS, '\n').replaceAll(/^\[/gm, ' [');
