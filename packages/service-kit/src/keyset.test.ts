import { describe, expect, test } from 'vitest';
import { ascending, cursorBehind, descending, pageIn, pageStart } from './keyset.ts';

const ID = { sql: 'p.id', holds: 'integer' } as const;
const AMOUNT = { sql: 'p.amount', holds: 'integer' } as const;
const AT = { sql: 'p.at', holds: 'instant' } as const;
const STOCK = { sql: 'p.stock', holds: 'int4' } as const;
const CODE = { sql: 'p.code', holds: 'text' } as const;
const HIGHEST = descending('highest', AMOUNT, ID);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a first page starts nowhere, the next one behind the last row of it', () => {
  expect(pageStart(HIGHEST, undefined)).toEqual({
    behind: undefined,
    orderBy: 'p.amount desc, p.id desc',
    place: 'array[(p.amount)::text, (p.id)::text] as place',
  });
  const rows = [9, 8, 7].map((id) => ({ id, place: ['500', `${id}`] }));
  const page = pageIn(HIGHEST, rows, 2, ({ id }) => id);
  expect(page.items).toEqual([9, 8]);
  expect(pageStart(HIGHEST, page.nextCursor!)?.behind).toEqual({
    sql: '(p.amount, p.id) < (?, ?)',
    params: ['500', '8'],
  });
  expect(pageIn(HIGHEST, rows, 3, ({ id }) => id).nextCursor).toBeNull();
});

test('upwards it goes on with greater keys', () => {
  const codes = ascending('code', CODE);
  expect(pageStart(codes, cursorBehind(codes, ['冰箱"1']))?.behind).toEqual({
    sql: '(p.code) > (?)',
    params: ['冰箱"1'],
  });
});

describe('a cursor is refused', () => {
  test.each([
    ['of another sequence', cursorBehind(ascending('lowest', AMOUNT, ID), ['500', '8'])],
    ['with a key too few', encoded(['highest', '500'])],
    ['with a key too many', encoded(['highest', '500', '8', '1'])],
    ['with a key that is no number', encoded(['highest', '500', '8; --'])],
    ['with a number beyond bigint', encoded(['highest', '500', '9'.repeat(19)])],
    ['with a key that is no text', encoded(['highest', 500, 8])],
    ['that is no list', encoded({ highest: true })],
    ['that is empty', ''],
    ['that is nonsense', 'nonsense'],
    ['of another list', Buffer.from('id:8').toString('base64url')],
  ])('%s', (_what, cursor) => {
    expect(pageStart(HIGHEST, cursor)).toBeUndefined();
  });

  test.each([
    ['2026-11-21 08:00:00.123456+00', true],
    ['2026-11-21 08:00:00+08', true],
    ['2026-11-21 08:00:00-03:30', true],
    ['infinity', true],
    ['0001-01-01 00:00:00+00', true],
    ['0000-01-01 00:00:00+00', false],
    ['2026-02-30 08:00:00+00', false],
    ['2026-11-21 24:00:01+00', false],
    ['2026-11-21', false],
    ['-infinity', false],
    ['', false],
  ])('or taken by its instant: %s, %s', (at, isTaken) => {
    const sequence = descending('newest', AT);
    expect(pageStart(sequence, cursorBehind(sequence, [at])) !== undefined).toBe(isTaken);
  });

  test.each([
    ['2147483647', true],
    ['-2147483648', true],
    ['2147483648', false],
    ['-2147483649', false],
    ['999999999999999999', false],
    ['1.5', false],
  ])('or taken by its number of four bytes: %s, %s', (stock, isTaken) => {
    const sequence = descending('most', STOCK);
    expect(pageStart(sequence, cursorBehind(sequence, [stock])) !== undefined).toBe(isTaken);
  });

  test('with a text that PostgreSQL cannot hold', () => {
    const sequence = ascending('code', CODE);
    expect(pageStart(sequence, cursorBehind(sequence, ['a\u0000b']))).toBeUndefined();
  });
});
