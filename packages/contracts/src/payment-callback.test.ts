import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import hmac from '../fixtures/payment/hmac-vectors.json' with { type: 'json' };
import { formatYuan, paymentSigningText, readPaymentNotice, readYuan } from './payment-callback.ts';
import type { FormFields } from './haier-callback.ts';

test.each(hmac.vectors)('vector: $name (domain.md §2.3)', ({ fields, text, signature }) => {
  const signed = paymentSigningText({ ...fields, sign: 'left out', signature: 'left out' });
  expect(signed).toBe(text);
  expect(createHmac('sha256', hmac.secret).update(signed).digest('hex')).toBe(signature);
});

test('yuan and fen convert without loss', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), (fen) => readYuan(formatYuan(fen)) === fen));
});
test.each([
  ['2999', 299_900],
  ['2999.0', 299_900],
  ['0.10', 10],
  ['0.01', 1],
])('%s yuan is %d fen', (yuan, fen) => {
  expect(readYuan(yuan)).toBe(fen);
});
test.each(['', '-1', '+1', '1e3', '1.234', '.5', '5.', ' 1', '1,000', '0x10', '99999999999999', 'NaN', '１'])(
  '%j is no amount',
  (yuan) => {
    expect(readYuan(yuan)).toBeUndefined();
  },
);

test.each([
  ['SUCCESS', 'succeeded'],
  ['trade_finished', 'succeeded'],
  ['CLOSED', 'cancelled'],
  ['USERPAYING', 'processing'],
  ['NOTPAY', 'processing'],
  ['expired', 'expired'],
  ['fail', 'failed'],
  ['SUCCESSFUL', 'unknown'],
  ['constructor', 'unknown'],
  ['__proto__', 'unknown'],
])('status %s is %s', (status, news) => {
  expect(readPaymentNotice({ payment_id: '1', amount: '1.00', status })).toMatchObject({ ok: true, notice: { news } });
});

test.each([
  [{ amount: '1', status: 'success' }, 'no payment'],
  [{ payment_id: '1', amount: '1' }, 'no status'],
  [{ payment_id: '1', status: 'success' }, 'a success without an amount'],
  [{ payment_id: '1', status: 'success', amount: 'one' }, 'an unreadable amount'],
  [{ payment_id: '1\u0000', status: 'success', amount: '1' }, 'a control character'],
  [{ payment_id: '1'.repeat(129), status: 'success', amount: '1' }, 'a long id'],
])('%j cannot be read: %s', (fields, _why) => {
  expect(readPaymentNotice(fields as unknown as FormFields).ok).toBe(false);
});

test('the first name that has a value counts', () => {
  const fields = { payment_id: ' ', out_trade_no: '17', trade_state: 'SUCCESS', wx_transaction_id: 'T', amount: '1' };
  expect(readPaymentNotice(fields)).toMatchObject({
    ok: true,
    notice: { paymentId: undefined, orderNumber: '17', transactionId: 'T', amountFen: 100 },
  });
});
