import { expect, test } from 'vitest';
import { keepByKey, keptList } from './kept-list.ts';

test('the newest are kept, so many of them', () => {
  const list = keptList<number>(3);
  for (const item of [1, 2, 3, 4, 5]) list.add(item);

  expect(list.items).toEqual([3, 4, 5]);
  list.clear();
  expect(list.items).toEqual([]);
});

test('the newest are kept, so large together', () => {
  const list = keptList<string>(100, { chars: 10, of: (text) => text.length });
  for (const text of ['aaaa', 'bbbb', 'cc', 'dddd']) list.add(text);

  expect(list.items).toEqual(['bbbb', 'cc', 'dddd']);
  list.add('x'.repeat(11));
  expect(list.items).toEqual([]);
  list.add('again');
  expect(list.items).toEqual(['again']);
});

test('of what has keys the oldest are forgotten first', () => {
  const items = new Map<string, number>();
  for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) keepByKey(items, key, index, 2);

  expect([...items]).toEqual([
    ['b', 1],
    ['c', 3],
  ]);
});
