import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { getCallback } from '../src/callbacks/callback-view.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import {
  ACCOUNTS,
  alipayCallback,
  ordersOnDatabase,
  PAYMENT_TIMEOUT_MS,
  paymentCallback,
  refundCallback,
  wechatCallback,
  wechatPaid,
} from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

type Method = PaymentView['method'];

async function pending(method: Method) {
  const { orderNumber, payableFen } = await app.place();
  return { orderNumber, payableFen, payment: await app.openPayment(orderNumber, method) };
}
const success = (method: 'wechat' | 'alipay', payment: PaymentView, id?: string) =>
  method === 'wechat'
    ? wechatCallback(wechatPaid(payment), { at: app.now, ...(id ? { id } : {}) })
    : alipayCallback(payment, {}, { at: app.now, ...(id ? { id } : {}) });

describe.each(['wechat', 'alipay'] as const)('%s', (method) => {
  test('a success pays the order and leaves its audit (R102, R142)', async () => {
    const { orderNumber, payment } = await pending(method);
    expect(await app.deliver(success(method, payment))).toMatchObject([
      { outcome: 'applied', problem: null, platformOrderNo: orderNumber, payment: { id: payment.id } },
    ]);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      payments: [{ status: 'succeeded', method }],
      history: [{ from: 'pending', to: 'paid', by: `callback:${method}` }],
      exceptions: [],
    });
    const audit = await app.rows<{ action: string; actor: string }>(
      `select action, actor from audit_entries where resource_id = ? order by id`,
      [payment.id],
    );
    expect(audit.map(({ action }) => action).toSorted()).toEqual([
      'payment_created',
      'payment_succeeded',
      'payment_verified',
    ]);
  });

  test('the same notification again is answered to the letter; the same news under a new id changes nothing', async () => {
    const { orderNumber, payment } = await pending(method);
    const first = success(method, payment);
    const [answer] = await app.deliver(first);
    const [again, other] = await app.deliver({ ...first, id: crypto.randomUUID() }, success(method, payment));
    expect(JSON.stringify(again)).toBe(JSON.stringify(answer));
    expect(other).toMatchObject({ outcome: 'repeated', problem: null, payment: { status: 'succeeded' } });
    expect((await app.order(orderNumber)).history).toHaveLength(1);
  });

  test('eight copies at once pay once (R97)', async () => {
    const { orderNumber, payment } = await pending(method);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => app.deliver(success(method, payment))));
    expect(outcomes.flat().filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
    expect((await app.order(orderNumber)).history).toHaveLength(1);
  });

  test('a plain order number means its newest open payment of that method', async () => {
    const { orderNumber, payment } = await pending(method);
    const callback =
      method === 'wechat'
        ? wechatCallback(wechatPaid(payment, { out_trade_no: orderNumber, attach: '' }), { at: app.now })
        : alipayCallback(payment, { out_trade_no: orderNumber }, { at: app.now });
    expect(await app.deliver(callback)).toMatchObject([{ outcome: 'applied', payment: { id: payment.id } }]);
  });

  test('a success after the payment ran out: not paid, money on its way back, its own answer (R98)', async () => {
    const { orderNumber, payableFen, payment } = await pending(method);
    app.later(PAYMENT_TIMEOUT_MS + 1);
    expect(await app.deliver(success(method, payment))).toMatchObject([
      { outcome: 'applied', problem: 'not_updatable', payment: { status: 'expired' } },
    ]);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'pending',
      refunds: [{ amountFen: payableFen, cause: 'late_money', status: 'pending' }],
      exceptions: [{ kind: 'money_to_return' }],
    });
  });

  test('told after the end, the clock of the provider says whether it was paid in time', async () => {
    const opened = app.now;
    const toldAfterTheEnd = async (paidAfterMs: number) => {
      const { orderNumber, payment } = await pending(method);
      const paidAt = new Date(app.now.getTime() + paidAfterMs);
      app.later(PAYMENT_TIMEOUT_MS + 5_000);
      const beijing = new Date(paidAt.getTime() + 8 * 3_600_000).toISOString().slice(0, 19);
      const callback =
        method === 'wechat'
          ? wechatCallback(wechatPaid(payment, { success_time: `${beijing}+08:00` }), { at: app.now })
          : alipayCallback(payment, { gmt_payment: beijing.replace('T', ' ') }, { at: app.now });
      await app.deliver(callback);
      return app.order(orderNumber);
    };
    expect(await toldAfterTheEnd(PAYMENT_TIMEOUT_MS - 1_000)).toMatchObject({ status: 'paid', refunds: [] });
    const late = { status: 'pending', payments: [{ status: 'expired' }], refunds: [{ cause: 'late_money' }] };
    expect(await toldAfterTheEnd(PAYMENT_TIMEOUT_MS + 1_000)).toMatchObject(late);
    // Not the time of this money: it was not asked for yet, or we heard of it before.
    expect(await toldAfterTheEnd(opened.getTime() - app.now.getTime() - 1_000)).toMatchObject(late);
    expect(await toldAfterTheEnd(PAYMENT_TIMEOUT_MS + 60_000)).toMatchObject(late);
  });

  test('an amount that is 1 fen off is not taken, is raised and is answered the same again (R99)', async () => {
    const { orderNumber, payment } = await pending(method);
    const fen = payment.amountFen - 1;
    const callback =
      method === 'wechat'
        ? wechatCallback(wechatPaid(payment, { amount: { total: fen, currency: 'CNY' } }), { at: app.now })
        : alipayCallback(payment, { total_amount: (fen / 100).toFixed(2) }, { at: app.now });
    const [answer] = await app.deliver(callback);
    expect(answer).toMatchObject({ outcome: 'amount_mismatch', problem: 'amount_mismatch' });
    expect(JSON.stringify((await app.deliver(callback))[0])).toBe(JSON.stringify(answer));
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'pending',
      payments: [{ status: 'init', paidAt: null }],
      exceptions: [{ kind: 'amount_mismatch' }],
    });
  });

  test('a payment of another method, and an unknown number, have no payment', async () => {
    const { payment } = await pending('generic');
    const unknown = { ...payment, id: crypto.randomUUID(), providerOrderNo: '1999999999123456-P1' };
    expect(await app.deliver(success(method, payment), success(method, unknown))).toMatchObject([
      { outcome: 'orphan', problem: 'not_found' },
      { outcome: 'orphan', problem: 'not_found' },
    ]);
  });

  test('an unknown status changes nothing and is put before staff (R103)', async () => {
    const { orderNumber, payment } = await pending(method);
    const callback =
      method === 'wechat'
        ? wechatCallback(wechatPaid(payment, { trade_state: 'REFUND' }), { at: app.now })
        : alipayCallback(payment, { trade_status: 'trade_success' }, { at: app.now });
    expect(await app.deliver(callback)).toMatchObject([{ outcome: 'malformed', problem: null }]);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'pending',
      payments: [{ status: 'init' }],
      exceptions: [{ kind: 'parked_message' }],
    });
  });
});

