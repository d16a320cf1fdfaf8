import { expect, test } from 'vitest';
import { matchesWords } from './command-match.ts';

test.each([
  ['', 'Payments', true],
  ['PAY', 'Payments', true],
  ['daily pay', 'Payments Daily work', true],
  ['支付', '支付与退款 日常工作', true],
  ['pays', 'Payments', false],
  ['pay house', 'Payments Daily work', false],
])('%o finds %o: %o', (typed, text, found) => {
  expect(matchesWords(typed, text)).toBe(found);
});
