import { expect, test } from 'vitest';
import { exceptionListInput, readExceptionFilter } from './exception-filter.ts';

test.each([
  ['', { status: 'open' }],
  ['status=resolved&kind=push_failed', { status: 'resolved', kind: 'push_failed' }],
  ['owner=me&orderNumber=%2017', { status: 'open', owner: 'ada', orderNumber: '17' }],
  ['owner=nobody', { status: 'open', owner: null }],
  ['status=gone&kind=constructor&owner=bob&orderNumber=', { status: 'open' }],
])('%s', (address, input) => {
  expect(exceptionListInput(readExceptionFilter(new URLSearchParams(address)), 'ada')).toEqual(input);
});
