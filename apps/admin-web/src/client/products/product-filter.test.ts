import { expect, test } from 'vitest';
import { inventoryLogInput, productListInput } from './product-filter.ts';

test.each([
  ['q=%20GA0%20&source=haier', { q: 'GA0', source: 'haier' }],
  ['q=&source=constructor&tab=low', {}],
])('products by %s', (address, input) => {
  expect(productListInput(new URLSearchParams(address))).toEqual(input);
});

test.each([
  [
    'tab=log&productCode=GA0SZC00U&orderNumber=17&change=lock',
    { productCode: 'GA0SZC00U', orderNumber: '17', changeType: 'lock' },
  ],
  ['tab=log&change=toString&productCode=%20', {}],
])('inventory log by %s', (address, input) => {
  expect(inventoryLogInput(new URLSearchParams(address))).toEqual(input);
});