test.each([
  ['CLOSED', 'cancelled'],
  ['REVOKED', 'cancelled'],
  ['USERPAYING', 'processing'],
  ['NOTPAY', 'processing'],
  ['ACCEPT', 'processing'],
  ['PAYERROR', 'failed'],
])('wechat %s: payment %s, the order still waits (T42)', async (tradeState, status) => {
  const { orderNumber, payment } = await pending('wechat');
  await app.deliver(wechatCallback(wechatPaid(payment, { trade_state: tradeState }), { at: app.now }));
  expect(await app.order(orderNumber)).toMatchObject({ status: 'pending', payments: [{ status }] });
  const [failed] = await app.rows(`select 1 from audit_entries where resource_id = ? and action = 'payment_failed'`, [
    payment.id,
  ]);
  expect(failed !== undefined).toBe(status === 'failed');
});

test.each([
  ['TRADE_FINISHED', 'succeeded', 'paid'],
  ['TRADE_CLOSED', 'cancelled', 'pending'],
  ['WAIT_BUYER_PAY', 'processing', 'pending'],
])('alipay %s: payment %s, order %s', async (tradeStatus, status, orderStatus) => {
  const { orderNumber, payment } = await pending('alipay');
  await app.deliver(alipayCallback(payment, { trade_status: tradeStatus }, { at: app.now }));
  expect(await app.order(orderNumber)).toMatchObject({ status: orderStatus, payments: [{ status }] });
});

