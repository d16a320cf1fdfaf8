import { expect, test } from 'vitest';
import { paymentListInput, readPaymentFilter } from './payment-filter.ts';

const filterOf = (address: string) => readPaymentFilter(new URLSearchParams(address));

test.each([
  [
    'orderNumber=%2017%20&status=failed&status=init&method=wechat&from=2026-11-01&to=2026-11-21',
    {
      orderNumber: '17',
      status: ['init', 'failed'],
      method: ['wechat'],
      createdFrom: '2026-10-31T16:00:00.000Z',
      createdTo: '2026-11-21T15:59:59.999Z',
    },
  ],
  ['status=constructor&method=cash&from=2026-02-30&orderNumber=', {}],
])('%s', (address, input) => {
  expect(paymentListInput(filterOf(address))).toEqual(input);
});
