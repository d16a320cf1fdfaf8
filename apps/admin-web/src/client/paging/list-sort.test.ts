import { describe, expect, test } from 'vitest';
import { nextWay, readSort, sortInput, sortOfWay, timeSorts, type Way } from './list-sort.ts';

const SORTS = { ...timeSorts('createdAt'), nextDue: { column: 'next', direction: 'ascending' } } as const;
const [NEWEST, OLDEST, NEXT_DUE]: readonly Way[] = Object.values(SORTS);

test.each([
  ['', 'newest', {}],
  ['sort=oldest', 'oldest', { sort: 'oldest' }],
  ['sort=nextDue&cursor=c', 'nextDue', { sort: 'nextDue' }],
  ['sort=newest', 'newest', {}],
  ['sort=highest', 'newest', {}],
  ['sort=toString', 'newest', {}],
  ['sort=', 'newest', {}],
  ['sort=oldest&sort=nextDue', 'oldest', { sort: 'oldest' }],
])('%o asks for %s', (address, sort, input) => {
  const params = new URLSearchParams(address);
  expect(readSort(params, SORTS, 'newest')).toBe(sort);
  expect(sortInput(params, SORTS, 'newest')).toEqual(input);
});

test('what is usual depends on the list', () => {
  expect(sortInput(new URLSearchParams('sort=oldest'), SORTS, 'oldest')).toEqual({});
  expect(sortInput(new URLSearchParams('sort=newest'), SORTS, 'oldest')).toEqual({ sort: 'newest' });
});

test('a way names its sequence', () => {
  expect([NEWEST, OLDEST, NEXT_DUE].map((way) => sortOfWay(SORTS, way!))).toEqual(['newest', 'oldest', 'nextDue']);
  expect(sortOfWay(SORTS, { column: 'next', direction: 'descending' })).toBeUndefined();
});

describe('the head of a column leads', () => {
  const ways = Object.values(SORTS);
  test.each([
    ['to its first way', NEXT_DUE, 'createdAt', NEWEST],
    ['on to its second', NEWEST, 'createdAt', OLDEST],
    ['and back', OLDEST, 'createdAt', NEWEST],
    ['nowhere else when it has one', NEXT_DUE, 'next', NEXT_DUE],
    ['nowhere when it has none', NEWEST, 'kind', undefined],
  ])('%s', (_where, current, column, next) => {
    expect(nextWay(ways, current!, column)).toEqual(next);
  });
});
