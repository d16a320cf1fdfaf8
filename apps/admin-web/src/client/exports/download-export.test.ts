import { expect, test } from 'vitest';
import { fileNameOf } from './download-export.ts';

test.each([
  ['attachment; filename="orders-20261121080000.csv"', 'orders-20261121080000.csv'],
  ['attachment; filename="../../etc/passwd"', 'export.csv'],
  ['attachment', 'export.csv'],
  [null, 'export.csv'],
])('%o names the file %s', (disposition, name) => {
  expect(fileNameOf(disposition)).toBe(name);
});
