import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import type { PlaceOrder, RefundView } from '@orderbridge/contracts/orders-api';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DomainError } from '../src/errors.ts';
import { listExceptions } from '../src/exceptions/list-exceptions.ts';
import { resolveException } from '../src/exceptions/resolve-exception.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { getOrder } from '../src/orders/get-order.ts';
import { lockOrder } from '../src/orders/lock-orders.ts';
import { moveOrder } from '../src/orders/move-order.ts';
import { rebuildOrder } from '../src/orders/rebuild-order.ts';
import { approveRefund } from '../src/payments/approve-refund.ts';
import { declineRefund } from '../src/payments/decline-refund.ts';
import { listRefunds } from '../src/payments/list-refunds.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { returnMoney } from '../src/payments/return-money.ts';
import { retryRefund } from '../src/payments/retry-refund.ts';
import { settleRefundByHand } from '../src/payments/settle-refund-by-hand.ts';
import { withdrawRefund } from '../src/payments/withdraw-refund.ts';
import { transact } from '../src/transaction.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';
import { hear, payOut, scriptedProvider } from './_refunds.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase({ poolMax: 12 });
});
// What one test left to be called is not called in the next.
afterEach(() => app.rows(`update refunds set next_attempt_at = null, leased_until = null`));
afterAll(() => app[Symbol.asyncDispose]());

const PAID_FEN = 20_000;
const FROM_FEN = 10_000;
const local = (): Partial<PlaceOrder> => ({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }] });
/** Whoever asks; the setting is on. */
const as = (name: string) => ({
  ...app.context,
  by: name.includes(':') ? name : `staff:${name}`,
  permissions: PERMISSIONS,
  twoPersonFromFen: FROM_FEN,
});
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('was not refused'),
    (error: DomainError) => error,
  );

/** A paid order of which this much was asked back by the first person. */
async function asked(amountFen = FROM_FEN, by = 'first'): Promise<{ orderNumber: string; id: string }> {
  const { orderNumber } = await app.paidOrder(local());
  const { refunds } = await requestRefund(as(by), { orderNumber, amountFen, reason: '质量问题' });
  return { orderNumber, id: refunds[0]!.id };
}
const refundOf = async (orderNumber: string): Promise<RefundView> => (await app.order(orderNumber)).refunds.at(-1)!;
const cases = async (orderNumber: string, by = 'staff:second', status: 'open' | 'resolved' = 'open') => {
  const viewer = { now: app.now, permissions: PERMISSIONS, by };
  return (await listExceptions(app.orm.em.fork(), { orderNumber, status, limit: 20 }, viewer)).items;
};
const auditOf = (id: string) =>
  app.rows<{ action: string; actor: string }>(
    `select action, actor from audit_entries where resource_id = ? order by id`,
    [id],
  );

