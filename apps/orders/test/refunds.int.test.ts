import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  orderApi,
  type OrderView,
  type PlaceOrder,
  refundApi,
  type RefundView,
} from '@orderbridge/contracts/orders-api';
import { allowedFacts } from '@orderbridge/state-machine/decide';
import { orderTransitions } from '@orderbridge/state-machine/order-transitions';
import { DomainError } from '../src/errors.ts';
import { lockOrder } from '../src/orders/lock-orders.ts';
import { moveOrder } from '../src/orders/move-order.ts';
import { listRefunds } from '../src/payments/list-refunds.ts';
import { payOutRefund } from '../src/payments/pay-out-refund.ts';
import { TRIES_MAX } from '../src/payments/refund-schedule.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { retryRefund } from '../src/payments/retry-refund.ts';
import { returnMoney } from '../src/payments/return-money.ts';
import { settleRefundByHand } from '../src/payments/settle-refund-by-hand.ts';
import { withdrawRefund } from '../src/payments/withdraw-refund.ts';
import { transact } from '../src/transaction.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';
import { hear, payOut, payOutContext, scriptedProvider, type Step } from './_refunds.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase({ poolMax: 12 });
});
// What one test left to be called is not called in the next.
afterEach(() => app.rows(`update refunds set next_attempt_at = null, leased_until = null`));
afterAll(() => app[Symbol.asyncDispose]());

const SECOND = 1_000;
const HOUR = 3_600_000;
const LEASE = 120 * SECOND;
const PAID_FEN = 20_000;
const local = (): Partial<PlaceOrder> => ({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }] });

/** A paid order whose whole money is to go back. */
async function refunding(amountFen?: number): Promise<OrderView> {
  const { orderNumber } = await app.paidOrder(local());
  const order = await requestRefund(app.context, { orderNumber, amountFen, reason: '买家不要了' });
  return orderApi.requestRefund.output.parse(order);
}
const refundOf = async ({ orderNumber }: { orderNumber: string }) => (await app.order(orderNumber)).refunds.at(-1)!;
const openCases = async ({ orderNumber }: { orderNumber: string }) =>
  (await app.order(orderNumber)).exceptions.filter(({ status }) => status === 'open').map(({ kind }) => kind);
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('was not refused'),
    (error: { code: string; message: string; messageEn: string }) => error,
  );
const stock = async () =>
  (await app.rows<{ stock: number }>(`select stock from products where product_code = 'LOCAL-KETTLE-01'`))[0]!.stock;
const move = (orderNumber: string, fact: Parameters<typeof moveOrder>[2]) =>
  transact(app.context, async (tx) => {
    const locked = (await lockOrder(tx, orderNumber))!;
    expect(allowedFacts(orderTransitions, locked.order.status)).toContain(fact);
    await moveOrder(tx, locked, fact, { by: 'staff:tester', at: app.now });
  });
/** What the platform's count of refused pieces does to the money. */
const returnPart = (orderNumber: string, amountFen = PAID_FEN) =>
  transact(app.context, async (tx) => {
    const locked = (await lockOrder(tx, orderNumber))!;
    const reason = { zh: '拒收', en: 'refused' };
    await returnMoney(tx, locked, { cause: 'partial_cancel', reason, amountFen }, { by: 'system', at: app.now });
  });

