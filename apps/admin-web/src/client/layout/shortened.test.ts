import { expect, test } from 'vitest';
import { shortened } from './shortened.ts';

test.each([
  ['4200001234202611210123456789', '4200001234…23456789'],
  ['12345678901234567890', '12345678901234567890'],
  ['', ''],
])('%s is shown as %s', (code, shown) => {
  expect(shortened(code)).toBe(shown);
});