describe('a refund that a person asks for', () => {
  test('below the limit is paid out at once', async () => {
    const { orderNumber } = await asked(FROM_FEN - 1);
    expect(await refundOf(orderNumber)).toMatchObject({ approval: null, requestedBy: 'staff:first' });
    await payOut(app, scriptedProvider());
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded' });
  });

  test('waits at the limit, until somebody else approves it', async () => {
    const { orderNumber, id } = await asked();
    const play = scriptedProvider();
    await payOut(app, play);
    app.later(86_400_000);
    await payOut(app, play);
    expect(play.sent).toHaveLength(0);
    expect(await refundOf(orderNumber)).toMatchObject({
      status: 'pending',
      nextAttemptAt: null,
      requestedBy: 'staff:first',
      retry: { allowed: false },
      approval: { awaited: true, approvedBy: null, approve: { allowed: true }, decline: { allowed: true } },
    });
    expect(await cases(orderNumber)).toMatchObject([
      {
        kind: 'refund_to_approve',
        refundId: id,
        detail: `staff:first 申请退款 ${orderNumber}-R1（¥100.00），须由另一人批准后才会发出：质量问题`,
        actions: [
          { action: 'approve_refund', allowed: true },
          { action: 'decline_refund', allowed: true },
        ],
      },
    ]);

    const approved = await approveRefund(as('second'), { id });
    expect(approved).toMatchObject({
      nextAttemptAt: app.now.toISOString(),
      approval: { awaited: false, approvedBy: 'staff:second', approvedAt: app.now.toISOString() },
    });
    expect(await cases(orderNumber)).toEqual([]);
    expect((await app.order(orderNumber)).timeline.at(-1)).toMatchObject({
      machine: 'refund',
      fact: 'refund_approved',
      subjectId: id,
      by: 'staff:second',
    });
    await payOut(app, play);
    expect(play.sent).toMatchObject([{ refundNo: `${orderNumber}-R1`, amountFen: FROM_FEN }]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded', refundedFen: FROM_FEN });
    expect(await auditOf(id)).toMatchObject([
      { action: 'refund_opened', actor: 'staff:first' },
      { action: 'refund_approved', actor: 'staff:second' },
      { action: 'refund_status_changed' },
      { action: 'payment_refunded' },
    ]);
    expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
  });

  test('is not approved by whoever asked for it, nor by a machine, nor by the maker of the token that asked', async () => {
    const { orderNumber, id } = await asked();
    for (const by of ['first', 'token:robot', 'storefront:x'])
      expect(await refusal(approveRefund(as(by), { id }))).toMatchObject({ code: 'NOT_ALLOWED' });
    const seenBy = async (by: string, number = orderNumber) =>
      (await getOrder(app.orm.em.fork(), number, { now: app.now, by, permissions: PERMISSIONS })).refunds[0]!.approval;
    const own = { allowed: false, reason: '不能批准自己申请的退款，须由另一人批准' };
    expect(await seenBy('staff:first')).toMatchObject({ approve: own, decline: { allowed: true } });
    expect(await seenBy('staff:second')).toMatchObject({ approve: { allowed: true } });
    expect(await seenBy('storefront')).toMatchObject({ approve: { allowed: false, reason: '退款只能由员工批准' } });
    expect((await cases(orderNumber, 'staff:first'))[0]!.actions).toMatchObject([
      { action: 'approve_refund', allowed: false, reason: '不能批准自己申请的退款，须由另一人批准' },
      { action: 'decline_refund', allowed: true },
    ]);

    await app.rows(
      `insert into api_tokens (public_id, name, token_hash, scopes, created_by, created_at)
       values (gen_random_uuid(), 'robot', 'h', '{refunds.request}', 'staff:maker', now())`,
    );
    const byRobot = await asked(FROM_FEN, 'token:robot');
    expect(await refusal(approveRefund(as('maker'), byRobot))).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await seenBy('staff:maker', byRobot.orderNumber)).toMatchObject({ approve: own });
    expect((await cases(byRobot.orderNumber, 'staff:maker'))[0]!.actions[0]).toMatchObject(own);
    expect(await approveRefund(as('second'), byRobot)).toMatchObject({ approval: { awaited: false } });
    expect(await refundOf(orderNumber)).toMatchObject({ approval: { awaited: true } });
  });

  test('declined is withdrawn: the order is paid again, and the money can be asked for anew', async () => {
    const { orderNumber, id } = await asked();
    await declineRefund(as('second'), { id, reason: '证据不足' });
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      refundableFen: PAID_FEN,
      refunds: [{ withdrawnAt: app.now.toISOString(), approval: { awaited: false } }],
    });
    expect(await cases(orderNumber)).toEqual([]);
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'refund_declined', actor: 'staff:second' });
    const verbs = [() => approveRefund(as('second'), { id }), () => declineRefund(as('second'), { id, reason: 'x' })];
    for (const verb of verbs) expect(await refusal(verb())).toMatchObject({ code: 'REFUSED', message: '退款已撤回' });
    const { refunds } = await requestRefund(as('first'), { orderNumber, reason: '补充证据' });
    expect(refunds.at(-1)).toMatchObject({ refundNo: `${orderNumber}-R2`, approval: { awaited: true } });
    expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
  });

  test('withdrawn meanwhile is approved by nobody', async () => {
    const { orderNumber, id } = await asked();
    await withdrawRefund(as('first'), { orderNumber, reason: '误操作' });
    expect(await refusal(approveRefund(as('second'), { id }))).toMatchObject({ message: '退款已撤回' });
    expect(await cases(orderNumber)).toEqual([]);
  });

  test('over two payments waits as one, though each of them is small', async () => {
    const { orderNumber } = await app.paidOrder(local());
    const [first] = (await app.order(orderNumber)).payments;
    await app.rows(
      `insert into payments (public_id, order_id, method, provider_order_no, status, amount_fen, transaction_id, created_at, updated_at, expires_at, paid_at)
       select gen_random_uuid(), order_id, method, provider_order_no || 'X', status, 6000, 'T-second', created_at, updated_at, expires_at, paid_at from payments where public_id = ?`,
      [first!.id],
    );
    await app.rows(`update payments set amount_fen = 6000 where public_id = ?`, [first!.id]);
    const { refunds } = await requestRefund(as('first'), { orderNumber, reason: 'x' });
    expect(refunds).toMatchObject([
      { amountFen: 6_000, approval: { awaited: true } },
      { amountFen: 6_000, approval: { awaited: true } },
    ]);
    await approveRefund(as('second'), { id: refunds[1]!.id });
    const after = await app.order(orderNumber);
    expect(after.refunds.map(({ approval }) => approval?.approvedBy)).toEqual(['staff:second', 'staff:second']);
    expect(await cases(orderNumber)).toEqual([]);
  });
});

