import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import hmac from '../fixtures/payment/hmac-vectors.json' with { type: 'json' };
import {
  formatYuan,
  isRefundNews,
  orderNumberOfRefund,
  paymentSigningText,
  readOutTradeNo,
  readPaymentNotice,
  readRefundNotice,
  readYuan,
} from './payment-callback.ts';
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

test.each([
  ['1764297000123456-P1', '1764297000123456', '1764297000123456-P1'],
  ['1764297000123456-P12', '1764297000123456', '1764297000123456-P12'],
  ['1764297000123456', '1764297000123456', undefined],
  ['1764297000123456-P', '1764297000123456-P', undefined],
  ['1764297000123456-R1', '1764297000123456-R1', undefined],
  ['-P1', '-P1', undefined],
])('out_trade_no %s names order %s and payment %s', (outTradeNo, orderNumber, providerOrderNo) => {
  expect(readOutTradeNo(outTradeNo)).toEqual({ orderNumber, providerOrderNo });
  expect(readPaymentNotice({ out_trade_no: outTradeNo, status: 'closed' })).toMatchObject({
    ok: true,
    notice: { orderNumber, providerOrderNo },
  });
});

test.each([
  ['1764297000123456-R1', '1764297000123456'],
  ['1764297000123456-P1', undefined],
  ['1764297000123456', undefined],
  ['-R1', undefined],
])('refund %s belongs to order %s', (refundNo, orderNumber) => {
  expect(orderNumberOfRefund(refundNo)).toBe(orderNumber);
});

describe('news of a refund', () => {
  const fields = {
    out_refund_no: '1764297000123456-R1',
    refund_status: 'success',
    refund_amount: '10.00',
    refund_id: 'G-1',
    out_trade_no: '1764297000123456-P1',
  };

  test('is told by its own number alone', () => {
    expect(isRefundNews(fields)).toBe(true);
    expect(isRefundNews({ ...fields, out_refund_no: ' ' })).toBe(false);
    expect(isRefundNews({ refund_status: 'success' })).toBe(false);
    expect(readRefundNotice(fields)).toEqual({
      ok: true,
      notice: {
        refundNo: '1764297000123456-R1',
        news: 'succeeded',
        statusText: 'success',
        amountFen: 1_000,
        providerRefundId: 'G-1',
        outTradeNo: '1764297000123456-P1',
      },
    });
  });

  test.each([
    ['SUCCESS', 'succeeded'],
    ['processing', 'processing'],
    ['failed', 'failed'],
    ['Closed', 'failed'],
    ['ABNORMAL', 'failed'],
    ['refunded', 'unknown'],
    ['constructor', 'unknown'],
  ])('%s means %s (R103)', (refund_status, news) => {
    expect(readRefundNotice({ ...fields, refund_status })).toMatchObject({ ok: true, notice: { news } });
  });

  test.each([
    [{ refund_status: '' }, undefined],
    [{ refund_status: 'x'.repeat(200) }, undefined],
    [{ refund_id: '\u0000' }, undefined],
    [{ refund_amount: '' }, 'amount_unreadable'],
    [{ refund_amount: '1e3' }, 'amount_unreadable'],
    [{ refund_amount: 'x', refund_status: 'processing' }, 'amount_unreadable'],
  ])('%o is not read', (change, problem) => {
    expect(readRefundNotice({ ...fields, ...change })).toMatchObject({ ok: false, ...(problem ? { problem } : {}) });
  });
});
