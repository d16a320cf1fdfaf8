import { expect, test } from 'vitest';
import { elementsOf, parseJson, readElements, saysSuccess, wordsOf } from './read-json.ts';

test.each([
  [{ errorMsg: 'a', msg: 'b' }, 'a'],
  [{ errorMsg: '', msg: ' ', message: 'c' }, 'c'],
  [{ error: 'invalid_grant', error_description: 'Bad credentials' }, 'Bad credentials'],
  [{ error: 'd', description: 'e' }, 'd'],
  [{ description: 'e' }, 'e'],
  [{ message: { text: 'x' } }, undefined],
  [{ message: '库存\n不足\u0000，\t请联系客服 ' }, '库存 不足 ， 请联系客服'],
  [[], undefined],
  ['text', undefined],
  [undefined, undefined],
])('%j says %j', (body, words) => {
  expect(wordsOf(body)).toBe(words);
});

test('long words are cut at 300, and no character in half', () => {
  expect(wordsOf({ msg: '字'.repeat(400) })).toBe('字'.repeat(300));
  expect(wordsOf({ msg: `${'x'.repeat(299)}😀` })).toBe('x'.repeat(299));
});

test.each([
  [{ success: true }, true],
  [{ success: 'true' }, true],
  [{ success: false }, false],
  [{ success: 'false' }, false],
  [{ success: 1 }, undefined],
  [{}, undefined],
  [[], undefined],
  [null, undefined],
])('%j says success: %j', (body, success) => {
  expect(saysSuccess(body)).toBe(success);
});

test.each([
  [[{ a: 1 }], [{ a: 1 }]],
  [{ a: 1 }, [{ a: 1 }]],
  [{ data: [{ a: 1 }, { a: 2 }] }, [{ a: 1 }, { a: 2 }]],
  [{ success: true, data: { a: 1 } }, [{ a: 1 }]],
  [{ success: true, data: [] }, []],
  [{ success: true, data: null }, []],
  [{ data: null }, undefined],
  [{ data: 'x' }, undefined],
  [['x'], undefined],
  ['x', undefined],
  [null, undefined],
])('%j holds the elements %j', (body, elements) => {
  expect(elementsOf(body)).toEqual(elements);
});

test('a list of nothing that can be read is no answer; an empty one is', () => {
  const read = ({ a }: Readonly<Record<string, unknown>>) => (typeof a === 'number' ? a : undefined);
  expect(readElements([{ a: 1 }, { a: 'x' }], read)).toEqual([1]);
  expect(readElements([{ a: 'x' }], read)).toBeUndefined();
  expect(readElements([], read)).toEqual([]);
  expect(readElements(undefined, read)).toBeUndefined();
});

test.each(['', '{', 'null', '<html>'])('%j is read without throwing', (text) => {
  expect(parseJson(text)).toBe(text === 'null' ? null : undefined);
});