describe('a refund that is asked for', () => {
  test('is paid out once; the order is refunded and its stock is back', async () => {
    const before = await stock();
    const order = await refunding();
    expect(order).toMatchObject({ status: 'refunding', refundableFen: 0, refundedFen: 0 });
    expect(order.refunds).toMatchObject([
      { status: 'pending', amountFen: PAID_FEN, cause: 'refund_requested', reason: '买家不要了', attempts: 0 },
    ]);
    expect(await stock()).toBe(before - 2);

    const play = scriptedProvider();
    await payOut(app, play);
    await payOut(app, play);

    expect(play.sent).toEqual([
      {
        refundNo: `${order.orderNumber}-R1`,
        providerOrderNo: `${order.orderNumber}-P1`,
        transactionId: order.payments[0]!.transactionId,
        paymentAmountFen: PAID_FEN,
        amountFen: PAID_FEN,
        reason: '买家不要了',
      },
    ]);
    const after = await app.order(order.orderNumber);
    expect(after).toMatchObject({
      status: 'refunded',
      refundedFen: PAID_FEN,
      refunds: [
        {
          status: 'succeeded',
          attempts: 1,
          nextAttemptAt: null,
          lastError: null,
          providerRefundId: `provider-${order.orderNumber}-R1`,
        },
      ],
    });
    expect(after.timeline.slice(-5).map(({ machine, from, to, by }) => [machine, from, to, by])).toEqual([
      ['order', 'pending', 'paid', 'callback:generic'],
      ['order', 'paid', 'refunding', 'staff:tester'],
      ['refund', 'pending', 'processing', 'system'],
      ['refund', 'processing', 'succeeded', 'system'],
      ['order', 'refunding', 'refunded', 'system'],
    ]);
    expect(await stock()).toBe(before);
    const audits = await app.rows<{ action: string }>(
      `select action from audit_entries where resource_id = ? order by id`,
      [after.refunds[0]!.id],
    );
    expect(audits.map(({ action }) => action)).toEqual(['refund_opened', 'refund_status_changed', 'payment_refunded']);
    const events = await app.rows<{ data: { to: string } }>(
      `select data from outbox where type = 'refund.moved' and subject = ? order by id`,
      [order.orderNumber],
    );
    expect(events.map(({ data }) => data.to)).toEqual(['processing', 'succeeded']);
  });

  test('for a part ends the order as well, and only the part goes back', async () => {
    const order = await refunding(1);
    expect(order).toMatchObject({ refundableFen: PAID_FEN - 1, refunds: [{ amountFen: 1 }] });
    const play = scriptedProvider();
    await payOut(app, play);
    expect(await app.order(order.orderNumber)).toMatchObject({ status: 'refunded', refundedFen: 1 });
    expect(play.paidOutFen()).toBe(1);
  });

  test('ends the order when the last of its refunds is paid out, not before', async () => {
    const { orderNumber } = await app.paidOrder(local());
    await returnPart(orderNumber, 777);
    await requestRefund(app.context, { orderNumber, reason: 'x' });
    const play = scriptedProvider(['pay', 'refuse']);
    await payOut(app, play);
    const half = await app.order(orderNumber);
    expect(half).toMatchObject({ status: 'refunding', refundableFen: 0 });
    const failed = half.refunds.find(({ status }) => status === 'failed')!;
    expect(half.refundedFen + failed.amountFen).toBe(PAID_FEN);
    await retryRefund(app.context, { id: failed.id });
    await payOut(app, play);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded', refundedFen: PAID_FEN });
  });

  test('of more than was paid is refused with both amounts, and nothing changes', async () => {
    const { orderNumber } = await app.paidOrder(local());
    expect(
      await refusal(requestRefund(app.context, { orderNumber, amountFen: PAID_FEN + 1, reason: 'x' })),
    ).toMatchObject({
      code: 'INVALID_PAYMENT_AMOUNT',
      message: '退款金额 ¥200.01 超过可退金额 ¥200.00',
      messageEn: 'A refund of ¥200.01 is more than the ¥200.00 that can be refunded',
    });
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', refunds: [] });
  });

  test.each([
    ['refunding', '{refunded, paid}', () => refunding()],
    ['pending', '{paid, cancelled}', () => app.place(local())],
  ])('of an order that is %s is refused by the state table', async (status, allowed, make) => {
    const { orderNumber } = await make();
    expect(await refusal(requestRefund(app.context, { orderNumber, reason: 'x' }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message: `不允许从状态 "${status}" 转换到 "refunding"。允许的转换: ${allowed}`,
    });
  });

  test('of an order that does not exist is refused', async () => {
    expect(await refusal(requestRefund(app.context, { orderNumber: '1', reason: 'x' }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('of goods that Haier may still send is a case for staff', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }));
    await requestRefund(app.context, { orderNumber, reason: '买家不要了' });
    expect(await openCases({ orderNumber })).toEqual(['goods_not_stopped']);
    await withdrawRefund(app.context, { orderNumber, reason: '买家又要了' });
    expect(await openCases({ orderNumber })).toEqual([]);
  });

  test('two at once open one refund', async () => {
    const { orderNumber } = await app.paidOrder(local());
    const asked = await Promise.allSettled(
      Array.from({ length: 5 }, () => requestRefund(app.context, { orderNumber, reason: 'x' })),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await app.order(orderNumber)).refunds).toHaveLength(1);
  });

  test('after the goods were sent puts what the order still held on the shelf once', async () => {
    const before = await stock();
    const { orderNumber } = await app.paidOrder(local());
    await move(orderNumber, 'goods_sent');
    await move(orderNumber, 'goods_accepted');
    await requestRefund(app.context, { orderNumber, reason: '有划痕' });
    const play = scriptedProvider();
    await payOut(app, play);
    await hear(app, (await refundOf({ orderNumber })).id, { news: 'succeeded' });
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded' });
    expect(await stock()).toBe(before);
    const released = `select 1 from inventory_log l join orders o on o.id = l.order_id where change_type = 'release' and order_number = ?`;
    expect(await app.rows(released, [orderNumber])).toHaveLength(1);
  });
});

describe('how a call can end', () => {
  test('accepted: it is asked about, never sent again, until it is paid out', async () => {
    const order = await refunding();
    const play = scriptedProvider(['accept']);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'processing', lastError: null });
    app.later(SECOND);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'processing', attempts: 2 });
    play.end(`${order.orderNumber}-R1`, 'succeeded');
    app.later(4 * SECOND);
    await payOut(app, play);
    expect(play.asked).toHaveLength(1);
    app.later(SECOND);
    await payOut(app, play);
    expect(await app.order(order.orderNumber)).toMatchObject({ status: 'refunded' });
    expect([play.sent.length, play.asked.length]).toEqual([1, 2]);
  });

  test('refused: failed, a case for staff, and nothing is called by itself', async () => {
    const order = await refunding();
    const play = scriptedProvider(['refuse']);
    await payOut(app, play);
    app.later(HOUR);
    await payOut(app, play);
    expect(play.sent).toHaveLength(1);
    expect(await app.order(order.orderNumber)).toMatchObject({
      status: 'refunding',
      refunds: [
        {
          status: 'failed',
          lastError: '余额不足',
          lastErrorEn: 'Not enough balance',
          nextAttemptAt: null,
          retry: { allowed: true },
        },
      ],
      exceptions: [
        {
          kind: 'refund_failed',
          detail: `退款 ${order.orderNumber}-R1（¥200.00）失败：余额不足`,
          detailEn: `Refund ${order.orderNumber}-R1 (¥200.00) failed: Not enough balance`,
        },
      ],
    });
  });

  test('not sent: sent again by the schedule under the same number, without a question', async () => {
    const order = await refunding();
    const play = scriptedProvider(['not_sent', 'not_sent', 'not_sent']);
    await payOut(app, play);
    for (const waitMs of [SECOND, 5 * SECOND, 30 * SECOND]) {
      expect(await refundOf(order)).toMatchObject({
        status: 'processing',
        lastError: '测试',
        nextAttemptAt: new Date(app.now.getTime() + waitMs).toISOString(),
      });
      app.later(waitMs - 1);
      const calls = play.sent.length;
      await payOut(app, play);
      expect(play.sent).toHaveLength(calls);
      app.later(1);
      await payOut(app, play);
      expect(play.sent).toHaveLength(calls + 1);
    }
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded', attempts: 4 });
    expect(new Set(play.sent.map(({ refundNo }) => refundNo)).size).toBe(1);
    expect(play.asked).toHaveLength(0);
  });

  test('not sent, and the provider asked for patience: it gets it when it is longer', async () => {
    const order = await refunding();
    const play = scriptedProvider();
    const reason = { zh: '限流', en: 'limited' };
    const patient = (retryAfterMs: number) =>
      payOut(app, {
        providers: new Map([
          ['generic', { ...play.provider, refund: async () => ({ outcome: 'not_sent', reason, retryAfterMs }) }],
        ]) as never,
      });
    await patient(90 * SECOND);
    expect((await refundOf(order)).nextAttemptAt).toBe(new Date(app.now.getTime() + 90 * SECOND).toISOString());
    app.later(90 * SECOND);
    await patient(1);
    expect((await refundOf(order)).nextAttemptAt).toBe(new Date(app.now.getTime() + 5 * SECOND).toISOString());
    app.later(5 * SECOND);
    await patient(Number.MAX_SAFE_INTEGER);
    expect((await refundOf(order)).nextAttemptAt).toBe(new Date(app.now.getTime() + 24 * HOUR).toISOString());
  });

  test('uncertain and paid: the question finds it, and it is not sent again', async () => {
    const order = await refunding();
    const play = scriptedProvider(['lose']);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'processing', lastError: '测试' });
    app.later(SECOND);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded' });
    expect([play.sent.length, play.asked.length, play.paidOutFen()]).toEqual([1, 1, PAID_FEN]);
  });

  test('uncertain and never arrived: asked first, then sent under the same number', async () => {
    const order = await refunding();
    const play = scriptedProvider(['drop', 'not_sent']);
    await payOut(app, play);
    app.later(SECOND);
    await payOut(app, play);
    // Once nobody knew, the question comes first for good, also after a call that certainly did not arrive.
    app.later(5 * SECOND);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded', attempts: 3 });
    expect([play.sent.length, play.asked.length, play.paidOutFen()]).toEqual([3, 2, PAID_FEN]);
    expect(new Set(play.sent.map(({ refundNo }) => refundNo)).size).toBe(1);
  });

  test('uncertain, then refused: nobody knows of the first call, so it is asked about and not withdrawn', async () => {
    const order = await refunding();
    const play = scriptedProvider(['drop', 'refuse']);
    await payOut(app, play);
    app.later(SECOND);
    await payOut(app, play);
    const failed = await refundOf(order);
    expect(failed).toMatchObject({ status: 'failed', lastError: '余额不足' });
    expect((await app.order(order.orderNumber)).exceptions[0]!.detailEn).toContain('may have been accepted');
    expect(await refusal(withdrawRefund(app.context, { ...order, reason: 'x' }))).toMatchObject({
      message: '退款已提交支付渠道，不能撤回',
    });
    await retryRefund(app.context, { id: failed.id });
    await payOut(app, play);
    expect([play.sent.length, play.asked.length]).toEqual([3, 2]);
  });

  test('uncertain, and the question is not answered: nothing is sent', async () => {
    const order = await refunding();
    const play = scriptedProvider(['drop']);
    play.refuseQuestions(true);
    await payOut(app, play);
    for (const waitMs of [SECOND, 5 * SECOND, 30 * SECOND]) {
      app.later(waitMs);
      await payOut(app, play);
    }
    expect([play.sent.length, play.asked.length]).toEqual([1, 3]);
    play.refuseQuestions(false);
    app.later(120 * SECOND);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded' });
    expect(play.sent).toHaveLength(2);
  });

  test('a client that breaks leaves the same doubt as a lost answer', async () => {
    const order = await refunding();
    const play = scriptedProvider(['break']);
    await payOut(app, play);
    app.later(SECOND);
    await payOut(app, play);
    expect([play.sent.length, play.asked.length]).toEqual([2, 1]);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded' });
  });

  test('an answer about another amount, number or an unknown status settles nothing', async () => {
    const order = await refunding();
    const refundNo = `${order.orderNumber}-R1`;
    const notice = { refundNo, news: 'succeeded', statusText: 'OK', amountFen: PAID_FEN, providerRefundId: undefined };
    for (const [wrong, error, waitMs] of [
      [{ amountFen: 1 }, /^回调退款金额与记录不一致：.* ¥200\.00，实为 ¥0\.01$/, SECOND],
      [{ refundNo: 'another-R1' }, /得到的却是 another-R1$/, 5 * SECOND],
      [{ news: 'unknown', statusText: '??' }, /^未知的退款状态：\?\?$/, 30 * SECOND],
    ] as const) {
      const answer = async () => ({ outcome: 'answered', value: { ...notice, ...wrong } });
      await payOut(app, {
        providers: new Map([['generic', { refund: answer, queryRefund: answer, name: 'generic' }]]) as never,
      });
      expect(await refundOf(order)).toMatchObject({
        status: 'processing',
        lastError: expect.stringMatching(error),
        nextAttemptAt: new Date(app.now.getTime() + waitMs).toISOString(),
      });
      app.later(waitMs);
    }
    expect(await openCases(order)).toEqual(['amount_mismatch', 'conflicting_callback']);
  });

  test('the same wrong answer, however often it is asked for, is one case', async () => {
    const order = await refunding();
    const notice = { refundNo: `${order.orderNumber}-R1`, news: 'succeeded', statusText: 'OK', amountFen: 1 };
    const answer = async () => ({ outcome: 'answered', value: notice });
    const providers = new Map([['generic', { refund: answer, queryRefund: answer, name: 'generic' }]]) as never;
    for (const waitMs of [SECOND, 5 * SECOND, 30 * SECOND]) {
      await payOut(app, { providers });
      app.later(waitMs);
    }
    expect(await refundOf(order)).toMatchObject({ status: 'processing', attempts: 3 });
    expect(await openCases(order)).toEqual(['amount_mismatch']);
  });

  test('a week of silence ends in a case, and a retry still asks before it sends', async () => {
    const order = await refunding();
    const play = scriptedProvider(['lose']);
    const mute = { ...play.provider, queryRefund: async () => ({ outcome: 'not_sent', reason: { zh: 'x', en: 'x' } }) };
    const muted = { providers: new Map([['generic', mute]]) as never };
    for (let call = 1; call <= TRIES_MAX; call += 1) {
      expect(await refundOf(order)).toMatchObject({ attempts: call - 1 });
      await payOut(app, muted);
      app.later(6 * HOUR);
    }
    const failed = await refundOf(order);
    expect(failed).toMatchObject({ status: 'failed', attempts: TRIES_MAX, lastError: '尝试 36 次仍无结果：x' });
    expect((await app.order(order.orderNumber)).exceptions[0]!.detail).toContain('线下退款前请先向支付渠道核实');
    await payOut(app, play);
    expect(play.asked).toHaveLength(0);

    await retryRefund(app.context, { id: failed.id });
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded' });
    expect([play.sent.length, play.asked.length, play.paidOutFen()]).toEqual([1, 1, PAID_FEN]);
    expect(await openCases(order)).toEqual([]);
  });

  test('a provider that never ends what it took is asked on, and staff hear of it once', async () => {
    const order = await refunding();
    const play = scriptedProvider(['accept']);
    for (let call = 1; call <= TRIES_MAX + 2; call += 1) {
      await payOut(app, play);
      app.later(6 * HOUR);
    }
    expect(await refundOf(order)).toMatchObject({ status: 'processing', retry: { allowed: false } });
    expect(play.sent).toHaveLength(1);
    expect(await openCases(order)).toEqual(['refund_failed']);
    play.end(`${order.orderNumber}-R1`, 'succeeded');
    await payOut(app, play);
    expect(await openCases(order)).toEqual([]);
  });

  test('no client for the way it was paid: failed, to be paid back by hand', async () => {
    const order = await refunding();
    await payOut(app, { providers: new Map() });
    const refund = await refundOf(order);
    expect(refund).toMatchObject({
      status: 'failed',
      lastError: '支付方式 generic 没有可用的退款接口，请线下退款后登记',
    });
    expect(await openCases(order)).toEqual(['refund_failed']);
    // Tried again in vain: the newer case replaces the older one.
    await retryRefund(app.context, { id: refund.id });
    await payOut(app, { providers: new Map() });
    expect(await openCases(order)).toEqual(['refund_failed']);

    await settleRefundByHand(app.context, { id: refund.id, reason: '已银行转账' });
    await settleRefundByHand(app.context, { id: refund.id, reason: '已银行转账' });
    const after = await app.order(order.orderNumber);
    expect(after).toMatchObject({ status: 'refunded', refundedFen: PAID_FEN, refunds: [{ status: 'succeeded' }] });
    expect(after.timeline.filter(({ note }) => note === '已银行转账').map(({ to, by }) => [to, by])).toEqual([
      ['processing', 'staff:tester'],
      ['succeeded', 'staff:tester'],
    ]);
    expect(await openCases(order)).toEqual([]);
    const play = scriptedProvider();
    await payOut(app, play);
    expect(play.sent).toHaveLength(0);
  });
});

