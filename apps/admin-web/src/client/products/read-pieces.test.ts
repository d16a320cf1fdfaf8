import { expect, test } from 'vitest';
import { readPieces } from './read-pieces.ts';

test.each([
  ['5', 5],
  [' +12 ', 12],
  ['-3', -3],
  ['－3', -3],
  ['＋7', 7],
  ['1000000', 1_000_000],
  ['-1000001', undefined],
  ['0', undefined],
  ['-0', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['five', undefined],
  ['', undefined],
])('%o is %o', (text, pieces) => {
  expect(readPieces(text)).toBe(pieces);
});
