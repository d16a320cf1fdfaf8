import { expect, test } from 'vitest';
import { exportQuery } from './export-query.ts';
import { fileNameOf } from './download-export.ts';

test.each([
  ['attachment; filename="orders-20261121080000.csv"', 'orders-20261121080000.csv'],
  ['attachment; filename="../../etc/passwd"', 'export.csv'],
  ['attachment', 'export.csv'],
  [null, 'export.csv'],
])('%o names the file %s', (disposition, name) => {
  expect(fileNameOf(disposition)).toBe(name);
});

test('the filters of the list become the query of the export', () => {
  const input = { status: ['paid', 'shipped'], hasHaierLines: false, productName: '洗衣 机' };
  expect(exportQuery({ ...input, lang: 'en' })).toBe(
    'status=paid&status=shipped&hasHaierLines=false&productName=%E6%B4%97%E8%A1%A3+%E6%9C%BA&lang=en',
  );
});
