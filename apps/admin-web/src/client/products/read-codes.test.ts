import { expect, test } from 'vitest';
import { readCodes } from './read-codes.ts';

test.each([
  [undefined, []],
  [' , \n', []],
  ['GA0SZC00U, BS01U000N\nGA0SZC00U，X1；X2、X3', ['GA0SZC00U', 'BS01U000N', 'X1', 'X2', 'X3']],
])('%o holds the codes %o', (text, codes) => {
  expect(readCodes(text)).toEqual(codes);
});