describe('other ways of opening a refund', () => {
  test('a cancel by staff: the order is off at once, its money waits and cannot be kept', async () => {
    const { orderNumber } = await app.paidOrder(local());
    await cancelOrder(as('first'), { orderNumber, reason: '不要了' });
    const { id } = await refundOf(orderNumber);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'cancelled',
      refunds: [{ approval: { awaited: true } }],
    });
    expect(await refusal(declineRefund(as('second'), { id, reason: 'x' }))).toMatchObject({
      message: '订单已取消，款项必须退还，不能拒绝',
    });
    await approveRefund(as('second'), { id });
    await payOut(app, scriptedProvider());
    expect(await app.order(orderNumber)).toMatchObject({ status: 'cancelled', refundedFen: PAID_FEN });
    expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
  });

  const cancelOwn = (by: string, orderNumber: string) =>
    cancelOrder({ ...as('x'), by, permissions: ['orders.cancelOwn'] }, { orderNumber, reason: 'x', buyer: 'buyer-1' });
  test('a cancel by the buyer waits for nobody, but one by a token in the name of the buyer does', async () => {
    const { orderNumber } = await app.paidOrder(local());
    await cancelOwn('storefront', orderNumber);
    expect(await refundOf(orderNumber)).toMatchObject({ approval: null });
    const other = await app.paidOrder(local());
    await cancelOwn('token:robot', other.orderNumber);
    expect(await refundOf(other.orderNumber)).toMatchObject({ approval: { awaited: true } });
  });

  describe('a cancel that Haier agrees to', () => {
    const atHaier = async () => {
      const { orderNumber } = await app.paidOrder();
      await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` }));
      app.later(60_000);
      return orderNumber;
    };
    const agree = (orderNumber: string, data: Partial<Parameters<typeof haierCallback>[0]> = {}) =>
      app.deliver(
        haierCallback(
          { PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}`, ...data },
          { method: 'hmm.scm_heorder.cancel' },
        ),
      );

    test('waits when a person asked for it: for somebody else', async () => {
      const orderNumber = await atHaier();
      await cancelOrder(as('first'), { orderNumber, reason: '不要了' });
      app.later(60_000);
      await agree(orderNumber);
      expect(await app.order(orderNumber)).toMatchObject({
        status: 'cancelled',
        refunds: [{ requestedBy: 'staff:first', nextAttemptAt: null, approval: { awaited: true } }],
      });
      expect(await cases(orderNumber)).toMatchObject([
        { kind: 'refund_to_approve', detail: expect.stringMatching(/^staff:first /) },
      ]);
      const { id } = await refundOf(orderNumber);
      const play = scriptedProvider();
      await payOut(app, play);
      expect(play.sent).toHaveLength(0);
      expect(await refusal(approveRefund(as('first'), { id }))).toMatchObject({ code: 'NOT_ALLOWED' });
      await approveRefund(as('second'), { id });
      await payOut(app, play);
      expect(play.sent).toHaveLength(1);
      expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
    });

    test('waits as well for the goods that it lets go of', async () => {
      const orderNumber = await atHaier();
      await cancelOrder(as('token:robot'), { orderNumber, reason: '不要了' });
      app.later(60_000);
      const itemList = [{ productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 1, returnQty: 0, rejectQty: 1 }];
      await agree(orderNumber, { State: 2, itemList });
      const refund = await refundOf(orderNumber);
      expect(refund).toMatchObject({
        cause: 'partial_cancel',
        requestedBy: 'token:robot',
        approval: { awaited: true },
      });
      expect(await refusal(declineRefund(as('second'), { id: refund.id, reason: 'x' }))).toMatchObject({
        message: '商品已取消，款项必须退还，不能拒绝',
      });
      expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
    });

    test.each(['storefront', 'system'])('waits for nobody when %s asked', async (by) => {
      const orderNumber = await atHaier();
      await cancelOrder({ ...as('x'), by }, { orderNumber, reason: 'x' });
      await agree(orderNumber);
      expect(await refundOf(orderNumber)).toMatchObject({ approval: null, requestedBy: by });
    });

    test('waits for nobody when Haier cancels by itself, or the sum is small', async () => {
      const byItself = await atHaier();
      await agree(byItself);
      expect(await refundOf(byItself)).toMatchObject({ approval: null, requestedBy: 'callback:haier' });
      const small = await atHaier();
      await cancelOrder({ ...as('first'), twoPersonFromFen: 10_000_000 }, { orderNumber: small, reason: 'x' });
      await agree(small);
      expect(await refundOf(small)).toMatchObject({ approval: null, requestedBy: 'staff:first' });
    });
  });

  test.each(['system', 'callback:generic'])('by %s waits for nobody', async (by) => {
    const { orderNumber } = await app.paidOrder(local());
    await transact(app.context, async (tx) => {
      const locked = (await lockOrder(tx, orderNumber))!;
      const reason = { zh: 'x', en: 'x' };
      await returnMoney(tx, locked, { cause: 'late_money', reason, approvalFromFen: 1 }, { by, at: app.now });
    });
    expect(await refundOf(orderNumber)).toMatchObject({ approval: null, nextAttemptAt: app.now.toISOString() });
  });

  test('money of a wrong amount: declined it is a case again, and returned under its number in the end', async () => {
    const order = await app.place(local());
    const payment = await app.openPayment(order.orderNumber);
    const { orderNumber } = order;
    await app.deliver(paymentCallback(payment, { amount: '150.00' }, app.now));
    const resolve = async (by: string, action: 'return_money' | 'approve_refund' | 'decline_refund') => {
      const offering = (await cases(orderNumber)).find(({ actions }) => actions.some((one) => one.action === action));
      return resolveException(
        { ...as(by), requireFresh: () => {} },
        { id: offering!.id, action, reason: `${action} ${by}` },
      );
    };
    await resolve('first', 'return_money');
    expect(await refusal(resolve('first', 'approve_refund'))).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await resolve('second', 'decline_refund')).toMatchObject({
      status: 'resolved',
      resolvedBy: 'staff:second',
      resolvedAction: 'decline_refund',
    });
    const [left] = await cases(orderNumber);
    expect(left).toMatchObject({
      kind: 'amount_mismatch',
      detail: 'staff:second 未批准退还 ¥150.00（decline_refund second），这笔金额不符的款项仍在我方',
    });
    app.later(1_000);
    await resolve('second', 'return_money');
    await resolve('first', 'approve_refund');
    const play = scriptedProvider();
    await payOut(app, play);
    expect(play.sent).toMatchObject([{ refundNo: `${orderNumber}-R1`, amountFen: 15_000 }]);
    expect(await cases(orderNumber)).toEqual([]);
    expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
  });
});