describe('who dies, and who comes at the same time', () => {
  test('a process that dies after the call: one payout, found by the question', async () => {
    const order = await refunding();
    const play = scriptedProvider(['hang']);
    const dead = payOut(app, play);
    await expect.poll(() => play.silent.length).toBe(1);
    app.later(LEASE - 1);
    await payOut(app, play);
    expect(play.asked).toHaveLength(0);
    app.later(1);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded', attempts: 2 });
    // It was only very slow, and speaks after all.
    play.silent[0]!();
    await dead;
    const after = await app.order(order.orderNumber);
    expect(after.timeline.filter(({ to }) => to === 'succeeded')).toHaveLength(2);
    expect([play.sent.length, play.paidOutFen()]).toEqual([1, PAID_FEN]);
  });

  test('a process that dies between its note and the call: asked, then sent', async () => {
    const order = await refunding();
    const play = scriptedProvider();
    const dies = payOutRefund({
      ...payOutContext(app, play),
      providers: { get: () => ({ ...play.provider, refund: () => new Promise(() => {}) }) } as never,
    });
    await expect.poll(async () => (await refundOf(order)).status).toBe('processing');
    app.later(LEASE);
    await payOut(app, play);
    expect([play.sent.length, play.asked.length, play.paidOutFen()]).toEqual([1, 1, PAID_FEN]);
    void dies;
  });

  test('an old answer plans nothing over a newer call', async () => {
    const order = await refunding();
    const play = scriptedProvider(['accept']);
    let answer!: (value: unknown) => void;
    const slow = {
      ...play.provider,
      refund: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    const old = payOut(app, { providers: new Map([['generic', slow]]) as never });
    await expect.poll(() => answer !== undefined).toBe(true);
    app.later(LEASE);
    await payOut(app, play);
    const planned = await refundOf(order);
    answer({ outcome: 'refused', code: 'X', reason: { zh: 'x', en: 'x' } });
    await old;
    expect(await refundOf(order)).toEqual(planned);
  });

  test('20 jobs at once: one call', async () => {
    const order = await refunding();
    const play = scriptedProvider([], { slow: true });
    await Promise.all(Array.from({ length: 20 }, () => payOut(app, play)));
    expect([play.sent.length, play.asked.length]).toEqual([1, 0]);
    expect(await app.order(order.orderNumber)).toMatchObject({ status: 'refunded' });
  });

  test('several refunds at once: each is called once', async () => {
    const orders = [await refunding(), await refunding(), await refunding(), await refunding()];
    const play = scriptedProvider([], { slow: true });
    await Promise.all(Array.from({ length: 6 }, () => payOut(app, play)));
    await payOut(app, play);
    expect(play.sent.map(({ refundNo }) => refundNo).toSorted()).toEqual(
      orders.map(({ orderNumber }) => `${orderNumber}-R1`).toSorted(),
    );
  });

  test('a withdrawal and the job: one of the two, never both', async () => {
    for (let round = 0; round < 12; round += 1) {
      const { orderNumber } = await refunding();
      const play = scriptedProvider([], { slow: true });
      const withdraw = () => withdrawRefund(app.context, { orderNumber, reason: '误操作' });
      const racing = round % 2 === 0 ? [withdraw(), payOut(app, play)] : [payOut(app, play), withdraw()].toReversed();
      const [withdrawn] = await Promise.allSettled(racing);
      await payOut(app, play);
      const { status, refunds } = await app.order(orderNumber);
      const end = [withdrawn!.status, status, play.sent.length, refunds[0]!.status];
      expect([
        ['fulfilled', 'paid', 0, 'pending'],
        ['rejected', 'refunded', 1, 'succeeded'],
      ]).toContainEqual(end);
      if (withdrawn!.status === 'rejected') expect(withdrawn!.reason).toMatchObject({ code: 'INVALID_ORDER_STATUS' });
    }
  });
});

describe('withdrawing', () => {
  test('makes the order paid again; the money can be asked for anew under a new number', async () => {
    const { orderNumber } = await refunding(5_000);
    const back = await withdrawRefund(app.context, { orderNumber, reason: '买家又要了' });
    expect(back).toMatchObject({ status: 'paid', refundableFen: PAID_FEN });
    expect(back.refunds).toMatchObject([
      {
        status: 'pending',
        withdrawnAt: app.now.toISOString(),
        nextAttemptAt: null,
        retry: { allowed: false, reason: '退款已撤回' },
      },
    ]);
    expect(back.history.at(-1)).toMatchObject({ from: 'refunding', to: 'paid', note: '买家又要了' });
    const play = scriptedProvider();
    await payOut(app, play);
    expect(play.sent).toHaveLength(0);

    await requestRefund(app.context, { orderNumber, reason: '最终还是不要' });
    await payOut(app, play);
    expect(play.sent).toMatchObject([{ refundNo: `${orderNumber}-R2`, amountFen: PAID_FEN }]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded', refundedFen: PAID_FEN });
  });

  test.each([
    ['accept', '退款已提交支付渠道，不能撤回'],
    ['drop', '退款已提交支付渠道，不能撤回'],
    ['not_sent', '退款已提交支付渠道，不能撤回'],
    ['fail', '退款已提交支付渠道，不能撤回'],
  ] as const)('is refused once a call ended as %s', async (step: Step, message) => {
    const { orderNumber } = await refunding();
    await payOut(app, scriptedProvider([step]));
    expect(await refusal(withdrawRefund(app.context, { orderNumber, reason: 'x' }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message,
    });
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunding' });
  });

  test('works after a plain refusal, and closes its case', async () => {
    const { orderNumber } = await refunding();
    await payOut(app, scriptedProvider(['refuse']));
    expect(await withdrawRefund(app.context, { orderNumber, reason: 'x' })).toMatchObject({ status: 'paid' });
    expect(await openCases({ orderNumber })).toEqual([]);
    const id = (await refundOf({ orderNumber })).id;
    for (const verb of [
      () => retryRefund(app.context, { id }),
      () => settleRefundByHand(app.context, { id, reason: 'x' }),
    ])
      expect(await refusal(verb())).toMatchObject({ code: 'REFUSED', message: '退款已撤回' });
  });

  test('is refused for an order that is not refunding', async () => {
    const { orderNumber } = await app.paidOrder(local());
    expect(await refusal(withdrawRefund(app.context, { orderNumber, reason: 'x' }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
    });
  });

  test('is refused for a refund that no person asked for', async () => {
    const { orderNumber } = await app.paidOrder(local());
    await move(orderNumber, 'goods_sent');
    await move(orderNumber, 'refund_agreed');
    expect(await refusal(withdrawRefund(app.context, { orderNumber, reason: 'x' }))).toMatchObject({
      message: '退款不是由申请发起的，不能撤回',
    });
  });

  test('does not undo a fact: what the provider pays out all the same counts, with a case', async () => {
    const { orderNumber } = await refunding();
    const { id } = await refundOf({ orderNumber });
    await withdrawRefund(app.context, { orderNumber, reason: 'x' });
    expect(await hear(app, id, { news: 'succeeded' })).toMatchObject({ outcome: 'applied' });
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      refundableFen: 0,
      refundedFen: PAID_FEN,
      refunds: [{ status: 'succeeded', withdrawnAt: null }],
    });
    expect(await openCases({ orderNumber })).toEqual(['conflicting_callback']);
    expect(await refusal(requestRefund(app.context, { orderNumber, reason: 'x' }))).toMatchObject({ code: 'REFUSED' });
  });
});

describe('what a provider says by itself', () => {
  test('success while the call is under way counts once', async () => {
    const order = await refunding();
    const play = scriptedProvider(['hang']);
    const running = payOut(app, play);
    await expect.poll(() => play.silent.length).toBe(1);
    const { id } = await refundOf(order);
    expect(await hear(app, id, { news: 'succeeded' })).toMatchObject({ outcome: 'applied' });
    expect(await hear(app, id, { news: 'succeeded' })).toMatchObject({ outcome: 'repeated' });
    play.silent[0]!();
    await running;
    const { timeline, status } = await app.order(order.orderNumber);
    expect(status).toBe('refunded');
    expect(timeline.filter(({ machine, to }) => machine === 'refund' && to === 'succeeded')).toHaveLength(1);
  });

  test('failed, then success: the money went out, its case closes, and nothing is called again', async () => {
    const order = await refunding();
    const play = scriptedProvider(['fail']);
    await payOut(app, play);
    const { id } = await refundOf(order);
    expect(await openCases(order)).toEqual(['refund_failed']);
    expect(await hear(app, id, { news: 'failed' })).toMatchObject({ outcome: 'repeated' });
    expect(await hear(app, id, { news: 'succeeded' })).toMatchObject({ outcome: 'applied' });
    const after = await app.order(order.orderNumber);
    expect(after).toMatchObject({ status: 'refunded', refunds: [{ status: 'succeeded' }] });
    expect(after.timeline.filter(({ machine }) => machine === 'refund').map(({ to }) => to)).toEqual([
      'processing',
      'failed',
      'processing',
      'succeeded',
    ]);
    expect(await openCases(order)).toEqual([]);
    expect(await refusal(retryRefund(app.context, { id }))).toMatchObject({
      code: 'REFUSED',
      message: '只有失败的退款可以重试',
    });
    app.later(HOUR);
    await payOut(app, play);
    expect(play.sent).toHaveLength(1);
    const closed = await app.rows(
      `select resolved_by, resolved_action from exceptions where refund_id = ? and status = 'resolved'`,
      [id],
    );
    expect(closed).toEqual([{ resolved_by: 'system', resolved_action: 'acknowledge' }]);
    const told = `select 1 from outbox where type = 'exception.resolved' and subject = ?`;
    expect(await app.rows(told, [order.orderNumber])).toHaveLength(1);
  });

  test('a retry that is planned is not sent when success comes first', async () => {
    const order = await refunding();
    const play = scriptedProvider(['fail']);
    await payOut(app, play);
    const { id } = await refundOf(order);
    await retryRefund(app.context, { id });
    await hear(app, id, { news: 'succeeded' });
    await payOut(app, play);
    expect(play.sent).toHaveLength(1);
  });

  test('failed, while a call is under way whose end nobody learns: asked before it is sent again', async () => {
    const order = await refunding();
    const play = scriptedProvider(['hang']);
    const dead = payOut(app, play);
    await expect.poll(() => play.silent.length).toBe(1);
    const { id } = await refundOf(order);
    expect(await hear(app, id, { news: 'failed' })).toMatchObject({ outcome: 'applied' });
    expect(await refusal(withdrawRefund(app.context, { ...order, reason: 'x' }))).toMatchObject({
      message: '退款已提交支付渠道，不能撤回',
    });
    await retryRefund(app.context, { id });
    await payOut(app, play);
    expect([play.sent.length, play.asked.length]).toEqual([1, 1]);
    expect(await app.order(order.orderNumber)).toMatchObject({ status: 'refunded' });
    play.silent[0]!();
    await dead;
  });

  test('success, then failed: nothing changes, a case is raised', async () => {
    const order = await refunding();
    await payOut(app, scriptedProvider());
    const { id } = await refundOf(order);
    const callbackId = '019aa000-0000-7000-8000-000000000001';
    expect(await hear(app, id, { news: 'failed' }, callbackId)).toMatchObject({ outcome: 'conflict' });
    expect(await hear(app, id, { news: 'processing' })).toMatchObject({ outcome: 'repeated' });
    expect(await app.order(order.orderNumber)).toMatchObject({
      status: 'refunded',
      refunds: [{ status: 'succeeded' }],
    });
    expect(await openCases(order)).toEqual(['conflicting_callback']);
  });

  test('success of one that was paid by hand: paid twice, a case', async () => {
    const order = await refunding();
    await payOut(app, scriptedProvider(['fail']));
    const { id } = await refundOf(order);
    await settleRefundByHand(app.context, { id, reason: '已转账' });
    expect(await hear(app, id, { news: 'succeeded' })).toMatchObject({ outcome: 'conflict' });
    expect(await openCases(order)).toEqual(['conflicting_callback']);
  });

  test('processing of one that counts as failed: asked, not sent', async () => {
    const order = await refunding();
    const play = scriptedProvider(['fail']);
    await payOut(app, play);
    const { id } = await refundOf(order);
    expect(await hear(app, id, { news: 'processing' })).toMatchObject({ outcome: 'applied' });
    app.later(SECOND);
    await payOut(app, play);
    expect([play.sent.length, play.asked.length]).toEqual([1, 1]);
    expect(await refundOf(order)).toMatchObject({ status: 'failed' });
    expect(await openCases(order)).toEqual(['refund_failed']);
  });

  test('failed, taken up after all, then failed again: staff have a case to look at', async () => {
    const order = await refunding();
    await payOut(app, scriptedProvider(['fail']));
    const { id } = await refundOf(order);
    for (const news of ['processing', 'failed'] as const)
      expect(await hear(app, id, { news }, randomUUID())).toMatchObject({ outcome: 'applied' });
    expect(await refundOf(order)).toMatchObject({ status: 'failed', nextAttemptAt: null });
    expect(await openCases(order)).toEqual(['refund_failed']);
  });

  test.each([
    [{ amountFen: 1 }, 'amount_mismatch', ['amount_mismatch']],
    [{ news: 'unknown', statusText: '??' }, 'malformed', []],
  ] as const)('%j changes nothing', async (wrong, outcome, cases) => {
    const order = await refunding();
    const { id } = await refundOf(order);
    expect(await hear(app, id, wrong)).toMatchObject({ outcome });
    expect(await refundOf(order)).toMatchObject({ status: 'pending', attempts: 0 });
    expect(await openCases(order)).toEqual(cases);
  });
});

describe('retrying', () => {
  test('calls again at once under the same number, by the schedule from its start', async () => {
    const order = await refunding();
    const play = scriptedProvider(['not_sent', 'not_sent', 'refuse', 'not_sent']);
    await payOut(app, play);
    app.later(SECOND);
    await payOut(app, play);
    app.later(5 * SECOND);
    await payOut(app, play);
    const { id } = await refundOf(order);
    expect(await retryRefund(app.context, { id })).toMatchObject({
      status: 'failed',
      nextAttemptAt: app.now.toISOString(),
    });
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({
      status: 'processing',
      nextAttemptAt: new Date(app.now.getTime() + SECOND).toISOString(),
    });
    expect(await refusal(retryRefund(app.context, { id }))).toMatchObject({ code: 'REFUSED' });
    app.later(SECOND);
    await payOut(app, play);
    expect(await refundOf(order)).toMatchObject({ status: 'succeeded', attempts: 5 });
    expect(new Set(play.sent.map(({ refundNo }) => refundNo)).size).toBe(1);
    const audits = `select actor from audit_entries where action = 'refund_retried' and resource_id = ?`;
    expect(await app.rows(audits, [id])).toEqual([{ actor: 'staff:tester' }]);
  });

  test('of nothing is refused', async () => {
    const id = '019aa000-0000-7000-8000-000000000002';
    expect(await refusal(retryRefund(app.context, { id }))).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('money that goes back by itself', () => {
  test('a cancelled order stays cancelled while its refund fails, and when it is paid out', async () => {
    const { orderNumber } = await app.paidOrder(local());
    await move(orderNumber, 'cancel_agreed');
    const play = scriptedProvider(['refuse', 'fail']);
    await payOut(app, play);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'cancelled', refunds: [{ status: 'failed' }] });
    await retryRefund(app.context, { id: (await refundOf({ orderNumber })).id });
    await payOut(app, play);
    await retryRefund(app.context, { id: (await refundOf({ orderNumber })).id });
    await payOut(app, play);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'cancelled', refundedFen: PAID_FEN });
    expect(await openCases({ orderNumber })).toEqual([]);
  });

  test('late money is sent back and its case closes by itself', async () => {
    const { orderNumber } = await app.place(local());
    const payment = await app.openPayment(orderNumber);
    await move(orderNumber, 'cancel_agreed');
    await app.deliver(paymentCallback(payment, {}, app.now));
    expect(await openCases({ orderNumber })).toEqual(['money_to_return']);
    await payOut(app, scriptedProvider());
    expect(await openCases({ orderNumber })).toEqual([]);
  });

  test('money that came twice goes back under the second transaction, and the order stays paid', async () => {
    const { orderNumber, payments } = await app.paidOrder(local());
    await app.deliver(paymentCallback(payments[0]!, { transaction_id: 'T-second:1' }, app.now));
    const play = scriptedProvider();
    await payOut(app, play);
    expect(play.sent).toMatchObject([{ transactionId: 'T-second:1', amountFen: PAID_FEN }]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', refundableFen: PAID_FEN });
    expect(await openCases({ orderNumber })).toEqual([]);
  });

  test('an order whose money all went back before ends at once when its refund is agreed', async () => {
    const { orderNumber } = await app.paidOrder(local());
    await move(orderNumber, 'goods_sent');
    await returnPart(orderNumber);
    await payOut(app, scriptedProvider());
    await move(orderNumber, 'refund_agreed');
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded' });
  });
});

test('the list filters and pages', async () => {
  app.later(HOUR);
  const [one, two] = [await refunding(), await refunding()];
  await payOut(app, scriptedProvider(['refuse', 'pay']));
  const createdFrom = app.now.toISOString();
  const list = (filter: Partial<Parameters<typeof listRefunds>[1]>) =>
    listRefunds(app.orm.em.fork(), { limit: 20, createdFrom, ...filter }, 'staff:tester');
  const numbers = async (filter: Parameters<typeof list>[0]) =>
    (await list(filter)).items.map(({ refundNo }) => refundNo);
  const [first, second] = [`${one.orderNumber}-R1`, `${two.orderNumber}-R1`];
  expect(await numbers({})).toEqual([second, first]);
  expect(await numbers({ orderNumber: one.orderNumber })).toEqual([first]);
  expect(await numbers({ orderNumber: 'none' })).toEqual([]);
  expect(await numbers({ status: ['failed', 'succeeded'] })).toEqual([second, first]);
  expect(await numbers({ status: 'failed' })).toHaveLength(1);
  expect(await numbers({ status: 'pending' })).toEqual([]);
  expect(await numbers({ createdTo: createdFrom })).toEqual([]);
  const page = refundApi.list.output.parse(await list({ limit: 1 }));
  expect(page).toMatchObject({ items: [{ refundNo: second, method: 'generic', orderNumber: two.orderNumber }] });
  expect(await numbers({ limit: 1, cursor: page.nextCursor! })).toEqual([first]);
  expect(await refusal(list({ cursor: 'nonsense' }))).toMatchObject({ code: 'BAD_INPUT' });
});

test('the database refuses refunds beyond what a payment paid, whatever the code says', async () => {
  const { orderNumber } = await refunding(PAID_FEN - 1);
  const again = (amountFen: number) =>
    app.rows(
      `insert into refunds (public_id, order_id, payment_id, status, amount_fen, idempotency_key, refund_no, cause, reason, reason_en, created_at, updated_at)
       select gen_random_uuid(), order_id, payment_id, 'pending', ?, gen_random_uuid(), gen_random_uuid(), cause, 'x', 'x', now(), now()
         from refunds where refund_no = ?`,
      [amountFen, `${orderNumber}-R1`],
    );
  await expect(again(2)).rejects.toThrow('exceed what it paid');
  await again(1);
  await expect(again(1)).rejects.toThrow('exceed what it paid');
});

describe('whatever happens in whatever order', () => {
  const steps: Step[] = ['pay', 'accept', 'fail', 'refuse', 'not_sent', 'lose', 'drop', 'break'];
  const verbs = ['withdraw', 'retry', 'run', 'run', 'die', 'wait', 'told', 'return'] as const;
  const actions = fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({ verb: fc.constant('request' as const), fen: fc.integer({ min: 1, max: PAID_FEN + 1 }) }),
    },
    { weight: 3, arbitrary: fc.record({ verb: fc.constantFrom(...verbs), fen: fc.integer({ min: 1, max: 999 }) }) },
  );

  test('no more goes back than was paid, each number once, and what is withdrawn stays here', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...steps), { maxLength: 6 }),
        fc.array(actions, { minLength: 4, maxLength: 16 }),
        async (script, life) => {
          const { orderNumber } = await app.paidOrder(local());
          const play = scriptedProvider(script);
          await requestRefund(app.context, { orderNumber, amountFen: Math.min(life[0]!.fen, PAID_FEN), reason: 'x' });
          for (const action of life) {
            const refund = await refundOf({ orderNumber });
            // What is refused is refused in words; anything else is a defect.
            await perform(orderNumber, play, action, refund).catch((error: unknown) => {
              if (!(error instanceof DomainError)) throw error;
            });
          }
          const { refunds, refundedFen, status } = await app.order(orderNumber);
          const counting = refunds.filter(({ withdrawnAt }) => !withdrawnAt);
          const sumFen = counting.reduce((sum, { amountFen }) => sum + amountFen, 0);
          expect(sumFen).toBeLessThanOrEqual(PAID_FEN);
          expect(play.paidOutFen()).toBeLessThanOrEqual(sumFen);
          expect(refundedFen).toBeLessThanOrEqual(play.paidOutFen());
          expect(play.sentAfterPaid).toBe(0);
          expect(new Set(refunds.map(({ refundNo }) => refundNo)).size).toBe(refunds.length);
          if (status === 'refunded') expect(refundedFen).toBeGreaterThan(0);
          await app.rows(`update refunds set next_attempt_at = null, leased_until = null`);
        },
      ),
      { numRuns: 60 },
    );
  });

  async function perform(
    orderNumber: string,
    play: ReturnType<typeof scriptedProvider>,
    { verb, fen }: { verb: 'request' | (typeof verbs)[number]; fen: number },
    { id, refundNo, amountFen }: RefundView,
  ): Promise<unknown> {
    const reason = 'x';
    switch (verb) {
      case 'request':
        return requestRefund(app.context, { orderNumber, amountFen: fen, reason });
      case 'withdraw':
        return withdrawRefund(app.context, { orderNumber, reason });
      case 'retry':
        return retryRefund(app.context, { id });
      case 'run':
        return payOut(app, play);
      case 'wait':
        return app.later(6 * HOUR);
      // The call was made, its process died, and the lease ran out.
      case 'die':
        await payOutRefund({ ...payOutContext(app, play), now: deadAfterClaim() }).catch(() => undefined);
        return app.later(LEASE);
      // The provider tells by itself how the refund stands, if it knows it.
      case 'told': {
        const order = play.sent.find((sent) => sent.refundNo === refundNo);
        const known = order && (await play.provider.queryRefund(order));
        if (known?.outcome !== 'answered' || known.value === 'not_found') return undefined;
        return hear(app, id, { ...known.value, amountFen });
      }
      case 'return':
        return returnPart(orderNumber, fen);
    }
  }

  /** A clock that stops the work at its second reading: the claim is kept, the call is made, its answer is lost. */
  function deadAfterClaim(): () => Date {
    let reads = 0;
    return () => {
      reads += 1;
      if (reads > 1) throw new Error('died');
      return app.now;
    };
  }
});
