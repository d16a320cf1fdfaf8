import { expect, test } from 'vitest';
import { callbackListInput, readCallbackFilter } from './callback-filter.ts';

test.each([
  [
    'orderNumber=%2017%20&outcome=late&outcome=orphan&provider=haier',
    { orderNumber: '17', outcome: ['late', 'orphan'], provider: 'haier' },
  ],
  ['outcome=constructor&outcome=lost&provider=paypal&orderNumber=', {}],
])('%s', (address, input) => {
  expect(callbackListInput(readCallbackFilter(new URLSearchParams(address)))).toEqual(input);
});