test('what a provider does with a waiting refund counts, but nothing is sent or settled from here', async () => {
  const { orderNumber, id } = await asked();
  await hear(app, id, { news: 'failed' });
  const verbs = [() => retryRefund(as('second'), { id }), () => settleRefundByHand(as('second'), { id, reason: 'x' })];
  for (const verb of verbs) expect(await refusal(verb())).toMatchObject({ message: '退款等待另一人批准' });
  await hear(app, id, { news: 'processing' });
  expect(await refusal(declineRefund(as('second'), { id, reason: 'x' }))).toMatchObject({
    message: '退款已提交支付渠道，不能拒绝',
  });
  await hear(app, id, { news: 'succeeded' });
  expect(await refundOf(orderNumber)).toMatchObject({ status: 'succeeded', approval: { awaited: false } });
  expect(await cases(orderNumber)).toEqual([]);
});

test('a waiting refund that failed at its provider, was declined and is asked for anew is sent once it is approved', async () => {
  const { orderNumber } = await app.place(local());
  const payment = await app.openPayment(orderNumber);
  await app.deliver(paymentCallback(payment, { amount: '150.00' }, app.now));
  const resolve = async (by: string, action: 'return_money' | 'approve_refund' | 'decline_refund') => {
    app.later(1_000);
    const offering = (await cases(orderNumber)).find(({ actions }) => actions.some((one) => one.action === action));
    await resolveException({ ...as(by), requireFresh: () => {} }, { id: offering!.id, action, reason: 'x' });
  };
  await resolve('first', 'return_money');
  await hear(app, (await refundOf(orderNumber)).id, { news: 'failed' });
  await resolve('second', 'decline_refund');
  await resolve('second', 'return_money');
  expect(await refundOf(orderNumber)).toMatchObject({ status: 'failed', approval: { awaited: true } });
  await resolve('first', 'approve_refund');
  const play = scriptedProvider();
  await payOut(app, play);
  expect(play.sent).toHaveLength(1);
  expect(await refundOf(orderNumber)).toMatchObject({ status: 'succeeded' });
  expect(await cases(orderNumber)).toEqual([]);
  expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
});

