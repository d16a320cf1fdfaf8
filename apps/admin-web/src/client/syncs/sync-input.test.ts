import { expect, test } from 'vitest';
import { type SyncForm, syncInput } from './sync-input.ts';

test.each<[SyncForm, object]>([
  [{ type: 'products' }, { type: 'products' }],
  [
    { type: 'products', codes: 'A B', prices: true, stock: true, countyCode: ' 370212 ', changedOnly: true },
    { type: 'products', productCodes: ['A', 'B'], prices: true, stock: true, countyCode: '370212', changedOnly: true },
  ],
  [{ type: 'prices', prices: true, stock: true, countyCode: '370212' }, { type: 'prices' }],
  [{ type: 'products', stock: false, countyCode: '370212' }, { type: 'products' }],
  [
    { type: 'stock', countyCode: '370212', changedOnly: false },
    { type: 'stock', countyCode: '370212' },
  ],
  [{ type: 'stock', countyCode: ' ' }, { type: 'stock' }],
])('%j', (form, input) => {
  expect(syncInput(form)).toEqual(input);
});
