import { expect, test } from 'vitest';
import { callbackListInput, lacksBounds, readCallbackFilter } from './callback-filter.ts';

const read = (address: string) => readCallbackFilter(new URLSearchParams(address));

test.each([
  [
    'orderNumber=%2017%20&outcome=late&outcome=orphan&provider=haier',
    { orderNumber: '17', outcome: ['late', 'orphan'], provider: 'haier' },
  ],
  ['outcome=constructor&outcome=lost&provider=paypal&orderNumber=', {}],
  [
    'transactionId=T-1&phoneTail=1234&field=Data.State%3D1&from=2026-11-20&to=2026-11-21',
    {
      transactionId: 'T-1',
      phoneTail: '1234',
      field: 'Data.State=1',
      receivedFrom: '2026-11-19T16:00:00.000Z',
      receivedTo: '2026-11-21T15:59:59.999Z',
    },
  ],
  ['phoneTail=12&field=State&from=yesterday&to=2026-02-31', {}],
])('%s', (address, input) => {
  expect(callbackListInput(read(address))).toEqual(input);
});

test.each([
  ['', false],
  ['field=State', false],
  ['field=State%3D1', true],
  ['field=State%3D1&phoneTail=1234&from=2026-11-21', true],
  ['field=State%3D1&from=2026-11-15&to=2026-11-21', false],
  ['field=State%3D1&from=2026-11-14&to=2026-11-21', true],
  ['field=State%3D1&orderNumber=17', false],
  ['field=State%3D1&transactionId=T', false],
])('%s lacks bounds: %s', (address, lacks) => {
  expect(lacksBounds(read(address))).toBe(lacks);
});
