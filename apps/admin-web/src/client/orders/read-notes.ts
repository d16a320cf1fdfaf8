/** One note of an order: the buyer's own has neither time nor author. */
export type OrderNote = { readonly text: string; readonly at?: string; readonly by?: string };

const HEAD = /^\[(\d{4}-\d{2}-\d{2} \d{2}:\d{2}) ([^\]\s]+)\] (.*)$/;

/** Takes the notes of an order apart; notes of staff begin with `[time author]`, in Beijing's time (note-lines.ts of orders). */
export function readNotes(notes: string): OrderNote[] {
  const read: OrderNote[] = [];
  for (const line of notes.split('\n')) {
    const head = HEAD.exec(line);
    const last = read.at(-1);
    if (head) read.push({ at: head[1]!, by: head[2]!, text: head[3]! });
    else if (last === undefined) read.push({ text: line });
    else read[read.length - 1] = { ...last, text: `${last.text}\n${last.by ? line.replace(/^ {2}/, '') : line}` };
  }
  return read;
}