describe('a waiting refund that its provider says it took', () => {
  test('is asked about and never sent; unknown there it failed, can be declined, and is sent once it is approved', async () => {
    const { orderNumber, id } = await asked();
    const other = await asked();
    const play = scriptedProvider();
    for (const refund of [id, other.id]) await hear(app, refund, { news: 'processing' });
    app.later(86_400_000);
    await payOut(app, play);
    expect([play.sent.length, play.asked.length]).toEqual([0, 2]);
    expect(await refundOf(orderNumber)).toMatchObject({
      status: 'failed',
      lastError: '支付渠道没有这笔退款；须由另一人批准后才会发出',
      approval: { awaited: true, decline: { allowed: true } },
    });
    await declineRefund(as('second'), { id: other.id, reason: 'x' });
    expect(await app.order(other.orderNumber)).toMatchObject({ status: 'paid' });

    await approveRefund(as('second'), { id });
    await payOut(app, play);
    expect(play.sent).toHaveLength(1);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded' });
    expect(await cases(orderNumber)).toEqual([]);
    for (const number of [orderNumber, other.orderNumber])
      expect(await rebuildOrder(app.context, { orderNumber: number })).toMatchObject({ differences: [] });
  });

  test('and pays it out, ends by the answer to the question', async () => {
    const { orderNumber, id } = await asked();
    const play = scriptedProvider();
    await hear(app, id, { news: 'processing' });
    play.end(`${orderNumber}-R1`, 'processing', FROM_FEN);
    app.later(86_400_000);
    await payOut(app, play);
    expect(await refundOf(orderNumber)).toMatchObject({ status: 'processing', approval: { awaited: true } });
    play.end(`${orderNumber}-R1`, 'succeeded');
    app.later(86_400_000);
    await payOut(app, play);
    expect(play.sent).toHaveLength(0);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'refunded' });
  });

  test('after it was declined, is put before a second person again', async () => {
    const { orderNumber, id } = await asked();
    app.later(60_000);
    await declineRefund(as('second'), { id, reason: 'x' });
    app.later(60_000);
    await hear(app, id, { news: 'processing' });
    expect((await cases(orderNumber)).map(({ kind }) => kind).toSorted()).toEqual([
      'conflicting_callback',
      'refund_to_approve',
    ]);
    expect((await cases(orderNumber)).find(({ kind }) => kind === 'refund_to_approve')?.detail).toMatch(/^staff:first/);
    await approveRefund(as('second'), { id });
    const play = scriptedProvider();
    await payOut(app, play);
    expect([play.sent.length, play.asked.length]).toEqual([1, 1]);
  });
});

test('the list shows only those that wait, on demand', async () => {
  const { id } = await asked();
  const done = await asked();
  await approveRefund(as('second'), done);
  const { items } = await listRefunds(app.orm.em.fork(), { toApprove: true, limit: 100 }, 'staff:second');
  expect(items.map((refund) => refund.id)).toContain(id);
  expect(items.every(({ approval }) => approval?.awaited)).toBe(true);
});

