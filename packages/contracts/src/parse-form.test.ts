import vectors from '../fixtures/haier/golden-vectors.json' with { type: 'json' };
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyKind, parseFlatJson, parseForm } from './parse-form.ts';

const form = (text: string) => parseForm(text);
const json = (text: string) => parseFlatJson(text);
const many = (count: number) => Array.from({ length: count }, (_, at) => [`f${at}`, `${at}`] as const);

describe('a form', () => {
  test('the encoded body of V5 has the fields of V5', () => {
    const v5 = vectors.vectors[4]!;
    expect({ ...form(v5.encodedBody!) }).toEqual({ ...v5.fields, Sign: v5.sign });
  });

  test.each([
    ['plus is a blank, %2B a plus', 'a=x+y%2Bz', { a: 'x y+z' }],
    ['blanks stay where they are', 'a=+x+&b=%20', { a: ' x ', b: ' ' }],
    ['only the first equals sign separates', 'a=b=c', { a: 'b=c' }],
    ['a name without a value', 'a&b=', { a: '', b: '' }],
    ['empty pairs count for nothing', '&&a=1&&', { a: '1' }],
    ['an escaped name', '%E5%90%8D=1', { 名: '1' }],
    ['raw UTF-8', '名=值', { 名: '值' }],
    ['four bytes of UTF-8', 'a=%F0%9F%98%80', { a: '😀' }],
    ['a byte order mark is part of the name', '\uFEFFa=1', { '\uFEFFa': '1' }],
    [
      'names that objects have',
      '__proto__=1&constructor=2&toString=3',
      { ['__proto__']: '1', constructor: '2', toString: '3' },
    ],
    ['names that differ in case', 'sign=1&Sign=2', { sign: '1', Sign: '2' }],
    [
      '64 fields',
      new URLSearchParams(many(64).map(([name, value]) => [name, value])).toString(),
      Object.fromEntries(many(64)),
    ],
  ])('%s', (_, text, fields) => {
    expect(Object.entries(form(text)!)).toEqual(Object.entries(fields));
  });

  test.each([
    ['empty', ''],
    ['nothing but separators', '&&&'],
    ['a broken escape', 'a=%zz'],
    ['half an escape', 'a=%4'],
    ['a lone percent sign', 'a=100%'],
    ['a broken escape in a name', '%gg=1'],
    ['an overlong encoding', 'a=%C0%80'],
    ['a surrogate as UTF-8', 'a=%ED%A0%80'],
    ['half a character', 'a=%E5%90'],
    ['a continuation byte alone', 'a=%80'],
    ['an escaped NUL', 'a=x%00y'],
    ['a raw NUL', 'a=x\0y'],
    ['a NUL in a name', 'a%00=1'],
    ['a repeated name', 'a=1&b=2&a=1'],
    ['a name repeated in another spelling', 'a=1&%61=2'],
    ['__proto__ twice', '__proto__=1&__proto__=2'],
    ['65 fields', new URLSearchParams(many(65).map(([name, value]) => [name, value])).toString()],
  ])('%s is no form', (_, text) => {
    expect(form(text)).toBeUndefined();
  });

  test('whatever was written by URLSearchParams is read back', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 20,
    });
    const plain = (text: string) => text.isWellFormed() && !text.includes('\0');
    fc.assert(
      fc.property(
        names,
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 20, maxLength: 20 }),
        (names, values) => {
          fc.pre([...names, ...values].every(plain));
          const fields = names.map((name, at) => [name, values[at]!] as [string, string]);
          expect(new Map(Object.entries(form(new URLSearchParams(fields).toString())!))).toEqual(new Map(fields));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([parseForm, parseFlatJson].map((parse) => typeof parse(new TextDecoder().decode(bytes)))).not.toContain(
          'function',
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a flat JSON object', () => {
  test.each([
    ['texts', '{"a":"x","b":""}', { a: 'x', b: '' }],
    [
      'numbers keep their source text',
      '{"amount":2999.00,"big":9007199254740993,"e":1e400,"n":-0}',
      { amount: '2999.00', big: '9007199254740993', e: '1e400', n: '-0' },
    ],
    ['signs inside texts are no structure', '{"a":"{[:,]}","b\\"":"\\\\"}', { a: '{[:,]}', 'b"': '\\' }],
    ['blanks', ' \n{ "a" : "x" }\t', { a: 'x' }],
    ['names that objects have', '{"__proto__":"1","constructor":"2"}', { ['__proto__']: '1', constructor: '2' }],
  ])('%s', (_, text, fields) => {
    expect(Object.entries(json(text)!)).toEqual(Object.entries(fields));
  });

  test.each([
    ['empty', ''],
    ['no member', '{}'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['true', '{"a":true}'],
    ['null', '{"a":null}'],
    ['null alone', 'null'],
    ['a nested object', '{"a":{"b":"c"}}'],
    ['a nested list', '{"a":[1]}'],
    ['a repeated name', '{"a":"1","a":"2"}'],
    ['a name repeated in another spelling', '{"a":"1","\\u0061":"2"}'],
    ['NUL', '{"a":"\\u0000"}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['a byte order mark', '\uFEFF{"a":"1"}'],
    ['text behind it', '{"a":"1"}x'],
    ['two objects', '{"a":"1"}{"b":"2"}'],
    ['cut off', '{"a":"1"'],
    ['NaN', '{"a":NaN}'],
    ['65 members', JSON.stringify(Object.fromEntries(many(65)))],
    ['10,000 lists deep', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['10,000 objects deep', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ])('%s is no form', (_, text) => {
    expect(json(text)).toBeUndefined();
  });
});

test.each([
  [undefined, 'form'],
  ['application/x-www-form-urlencoded', 'form'],
  ['application/x-www-form-urlencoded; charset=UTF-8', 'form'],
  ['Application/X-WWW-Form-URLencoded;charset="utf-8"', 'form'],
  ['application/x-www-form-urlencoded; charset=gbk', 'other'],
  ['application/json', 'json'],
  ['application/json;charset=utf-8', 'json'],
  ['multipart/form-data; boundary=x', 'other'],
  ['text/plain', 'other'],
  ['', 'other'],
] as const)('Content-Type %j is %s', (contentType, kind) => {
  expect(bodyKind(contentType)).toBe(kind);
});
