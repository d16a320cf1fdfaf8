import { expect, test } from 'vitest';
import { readFen, readFlag, readText, readWhole } from './read-fields.ts';
import { wireYuan } from './wire-yuan.ts';

test.each([
  ['2399.50', 239_950],
  [2399.5, 239_950],
  [0, 0],
  ['0', 0],
  [-12.34, -1_234],
  ['-0.005', -1],
  [0.1 + 0.2, 30],
  [1.005, 101],
  ['1.004999', 100],
  [' 7 ', 700],
  [9_007_199_254_740.99, 900_719_925_474_099],
  ['价格未生效', undefined],
  ['', undefined],
  ['1,000.00', undefined],
  ['1e3', undefined],
  [1e21, undefined],
  [1e-7, undefined],
  [Number.NaN, undefined],
  [null, undefined],
  [true, undefined],
  [{}, undefined],
])('%j is %j fen', (value, fen) => {
  expect(readFen(value)).toBe(fen);
});

test.each([
  ['12', 12],
  [12, 12],
  ['12.0', 12],
  [12.9, 12],
  ['-3', -3],
  ['-0.4', 0],
  ['', undefined],
  ['many', undefined],
  [null, undefined],
  [[], undefined],
])('%j is the whole number %j', (value, whole) => {
  expect(readWhole(value)).toBe(whole);
});

test.each([
  [' a ', 'a'],
  [7, '7'],
  ['  ', null],
  [null, null],
  [undefined, null],
  [{}, null],
])('%j is the text %j', (value, text) => {
  expect(readText(value)).toBe(text);
});

test.each([
  ['1', true],
  [1, true],
  [true, true],
  ['TRUE', true],
  ['0', false],
  [0, false],
  [false, false],
  ['yes', undefined],
  [undefined, undefined],
])('%j is the flag %j', (value, flag) => {
  expect(readFlag(value)).toBe(flag);
});

// Fractions that no binary number holds.
test.each([
  [299_900, '2999.00'],
  [1, '0.01'],
  [0, '0.00'],
  [599_980, '5999.80'],
  [1_999_999_999_999, '19999999999.99'],
])('%i fen go out as the number %s', (fen, text) => {
  expect(JSON.stringify({ amount: wireYuan(fen) })).toBe(`{"amount":${text}}`);
});
