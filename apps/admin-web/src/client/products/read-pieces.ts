const PIECES_MAX = 1_000_000;

/** `+5`, `5` or `-3` as a number of pieces to add; undefined for what is none, 0 and more than the service takes. */
export function readPieces(text: string): number | undefined {
  // Chinese input methods write the full-width forms of both signs.
  const signed = text
    .trim()
    .replace(/^＋/, '+')
    .replace(/^[－−]/, '-');
  if (!/^[+-]?\d{1,7}$/.test(signed)) return undefined;
  const pieces = Number(signed);
  return pieces === 0 || Math.abs(pieces) > PIECES_MAX ? undefined : pieces;
}