describe('at the same time', () => {
  test('of many who approve, one does', async () => {
    const { id } = await asked();
    const tried = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => approveRefund(as(`second${n}`), { id })),
    );
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of tried) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CONFLICT' });
    expect((await auditOf(id)).filter(({ action }) => action === 'refund_approved')).toHaveLength(1);
  });

  test('an approval, a withdrawal and the job: paid out or withdrawn, never both', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { orderNumber, id } = await asked();
      const play = scriptedProvider([], { slow: true });
      const acts = [
        () => approveRefund(as('second'), { id }),
        () => withdrawRefund(as('first'), { orderNumber, reason: 'x' }),
        () => payOut(app, play),
      ];
      await Promise.allSettled((round % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
      await payOut(app, play);
      const refund = await refundOf(orderNumber);
      const end = [play.sent.length, refund.withdrawnAt !== null, refund.status];
      expect([
        [0, true, 'pending'],
        [1, false, 'succeeded'],
      ]).toContainEqual(end);
    }
  });
});

const ACTS = [
  'ask',
  'cancel',
  'cancelOwn',
  'haierTakes',
  'haierCancels',
  'haierCancelsPart',
  'sent',
  'approve',
  'decline',
  'withdraw',
  'pay',
  'hear',
  'retry',
  'byHand',
] as const;
test('no large refund of any life is paid out without two people', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          act: fc.constantFrom(...ACTS),
          by: fc.constantFrom('first', 'second', 'token:robot'),
          fen: fc.constantFrom(FROM_FEN - 1, FROM_FEN, PAID_FEN),
          step: fc.constantFrom('pay' as const, 'refuse' as const, 'not_sent' as const),
        }),
        { minLength: 2, maxLength: 10 },
      ),
      fc.boolean(),
      async (life, isHaier) => {
        const { orderNumber } = await app.paidOrder(isHaier ? {} : local());
        const haier = (State: number, method: 'confirm' | 'cancel', more: object = {}) =>
          app.deliver(
            haierCallback(
              { PlatformOrderNo: orderNumber, State, ExtOrderNo: `SO.${orderNumber}`, ...more },
              { method: `hmm.scm_heorder.${method}`, at: app.now },
            ),
          );
        const itemList = [{ productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 1, returnQty: 0, rejectQty: 1 }];
        const sentNumbers = new Set<string>();
        for (const { act, by, fen, step } of life) {
          const id = (await app.order(orderNumber)).refunds.at(-1)?.id;
          const acts: Record<(typeof ACTS)[number], () => Promise<unknown> | '' | undefined> = {
            ask: () => requestRefund(as(by), { orderNumber, amountFen: fen, reason: 'x' }),
            cancel: () => cancelOrder(as(by), { orderNumber, reason: 'x' }),
            cancelOwn: () =>
              cancelOrder(
                { ...as(by), permissions: ['orders.cancelOwn'] },
                { orderNumber, reason: 'x', buyer: 'buyer-1' },
              ),
            haierTakes: () => haier(1, 'confirm'),
            haierCancels: () => haier(1, 'cancel'),
            haierCancelsPart: () => haier(2, 'cancel', { itemList }),
            sent: () =>
              transact(app.context, async (tx) => {
                await moveOrder(tx, (await lockOrder(tx, orderNumber))!, 'goods_sent', { by: 'system', at: app.now });
              }),
            approve: () => id && approveRefund(as(by), { id }),
            decline: () => id && declineRefund(as(by), { id, reason: 'x' }),
            withdraw: () => withdrawRefund(as(by), { orderNumber, reason: 'x' }),
            pay: async () => {
              const play = scriptedProvider([step]);
              await payOut(app, play);
              for (const { refundNo } of play.sent) sentNumbers.add(refundNo);
            },
            hear: () => id && hear(app, id, { news: step === 'pay' ? 'processing' : 'failed' }),
            retry: () => id && retryRefund(as(by), { id }),
            byHand: () => id && settleRefundByHand(as(by), { id, reason: 'x' }),
          };
          try {
            await acts[act]();
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
          app.later(60_000);
        }
        for (const refund of (await app.order(orderNumber)).refunds) {
          const { amountFen, status, refundNo, approval, requestedBy } = refund;
          const isOfHaier = requestedBy === 'callback:haier';
          expect(approval !== null).toBe(amountFen >= FROM_FEN && !isOfHaier);
          if (approval && (sentNumbers.has(refundNo) || status === 'succeeded')) {
            expect(approval.approvedBy).toMatch(/^staff:/);
            expect(approval.approvedBy).not.toBe(requestedBy);
          }
        }
        expect((await rebuildOrder(app.context, { orderNumber })).differences).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
