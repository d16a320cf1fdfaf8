import { expect, test } from 'vitest';
import {
  isWechatRefund,
  readWechatRefund,
  readWechatTransaction,
  wechatAuthorization,
  WechatNotification,
  wechatPaySignText,
  WechatRefund,
  wechatRequestText,
  wechatSigningText,
  WechatTransaction,
} from './wechat-pay.ts';

const paid = {
  mchid: '1900000109',
  appid: 'wx8888888888888888',
  out_trade_no: '1764297000123456-P2',
  transaction_id: '1217752501201407033233368018',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  attach: '{"payment_id":"0197-abc"}',
  success_time: '2026-11-21T10:34:56+08:00',
  payer: { openid: 'o-1' },
  amount: { total: 100, payer_total: 90, currency: 'CNY', payer_currency: 'CNY' },
};
const readPaid = (change: object = {}) => readWechatTransaction(WechatTransaction.parse({ ...paid, ...change }));
const refunded = {
  mchid: '1900000109',
  out_trade_no: '1764297000123456-P2',
  transaction_id: '1217752501201407033233368018',
  out_refund_no: '1764297000123456-R1',
  refund_id: '50000000382019052709732678859',
  refund_status: 'SUCCESS',
  amount: { total: 100, refund: 30, payer_total: 100, payer_refund: 30 },
};
const readRefunded = (change: object = {}) => readWechatRefund(WechatRefund.parse({ ...refunded, ...change }));

test('the texts that are signed, as the documentation writes them', () => {
  expect(
    wechatRequestText({
      method: 'GET',
      pathAndQuery: '/v3/refund/domestic/refunds/123123123123?mchid=1',
      timestamp: '1554208460',
      nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
      body: '',
    }),
  ).toBe('GET\n/v3/refund/domestic/refunds/123123123123?mchid=1\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n');
  expect(wechatSigningText({ timestamp: '1554209980', nonce: 'c5ac7061', body: '{"a":"中"}' })).toBe(
    '1554209980\nc5ac7061\n{"a":"中"}\n',
  );
  expect(
    wechatPaySignText({ appId: 'wx1', timeStamp: '1414561699', nonceStr: '5K8264', package: 'prepay_id=wx20' }),
  ).toBe('wx1\n1414561699\n5K8264\nprepay_id=wx20\n');
  expect(wechatAuthorization('1900009191', '1DDE', { timestamp: '1554208460', nonce: '593B' }, 'uOVR==')).toBe(
    'WECHATPAY2-SHA256-RSA2048 mchid="1900009191",nonce_str="593B",signature="uOVR==",timestamp="1554208460",serial_no="1DDE"',
  );
});

test('a payment that was made', () => {
  expect(readPaid()).toEqual({
    ok: true,
    notice: {
      paymentId: '0197-abc',
      providerOrderNo: '1764297000123456-P2',
      orderNumber: '1764297000123456',
      news: 'succeeded',
      statusText: 'SUCCESS',
      transactionId: '1217752501201407033233368018',
      amountFen: 100,
      paidAt: new Date('2026-11-21T02:34:56.000Z'),
    },
  });
  expect(readPaid({ out_trade_no: '1764297000123456' })).toMatchObject({
    notice: { orderNumber: '1764297000123456', providerOrderNo: undefined },
  });
});

test.each([
  ['SUCCESS', 'succeeded'],
  ['CLOSED', 'cancelled'],
  ['REVOKED', 'cancelled'],
  ['USERPAYING', 'processing'],
  ['NOTPAY', 'processing'],
  ['ACCEPT', 'processing'],
  ['PAYERROR', 'failed'],
  ['REFUND', 'unknown'],
  ['success', 'unknown'],
  ['SUCCESS ', 'unknown'],
  ['', 'unknown'],
  ['constructor', 'unknown'],
  ['__proto__', 'unknown'],
])('trade_state "%s" means %s (R103, T42)', (state, news) => {
  expect(readPaid({ trade_state: state })).toMatchObject({ ok: true, notice: { news } });
});