describe('what is verified but cannot be taken is kept, raised and never applied', () => {
  const cases: [string, string, (payment: PaymentView) => Parameters<typeof app.deliver>[0]][] = [
    ['another merchant', 'merchant_mismatch', (p) => wechatCallback(wechatPaid(p, { mchid: '1900000110' }))],
    ['no merchant', 'merchant_mismatch', (p) => wechatCallback(wechatPaid(p, { mchid: undefined }))],
    ['another app', 'app_mismatch', (p) => wechatCallback(wechatPaid(p, { appid: 'wx0000000000000000' }))],
    ['no amount', 'amount_unreadable', (p) => wechatCallback(wechatPaid(p, { amount: undefined }))],
    ['an amount as text', 'amount_unreadable', (p) => wechatCallback(wechatPaid(p, { amount: { total: '599800' } }))],
    ['half a fen', 'amount_unreadable', (p) => wechatCallback(wechatPaid(p, { amount: { total: 0.5 } }))],
    [
      'dollars',
      'amount_unreadable',
      (p) => wechatCallback(wechatPaid(p, { amount: { total: p.amountFen, currency: 'USD' } })),
    ],
    [
      'the id of another payment',
      'order_mismatch',
      (p) => wechatCallback(wechatPaid(p, { attach: JSON.stringify({ payment_id: crypto.randomUUID() }) })),
    ],
    ['another key', 'undecryptable', (p) => wechatCallback(wechatPaid(p), { apiV3Key: 'k'.repeat(32) })],
    ['another nonce', 'undecryptable', (p) => wechatCallback(wechatPaid(p), { change: { nonce: 'abcdefabcdef' } })],
    [
      'other additional data',
      'undecryptable',
      (p) => wechatCallback(wechatPaid(p), { change: { associated_data: 'refund' } }),
    ],
    ['an empty seal', 'undecryptable', (p) => wechatCallback(wechatPaid(p), { change: { ciphertext: '' } })],
    ['no JSON inside', 'undecryptable', () => wechatCallback('not JSON')],
    ['a list inside', 'undecryptable', () => wechatCallback([])],
    ['no resource', 'undecryptable', (p) => ({ ...wechatCallback(wechatPaid(p)), body: '{"id":"1"}' })],
    ['no body that is an object', 'undecryptable', (p) => ({ ...wechatCallback(wechatPaid(p)), body: '"x"' })],
    ['another Alipay app', 'app_mismatch', (p) => alipayCallback(p, { app_id: '2021000000000002' })],
    ['another seller', 'merchant_mismatch', (p) => alipayCallback(p, { seller_id: '2088000000000002' })],
    ['an Alipay amount of 1e3', 'amount_unreadable', (p) => alipayCallback(p, { total_amount: '1e3' })],
    [
      'a refund that names no refund of ours',
      'not_found',
      (p) => alipayCallback(p, { gmt_refund: '2026-11-20 10:00:00', refund_fee: '1.00' }),
    ],
  ];
  test.each(cases)('%s', async (_, problem, callbackOf) => {
    const { orderNumber, payment } = await pending('wechat');
    const atAlipay = await app.openPayment(orderNumber, 'alipay');
    const ofWechat = callbackOf(payment);
    const own = ofWechat.provider === 'wechat' ? ofWechat : callbackOf(atAlipay);
    const [outcome] = await app.deliver(own);
    expect(outcome).toMatchObject({ outcome: 'malformed', problem });
    expect(await app.order(orderNumber)).toMatchObject({ status: 'pending', history: [] });
    const cases = await app.rows<{ kind: string }>(`select kind from exceptions where callback_id = ?`, [own.id]);
    expect(cases).toEqual([{ kind: 'parked_message' }]);
    const [row] = await app.rows(`select outcome, problem, body from callbacks where public_id = ?`, [own.id]);
    expect(row).toEqual({ outcome: 'malformed', problem, body: own.body });
  });
});

