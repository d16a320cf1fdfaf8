import { expect, test } from 'vitest';
import {
  alipayCallbackText,
  alipayRequestText,
  isAlipayRefund,
  readAlipayPayment,
  readAlipayRefund,
} from './alipay.ts';

const paid: Record<string, string> = {
  out_trade_no: '1764297000123456-P1',
  trade_no: '2026112122001400000501234567',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '2999.00',
  gmt_payment: '2026-11-21 10:00:00',
};
const refunded: Record<string, string> = {
  ...paid,
  trade_status: 'TRADE_CLOSED',
  gmt_refund: '2026-11-21 11:00:00.123',
  refund_fee: '2999.00',
  out_biz_no: '1764297000123456-R1',
};

test('the texts that are signed: sorted by code unit, blank ones left out, values decoded', () => {
  const fields = {
    b: '中 文&=+',
    a: '1',
    B: '2',
    sign: 's',
    sign_type: 'RSA2',
    empty: '',
    blank: ' ',
    __proto__x: 'p',
  };
  expect(alipayRequestText(fields)).toBe('B=2&__proto__x=p&a=1&b=中 文&=+&blank= &sign_type=RSA2');
  expect(alipayCallbackText(fields)).toBe('B=2&__proto__x=p&a=1&b=中 文&=+&blank= ');
});

test('a payment that was made', () => {
  expect(readAlipayPayment(paid)).toEqual({
    ok: true,
    notice: {
      paymentId: undefined,
      providerOrderNo: '1764297000123456-P1',
      orderNumber: '1764297000123456',
      news: 'succeeded',
      statusText: 'TRADE_SUCCESS',
      transactionId: '2026112122001400000501234567',
      amountFen: 299_900,
      paidAt: new Date('2026-11-21T02:00:00.000Z'),
    },
  });
});

test.each([
  ['TRADE_SUCCESS', 'succeeded'],
  ['TRADE_FINISHED', 'succeeded'],
  ['TRADE_CLOSED', 'cancelled'],
  ['WAIT_BUYER_PAY', 'processing'],
  ['TRADE_PENDING', 'unknown'],
  ['trade_success', 'unknown'],
  ['__proto__', 'unknown'],
])('trade_status %s means %s (R103)', (status, news) => {
  expect(readAlipayPayment({ ...paid, trade_status: status })).toMatchObject({ ok: true, notice: { news } });
});

test.each(['', '1e3', '-1', '1.001', '１', '0x10', 'NaN'])('a success of "%s" yuan is not read', (total_amount) => {
  expect(readAlipayPayment({ ...paid, total_amount })).toEqual({
    ok: false,
    orderNumber: '1764297000123456',
    problem: 'amount_unreadable',
  });
});

test.each([{ out_trade_no: '' }, { trade_status: '' }, { out_trade_no: '\n' }, { trade_no: '1'.repeat(129) }])(
  '%o is not read',
  (change) => {
    expect(readAlipayPayment({ ...paid, ...change })).toEqual({ ok: false, orderNumber: undefined });
  },
);

test.each(['2026-11-21', '2026-13-41 99:99:99', 'now', ''])('the time "%s" says nothing', (gmt_payment) => {
  expect(readAlipayPayment({ ...paid, gmt_payment })).toMatchObject({ ok: true, notice: { paidAt: undefined } });
});

test.each([
  [paid, false],
  [refunded, true],
  [{ ...paid, refund_fee: '1.00' }, true],
  [{ ...paid, gmt_refund: '2026-11-21 11:00:00' }, true],
  [{ ...paid, refund_fee: '0.00' }, false],
  [{ ...paid, refund_fee: '' }, false],
  [{ ...paid, trade_status: 'TRADE_CLOSED', refund_fee: 'much' }, true],
  [{ ...paid, trade_status: 'TRADE_CLOSED' }, false],
])('whether it is about a refund (%#)', (fields, isRefund) => {
  expect(isAlipayRefund(fields)).toBe(isRefund);
});

test('a refund is news that the money went back, with the sum of all refunds', () => {
  expect(readAlipayRefund(refunded)).toEqual({
    ok: true,
    notice: {
      refundNo: '1764297000123456-R1',
      news: 'succeeded',
      statusText: 'TRADE_CLOSED',
      amountFen: undefined,
      providerRefundId: undefined,
      outTradeNo: '1764297000123456-P1',
      refundedSoFarFen: 299_900,
    },
  });
  expect(readAlipayRefund({ ...refunded, trade_status: 'WAIT_BUYER_PAY' })).toMatchObject({
    notice: { news: 'unknown' },
  });
});

test.each([
  [{ out_biz_no: '' }, { orderNumber: '1764297000123456', problem: 'not_found' }],
  [{ refund_fee: 'much' }, { orderNumber: '1764297000123456', problem: 'amount_unreadable' }],
  [{ trade_status: '' }, { orderNumber: '1764297000123456' }],
])('a refund with %o is not read', (change, expected) => {
  expect(readAlipayRefund({ ...refunded, ...change })).toMatchObject({ ok: false, ...expected });
});
