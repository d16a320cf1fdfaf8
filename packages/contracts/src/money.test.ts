import { expect, test } from 'vitest';
import { formatFen } from './money.ts';

test.each([
  [0, '¥0.00'],
  [7, '¥0.07'],
  [10, '¥0.10'],
  [99_999, '¥999.99'],
  [100_000, '¥1,000.00'],
  [299_900, '¥2,999.00'],
  [123_456_789, '¥1,234,567.89'],
  [Number.MAX_SAFE_INTEGER, '¥90,071,992,547,409.91'],
  [-129_999, '-¥1,299.99'],
])('%i fen is %s', (amountFen, text) => {
  expect(formatFen(amountFen)).toBe(text);
});
