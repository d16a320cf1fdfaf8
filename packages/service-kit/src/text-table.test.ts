import { expect, test } from 'vitest';
import { displayWidth, textTable } from './text-table.ts';

test.each([
  ['paid / confirmed', 16],
  ['订单不存在', 10],
  ['５×（全角）', 11],
  ['é', 1],
  ['→ · ×', 5],
  ['', 0],
])('%o takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('columns stay aligned beside Chinese', () => {
  const lines = textTable(
    ['#', 'answer', 'order'],
    [
      ['1', '200 成功', 'paid'],
      ['10', '404 payment not found', '待付款'],
    ],
    { numbers: [0] },
  );
  expect(lines).toEqual([
    ' #  answer                 order',
    '──  ─────────────────────  ──────',
    ' 1  200 成功               paid',
    '10  404 payment not found  待付款',
  ]);
});

test('colour does not count', () => {
  const paint = (row: number, column: number, text: string) => (row === 0 && column === 0 ? `<b>${text}</b>` : text);
  expect(textTable(['a', 'b'], [['x', 'y']], { paint }).at(-1)).toBe('<b>x</b>  y');
});
