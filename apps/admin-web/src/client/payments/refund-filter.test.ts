import { expect, test } from 'vitest';
import { readRefundFilter, refundListInput } from './refund-filter.ts';

test.each([
  ['tab=refunds&orderNumber=17&status=failed&status=lost', { orderNumber: '17', status: ['failed'] }],
  ['approval=awaited', { toApprove: true }],
  ['approval=somehow', {}],
  ['to=2026-11-21&status=toString', { createdTo: '2026-11-21T15:59:59.999Z' }],
])('%s', (address, input) => {
  expect(refundListInput(readRefundFilter(new URLSearchParams(address)))).toEqual(input);
});
