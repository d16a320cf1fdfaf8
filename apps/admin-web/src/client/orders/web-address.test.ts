import { expect, test } from 'vitest';
import { isWebAddress } from './web-address.ts';

test.each([
  ['https://img.example/a.jpg', true],
  ['http://img.example/a.jpg?x=1', true],
  ['javascript:alert(1)', false],
  [' data:text/html,x', false],
  ['//img.example/a.jpg', false],
  ['a.jpg', false],
  ['', false],
])('%o may become a link: %o', (text, may) => {
  expect(isWebAddress(text)).toBe(may);
});
