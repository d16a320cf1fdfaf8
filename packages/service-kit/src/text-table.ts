/** Columns a text takes in a terminal: Chinese characters and full-width signs take two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

const graphemes = new Intl.Segmenter();
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Lines of a table; its columns are aligned also where they hold Chinese. `paint` colours a cell after it was measured. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { numbers = [], paint = (_row, _column, text) => text }: TableOptions = {},
): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => displayWidth(row[column] ?? ''))));
  const line = (row: readonly string[], index: number) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        const gap = ' '.repeat(width - displayWidth(cell));
        const painted = paint(index, column, cell);
        return numbers.includes(column) ? gap + painted : painted + gap;
      })
      .join('  ')
      .trimEnd();
  return [line(head, -1), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)];
}

type TableOptions = {
  /** Columns aligned to the right. */
  readonly numbers?: readonly number[];
  /** `row` is -1 for the head. */
  readonly paint?: (row: number, column: number, text: string) => string;
};
