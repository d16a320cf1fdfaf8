import { expect, test } from 'vitest';
import { exceptionListInput, readExceptionFilter } from './exception-filter.ts';

test.each([
  ['', { status: 'open' }],
  ['status=resolved&kind=push_failed', { status: 'resolved', kind: 'push_failed' }],
  ['owner=me&orderNumber=%2017', { status: 'open', owner: 'ada', orderNumber: '17' }],
  ['kind=push_failed&cause=0123456789ab', { status: 'open', kind: 'push_failed', cause: '0123456789ab' }],
  ['status=resolved&kind=push_failed&cause=0123456789ab', { status: 'resolved', kind: 'push_failed' }],
  ['cause=%3Cb%3E', { status: 'open' }],
  ['owner=nobody', { status: 'open', owner: null }],
  ['owner=staff%3Alin', { status: 'open', owner: 'lin' }],
  ['owner=staff%3A', { status: 'open' }],
  ['status=gone&kind=constructor&owner=bob&orderNumber=', { status: 'open' }],
])('%s', (address, input) => {
  expect(exceptionListInput(readExceptionFilter(new URLSearchParams(address)), 'ada')).toEqual(input);
});
