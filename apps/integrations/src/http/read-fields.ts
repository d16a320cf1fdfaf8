/** Text, or a number as text; null when there is nothing in it. */
export function readText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return text === '' ? null : text;
}

/** A whole number from a number or a text, what comes after the point left away; undefined when it is none. */
export function readWhole(value: unknown): number | undefined {
  const match = /^([+-]?\d{1,15})(?:\.\d+)?$/.exec(readText(value) ?? '');
  // Adding zero turns -0 into 0.
  return match ? Number(match[1]) + 0 : undefined;
}

/**
 * Yuan from a number or a text as integer fen, half a fen rounded away from zero; undefined when it is no amount. Digits
 * are read from the text of the number, which is the shortest one that stands for it: nothing is computed in fractions.
 */
export function readFen(value: unknown): number | undefined {
  const match = /^([+-]?)(\d{1,13})(?:\.(\d+))?$/.exec(readText(value) ?? '');
  if (!match) return undefined;
  const [, sign, yuan, fraction = ''] = match;
  const fen =
    Number(yuan) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0')) + (Number(fraction[2] ?? 0) >= 5 ? 1 : 0);
  return (sign === '-' ? -fen : fen) + 0;
}

/** `1` or `true` in any clothes; undefined when it is neither that nor its opposite. */
export function readFlag(value: unknown): boolean | undefined {
  const text = String(value).trim().toLowerCase();
  if (text === '1' || text === 'true') return true;
  return text === '0' || text === 'false' ? false : undefined;
}