test('what our own settings could not read is decided anew when it comes again, and its case is closed', async () => {
  const { orderNumber, payment } = await pending('wechat');
  const callback = wechatCallback(wechatPaid(payment), { at: app.now });
  const keys = app.context.callbackKeys;
  Object.assign(app.context, { callbackKeys: { ...keys, wechat: { ...ACCOUNTS.wechat, apiV3Key: 'k'.repeat(32) } } });
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'malformed', problem: 'undecryptable' }]);
  Object.assign(app.context, { callbackKeys: {} });
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'malformed', problem: 'undecryptable' }]);
  Object.assign(app.context, { callbackKeys: keys });
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'applied', problem: null }]);
  expect((await app.order(orderNumber)).status).toBe('paid');
  const cases = await app.rows<{ status: string }>(`select status from exceptions where callback_id = ?`, [
    callback.id,
  ]);
  expect(cases).toEqual([{ status: 'resolved' }]);
});

test('one that a person replays after a mend is applied', async () => {
  const { orderNumber, payment } = await pending('wechat');
  const callback = wechatCallback(wechatPaid(payment), { at: app.now });
  const keys = app.context.callbackKeys;
  Object.assign(app.context, { callbackKeys: {} });
  await app.deliver(callback);
  Object.assign(app.context, { callbackKeys: keys });
  expect(await replayCallback(app.context, { id: callback.id, reason: '补上密钥' })).toMatchObject({
    outcome: 'applied',
  });
  expect((await app.order(orderNumber)).status).toBe('paid');
});

test('the page of a WeChat callback shows what is outside of the seal', async () => {
  const { payment } = await pending('wechat');
  const callback = wechatCallback(wechatPaid(payment), { at: app.now, id: 'EV-2018022511223320873' });
  await app.deliver(callback);
  const { fields } = await getCallback(app.orm.em.fork(), callback.id);
  expect(fields.map(({ name }) => name)).toEqual(['id', 'create_time', 'resource_type', 'event_type', 'summary']);
  expect(fields[0]).toEqual({ name: 'id', value: 'EV-2018022511223320873' });
});

