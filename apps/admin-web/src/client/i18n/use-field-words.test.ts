import { expect, test } from 'vitest';
import { partsOf } from './use-field-words.ts';

test.each([
  ['haierStatus', { id: '', name: 'haierStatus' }],
  ['payment 0199 status', { of: 'payment', id: '0199', name: 'status' }],
  ['refund 0199:order_cancelled:1 amountFen', { of: 'refund', id: '0199:order_cancelled:1', name: 'amountFen' }],
  ['line GA 0SZ receivedQty', { of: 'line', id: 'GA 0SZ', name: 'receivedQty' }],
])('%s', (field, parts) => {
  expect(partsOf(field)).toEqual(parts);
});
