import { describe, expect, test } from 'vitest';
import { queryOf } from './view-query.ts';

describe('the query of an address', () => {
  test.each([
    ['status=shipped&status=paid&q=1&cursor=c&limit=50', 'q=1&status=paid&status=shipped'],
    ['status=paid&q=1&status=shipped', 'q=1&status=paid&status=shipped'],
    ['callback=1', ''],
  ])('%s is %o', (address, query) => {
    expect(queryOf(new URLSearchParams(address), ['status', 'q'])).toBe(query);
  });
});