describe('news of a refund', () => {
  async function refunding(method: Method) {
    const { orderNumber } = await app.place({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }] });
    const payment = await app.openPayment(orderNumber, method);
    await app.deliver(
      method === 'wechat' || method === 'alipay' ? success(method, payment) : paymentCallback(payment, {}, app.now),
    );
    const { refunds } = await requestRefund(app.context, { orderNumber, reason: '买家不要了' });
    return { orderNumber, payment, refund: refunds[0]! };
  }
  type Refunding = Awaited<ReturnType<typeof refunding>>;

  const wechatRefund = ({ payment, refund }: Refunding, change: object = {}, eventType = 'REFUND.SUCCESS') =>
    wechatCallback(
      {
        mchid: ACCOUNTS.wechat.mchid,
        out_trade_no: payment.providerOrderNo,
        transaction_id: `42-${payment.id}`,
        out_refund_no: refund.refundNo,
        refund_id: `50-${refund.id}`,
        refund_status: 'SUCCESS',
        amount: { total: payment.amountFen, refund: refund.amountFen, payer_total: 1, payer_refund: 1 },
        ...change,
      },
      { at: app.now, eventType },
    );
  const alipayRefund = ({ payment, refund }: Refunding, change: Record<string, string> = {}) =>
    alipayCallback(
      payment,
      {
        trade_status: 'TRADE_CLOSED',
        out_biz_no: refund.refundNo,
        refund_fee: (refund.amountFen / 100).toFixed(2),
        gmt_refund: '2026-11-20 10:00:00.123',
        ...change,
      },
      { at: app.now },
    );
  const hmacRefund = ({ payment, refund }: Refunding, change: Record<string, string> = {}) =>
    refundCallback(
      'generic',
      {
        out_refund_no: refund.refundNo,
        out_trade_no: payment.providerOrderNo,
        refund_status: 'success',
        refund_amount: (refund.amountFen / 100).toFixed(2),
        refund_id: `G-${refund.id}`,
        ...change,
      },
      app.now,
    );
  const refundNews = { wechat: wechatRefund, alipay: alipayRefund, generic: hmacRefund };

  test.each(['wechat', 'alipay', 'generic'] as const)('%s: a success ends it, and is told once', async (method) => {
    const given = await refunding(method);
    expect(given.refund.status).toBe('pending');
    const first = refundNews[method](given);
    expect(await app.deliver(first)).toMatchObject([
      { outcome: 'applied', problem: null, platformOrderNo: given.orderNumber, payment: null },
    ]);
    expect(await app.order(given.orderNumber)).toMatchObject({
      status: 'refunded',
      payments: [{ status: 'succeeded' }],
      refunds: [{ status: 'succeeded' }],
      exceptions: [],
    });
    const [again] = await app.deliver({ ...first, id: crypto.randomUUID() });
    expect(again).toMatchObject({ outcome: 'applied' });
    const other = { ...first, id: crypto.randomUUID(), transportKey: `${method}:${crypto.randomUUID()}` };
    expect(await app.deliver(other)).toMatchObject([{ outcome: 'repeated' }]);
    const [{ topic }] = (await app.rows<{ topic: string }>(`select topic from callbacks where public_id = ?`, [
      first.id,
    ])) as [{ topic: string }];
    expect(topic).toBe('refund');
  });

  test.each([
    ['CLOSED', 'REFUND.CLOSED'],
    ['ABNORMAL', 'REFUND.ABNORMAL'],
  ])('wechat %s: failed, raised, and the order waits for a person', async (refundStatus, eventType) => {
    const given = await refunding('wechat');
    expect(await app.deliver(wechatRefund(given, { refund_status: refundStatus }, eventType))).toMatchObject([
      { outcome: 'applied' },
    ]);
    expect(await app.order(given.orderNumber)).toMatchObject({
      refunds: [{ status: 'failed' }],
      exceptions: [{ kind: 'refund_failed' }],
    });
  });

  test.each(['failed', 'closed', 'ABNORMAL'])('generic %s: failed', async (refundStatus) => {
    const given = await refunding('generic');
    await app.deliver(hmacRefund(given, { refund_status: refundStatus }));
    expect((await app.order(given.orderNumber)).refunds).toMatchObject([{ status: 'failed' }]);
  });

  test('a refund that fails again after another call is news again', async () => {
    const given = await refunding('wechat');
    const failed = () => wechatRefund(given, { refund_status: 'CLOSED' }, 'REFUND.CLOSED');
    await app.deliver(failed());
    await app.rows(`update refunds set status = 'processing', attempts = attempts + 1 where public_id = ?`, [
      given.refund.id,
    ]);
    expect(await app.deliver(failed())).toMatchObject([{ outcome: 'applied' }]);
    expect((await app.order(given.orderNumber)).refunds).toMatchObject([{ status: 'failed' }]);
  });

  const unfit: [string, string, string, (given: Refunding) => ReturnType<typeof hmacRefund>, Method][] = [
    [
      'wechat, 1 fen off',
      'amount_mismatch',
      'amount_mismatch',
      (g) => wechatRefund(g, { amount: { refund: g.refund.amountFen - 1 } }),
      'wechat',
    ],
    ['wechat, no amount', 'malformed', 'amount_unreadable', (g) => wechatRefund(g, { amount: undefined }), 'wechat'],
    ['wechat, another merchant', 'malformed', 'merchant_mismatch', (g) => wechatRefund(g, { mchid: '1' }), 'wechat'],
    [
      'wechat, unknown number',
      'orphan',
      'not_found',
      (g) => wechatRefund(g, { out_refund_no: `${g.orderNumber}-R99` }),
      'wechat',
    ],
    ['wechat, foreign number', 'orphan', 'not_found', (g) => wechatRefund(g, { out_refund_no: 'abc' }), 'wechat'],
    [
      'wechat, of another payment',
      'malformed',
      'order_mismatch',
      (g) => wechatRefund(g, { out_trade_no: `${g.orderNumber}-P9` }),
      'wechat',
    ],
    ['wechat about a generic refund', 'orphan', 'not_found', (g) => wechatRefund(g), 'generic'],
    [
      'alipay, less than the refund',
      'amount_mismatch',
      'amount_mismatch',
      (g) => alipayRefund(g, { refund_fee: '0.01' }),
      'alipay',
    ],
    ['alipay, unreadable', 'malformed', 'amount_unreadable', (g) => alipayRefund(g, { refund_fee: '-1' }), 'alipay'],
    [
      'generic, 1 fen off',
      'amount_mismatch',
      'amount_mismatch',
      (g) => hmacRefund(g, { refund_amount: '0.01' }),
      'generic',
    ],
  ];
  test.each(unfit)('%s: %s', async (_, outcome, problem, callbackOf, method) => {
    const given = await refunding(method);
    expect(await app.deliver(callbackOf(given))).toMatchObject([{ outcome, problem }]);
    expect(await app.order(given.orderNumber)).toMatchObject({ status: 'refunding', refunds: [{ status: 'pending' }] });
  });

  test('an unknown status is no success', async () => {
    const given = await refunding('wechat');
    expect(await app.deliver(wechatRefund(given, { refund_status: 'DONE' }))).toMatchObject([{ outcome: 'malformed' }]);
    const generic = await refunding('generic');
    expect(await app.deliver(hmacRefund(generic, { refund_status: 'done' }))).toMatchObject([{ outcome: 'malformed' }]);
    for (const { orderNumber } of [given, generic])
      expect(await app.order(orderNumber)).toMatchObject({
        refunds: [{ status: 'pending' }],
        exceptions: [{ kind: 'parked_message' }],
      });
  });

  test('a trade that Alipay closed by refunding it never cancels the payment', async () => {
    const { orderNumber, payment } = await pending('alipay');
    const closed = alipayCallback(
      payment,
      { trade_status: 'TRADE_CLOSED', gmt_refund: '2026-11-20 10:00:00', refund_fee: '1.00', out_biz_no: 'ours-not' },
      { at: app.now },
    );
    expect(await app.deliver(closed)).toMatchObject([{ outcome: 'orphan', problem: 'not_found' }]);
    expect(await app.order(orderNumber)).toMatchObject({ payments: [{ status: 'init' }] });
  });

  test('Alipay tells the sum of all refunds: the second one is taken too', async () => {
    const { orderNumber, payment } = await refunding('alipay');
    const [row] = await app.rows<{ id: string }>(
      `select id from refunds where order_id = (select id from orders where order_number = ?)`,
      [orderNumber],
    );
    await app.rows(`update refunds set amount_fen = 100 where id = ?`, [row!.id]);
    const { refunds } = await app.order(orderNumber);
    const given = { orderNumber, payment, refund: refunds[0]! };
    expect(await app.deliver(alipayRefund(given, { trade_status: 'TRADE_SUCCESS', refund_fee: '3.00' }))).toMatchObject(
      [{ outcome: 'applied' }],
    );
  });
});
