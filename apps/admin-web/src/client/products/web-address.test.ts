import { expect, test } from 'vitest';
import { isWebAddress } from './web-address.ts';

test.each([
  ['https://img.example.com/a.jpg?x=1', true],
  ['http://img.example.com/图.jpg', true],
  ['javascript:alert(1)', false],
  [' JavaScript:alert(1)', false],
  ['data:text/html,x', false],
  ['//img.example.com/a.jpg', false],
  ['a.jpg', false],
  ['', false],
])('%o leads to a page: %o', (text, is) => {
  expect(isWebAddress(text)).toBe(is);
});
