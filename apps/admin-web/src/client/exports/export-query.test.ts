import { expect, test } from 'vitest';
import { exportQuery } from './export-query.ts';

test.each([
  [{ lang: 'en' }, 'lang=en'],
  [{ status: ['paid', 'shipped'], hasHaierLines: false }, 'status=paid&status=shipped&hasHaierLines=false'],
  [{ productName: '洗衣 机' }, 'productName=%E6%B4%97%E8%A1%A3+%E6%9C%BA'],
  [{ owner: null, kind: undefined }, 'owner='],
])('%j is asked for as %s', (filters, query) => {
  expect(exportQuery(filters)).toBe(query);
});
