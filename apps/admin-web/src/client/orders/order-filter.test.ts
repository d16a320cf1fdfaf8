import { expect, test } from 'vitest';
import { orderListInput, readOrderFilter } from './order-filter.ts';

const inputOf = (address: string) => orderListInput(readOrderFilter(new URLSearchParams(address)));

test('an address becomes the input of order.list', () => {
  expect(inputOf('q=%201763%20&status=paid&status=shipped&haierStatus=failed&from=2026-11-01&to=2026-11-21')).toEqual({
    q: '1763',
    status: ['paid', 'shipped'],
    haierStatus: ['failed'],
    createdFrom: '2026-10-31T16:00:00.000Z',
    createdTo: '2026-11-21T15:59:59.999Z',
  });
});

test('the filters behind the button, too', () => {
  expect(inputOf('buyer=li&product=%E6%B4%97%E8%A1%A3&haier=no&exceptions=yes')).toEqual({
    buyer: 'li',
    productName: '洗衣',
    hasHaierLines: false,
    hasOpenExceptions: true,
  });
});

test('what is not known in an address is left out', () => {
  expect(
    inputOf(
      'status=sold&status=toString&haierStatus=&from=yesterday&to=2026-02-31&q=&other=1&haier=perhaps&exceptions=toString&buyer=%20',
    ),
  ).toEqual({});
});