test('an unpaid payment has no amount, no time and no transaction', () => {
  const { amount: _, success_time: __, transaction_id: ___, ...open } = paid;
  expect(readWechatTransaction(WechatTransaction.parse({ ...open, trade_state: 'NOTPAY' }))).toMatchObject({
    ok: true,
    notice: { news: 'processing', transactionId: undefined, amountFen: undefined, paidAt: undefined },
  });
});

test.each([
  ['none', undefined],
  ['null', null],
  ['no total', { currency: 'CNY' }],
  ['a text', { total: '100' }],
  ['a fraction', { total: 99.5 }],
  ['a negative one', { total: -1 }],
  ['beyond 2^53', { total: 2 ** 53 }],
  ['another currency', { total: 100, currency: 'USD' }],
  ['a list', []],
])('a success whose amount is %s is not read', (_, amount) => {
  expect(readPaid({ amount })).toEqual({
    ok: false,
    orderNumber: '1764297000123456',
    problem: 'amount_unreadable',
  });
});

test.each(['', 'no JSON', 'null', '7', '[]', '{"payment_id":7}', '{"payment_id":""}', '{"payment_id":"\\u0000"}'])(
  'attach %s names no payment',
  (attach) => {
    expect(readPaid({ attach })).toMatchObject({ ok: true, notice: { paymentId: undefined } });
  },
);

test.each([
  ['a control character', { out_trade_no: '1\u0000' }],
  ['a number of 129 characters', { out_trade_no: '1'.repeat(129) }],
  ['half a character', { transaction_id: '\ud800' }],
])('%s is not read', (_, change) => {
  expect(readPaid(change)).toEqual({ ok: false, orderNumber: undefined });
});

test.each([
  ['SUCCESS', 'succeeded'],
  ['CLOSED', 'failed'],
  ['ABNORMAL', 'failed'],
  ['PROCESSING', 'processing'],
  ['success', 'unknown'],
  ['DONE', 'unknown'],
  ['toString', 'unknown'],
])('refund_status %s means %s, and so does status in an answer', (status, news) => {
  expect(readRefunded({ refund_status: status })).toMatchObject({ ok: true, notice: { news, amountFen: 30 } });
  expect(readRefunded({ refund_status: undefined, status })).toMatchObject({ ok: true, notice: { news } });
});

test('a refund names its order, its payment and both numbers', () => {
  expect(readRefunded()).toEqual({
    ok: true,
    notice: {
      refundNo: '1764297000123456-R1',
      news: 'succeeded',
      statusText: 'SUCCESS',
      amountFen: 30,
      providerRefundId: '50000000382019052709732678859',
      outTradeNo: '1764297000123456-P2',
    },
  });
  expect(readRefunded({ amount: { refund: '30' } })).toEqual({
    ok: false,
    orderNumber: '1764297000123456',
    problem: 'amount_unreadable',
  });
  expect(readRefunded({ refund_status: undefined })).toMatchObject({ notice: { news: 'unknown' } });
  expect(readRefunded({ out_refund_no: '\n' })).toEqual({ ok: false, orderNumber: undefined });
});

test('a notification keeps what is needed to open it', () => {
  const resource = { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'AAAA', nonce: 'n', original_type: 'refund' };
  const given = { id: 'EV-1', event_type: 'REFUND.CLOSED', resource };
  expect(WechatNotification.parse(given).resource.associated_data).toBe('');
  for (const change of [{ algorithm: 'AEAD_SM4_GCM' }, { ciphertext: '%' }, { nonce: 1 }])
    expect(WechatNotification.safeParse({ ...given, resource: { ...resource, ...change } }).success).toBe(false);
  expect(['REFUND.CLOSED', 'TRANSACTION.SUCCESS', 'refund.success', ''].map(isWechatRefund)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
