import { describe, expect, test } from 'vitest';
import { queryOf, readViews, withView } from './saved-view-list.ts';

describe('the query of an address', () => {
  test.each([
    ['status=shipped&status=paid&q=1&cursor=c&limit=50', 'q=1&status=paid&status=shipped'],
    ['status=paid&q=1&status=shipped', 'q=1&status=paid&status=shipped'],
    ['callback=1', ''],
  ])('%s is %o', (address, query) => {
    expect(queryOf(new URLSearchParams(address), ['status', 'q'])).toBe(query);
  });
});

describe('what the browser kept', () => {
  test.each([
    [null, []],
    ['not json', []],
    ['{"name":"a"}', []],
    ['[null, 7, {"name":"a"}, {"name":"","query":"q=1"}, {"name":"b","query":"q=2"}]', [{ name: 'b', query: 'q=2' }]],
  ])('%o holds %o', (kept, views) => {
    expect(readViews(kept)).toEqual(views);
  });

  test('never more than a page can show', () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ name: `${n}`, query: '' }));
    expect(readViews(JSON.stringify(many))).toHaveLength(30);
    expect(withView(many.slice(0, 30), { name: 'new', query: '' }).at(-1)).toEqual({ name: 'new', query: '' });
    expect(withView(many.slice(0, 30), { name: 'new', query: '' })).toHaveLength(30);
  });
});

test('a view of the same name is replaced where it stands', () => {
  const views = [
    { name: 'a', query: 'q=1' },
    { name: 'b', query: 'q=2' },
  ];
  expect(withView(views, { name: 'a', query: 'q=3' })).toEqual([{ name: 'a', query: 'q=3' }, views[1]]);
  expect(withView(views, { name: 'c', query: '' })).toHaveLength(3);
});
