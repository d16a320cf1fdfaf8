import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExceptionAction, exceptionApi, type ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { ExceptionsExport } from '@orderbridge/contracts/exports-api';
import { type Permission, ROLE_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ordersRouter } from '../src/api/router.ts';
import { t } from '../src/api/trpc.ts';
import { countFailure } from '../src/callbacks/park-callback.ts';
import { matchOrphans } from '../src/callbacks/match-orphans.ts';
import { raiseOrphans } from '../src/callbacks/raise-orphans.ts';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { StepUpRequired } from '../src/errors.ts';
import { assignException } from '../src/exceptions/assign-exception.ts';
import { exceptionSummary } from '../src/exceptions/exception-summary.ts';
import { listOwners } from '../src/exceptions/list-owners.ts';
import { listCauses } from '../src/exceptions/list-causes.ts';
import { listExceptions } from '../src/exceptions/list-exceptions.ts';
import { type ResolveContext, resolveException } from '../src/exceptions/resolve-exception.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { payOutRefund } from '../src/payments/pay-out-refund.ts';
import { transact } from '../src/transaction.ts';
import { haierCallback, ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
  await app.rows(
    `insert into staff (username, display_name, password_hash, role, is_active) values ('lin', '林', '-', 'operator', true), ('gone', '离职', '-', 'operator', false), ('kan', '看', '-', 'viewer', true)`,
  );
});
afterAll(() => app[Symbol.asyncDispose]());

const ADMIN = ROLE_PERMISSIONS.admin;
const contextOf = (overrides: Partial<ResolveContext> = {}): ResolveContext => ({
  ...app.context,
  permissions: ADMIN,
  requireFresh: () => {},
  ...overrides,
});
const list = async (filter: z.input<typeof exceptionApi.list.input> = {}, permissions: readonly Permission[] = ADMIN) =>
  listExceptions(app.orm.em.fork(), exceptionApi.list.input.parse(filter), {
    now: app.now,
    permissions,
    by: app.context.by,
  });
const casesOf = async (orderNumber: string, status: 'open' | 'resolved' = 'open') =>
  (await list({ orderNumber, status })).items;
const onlyCase = async (orderNumber: string, kind: ExceptionKind) => {
  const found = (await casesOf(orderNumber)).filter((entry) => entry.kind === kind);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const resolve = (id: string, action: ExceptionAction, overrides: Partial<ResolveContext> = {}, reason = '已核实') =>
  resolveException(contextOf(overrides), { id, action, reason });
const actionOf = (item: { actions: { action: string }[] }, action: ExceptionAction) =>
  item.actions.find((entry) => entry.action === action);
const eventsOf = (id: string) =>
  app.rows<{ type: string; data: unknown }>(
    `select type, data from outbox where type = 'exception.resolved' and data->>'exceptionId' = ?`,
    [id],
  );
const auditOf = (id: string) =>
  app.rows<{ actor: string; detail: { action: string } }>(
    `select actor, detail from audit_entries where action = 'exception_resolved' and resource_id = ?`,
    [id],
  );

/** A pending order whose payment callback named one fen less. */
async function mismatch(amount = '5997.99') {
  const { orderNumber } = await app.place();
  const payment = await app.openPayment(orderNumber);
  const callback = paymentCallback(payment, { amount }, app.now);
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'amount_mismatch' }]);
  return { orderNumber, payment, callback };
}

/** A paid order that Haier confirmed, and then a confirm of failure that contradicts it. */
async function conflict() {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback(
    { PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` },
    { at: app.now },
  );
  await app.rows(`update orders set haier_order_no = 'other-' || order_number where order_number = ?`, [orderNumber]);
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'conflict' }]);
  return { orderNumber, callback };
}

/** A cancelled paid order whose refund no provider could be asked for. */
async function failedRefund() {
  const { orderNumber } = await app.paidOrder();
  await cancelOrder({ ...app.context, permissions: ADMIN }, { orderNumber, reason: '不要了' });
  await payOutAll();
  const item = await onlyCase(orderNumber, 'refund_failed');
  return { orderNumber, item };
}
async function payOutAll() {
  const log = { info: () => {}, warn: () => {} };
  for (let more = true; more;) more = await payOutRefund({ ...app.context, log });
}

describe('money of another amount', () => {
  test('goes back in full, once, beside what the payment itself receives', async () => {
    const { orderNumber, payment, callback } = await mismatch();
    const item = await onlyCase(orderNumber, 'amount_mismatch');
    expect(item).toMatchObject({ orderNumber, callbackId: callback.id, paymentId: payment.id, status: 'open' });
    expect(item.actions.map(({ action, allowed }) => [action, allowed])).toEqual([
      ['return_money', true],
      ['replay_callback', true],
      ['acknowledge', true],
    ]);

    const resolved = await resolve(item.id, 'return_money');
    expect(resolved).toMatchObject({
      status: 'resolved',
      resolvedBy: 'staff:tester',
      resolvedAction: 'return_money',
      resolvedReason: '已核实',
      resolvedReasonEn: '已核实',
      resolvedAt: app.now.toISOString(),
    });
    expect(resolved.actions.every(({ allowed }) => !allowed)).toBe(true);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'pending',
      refundableFen: 0,
      refunds: [{ amountFen: 599_799, cause: 'amount_mismatch', paymentId: payment.id, status: 'pending' }],
      exceptions: [{ kind: 'amount_mismatch', status: 'resolved' }],
    });
    expect(await eventsOf(item.id)).toMatchObject([{ data: { kind: 'amount_mismatch', action: 'return_money' } }]);
    expect(await auditOf(item.id)).toMatchObject([{ actor: 'staff:tester', detail: { action: 'return_money' } }]);

    // The right amount under another transaction pays the order, and all of that can be refunded.
    await app.deliver(paymentCallback(payment, { transaction_id: `T2-${payment.id}` }, app.now));
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', refundableFen: payment.amountFen });
  });

  test('told twice by two callbacks goes back once', async () => {
    const { orderNumber, payment } = await mismatch();
    await app.deliver(paymentCallback(payment, { amount: '5997.99', extra: '1' }, app.now));
    const [first, second] = await casesOf(orderNumber);
    await resolve(first!.id, 'return_money');
    await expect(resolve(second!.id, 'return_money')).rejects.toMatchObject({ code: 'REFUSED' });
    expect((await app.order(orderNumber)).refunds).toHaveLength(1);
    expect(await onlyCase(orderNumber, 'amount_mismatch')).toMatchObject({ id: second!.id });
  });

  test('cannot be returned by somebody who may not refund, and the list says so', async () => {
    const { orderNumber } = await mismatch();
    const permissions = ADMIN.filter((permission) => permission !== 'refunds.request');
    const { items } = await list({ orderNumber }, permissions);
    expect(actionOf(items[0]!, 'return_money')).toEqual({
      action: 'return_money',
      allowed: false,
      reason: '没有申请退款的权限',
      reasonEn: 'You are not allowed to request refunds',
    });
    await expect(resolve(items[0]!.id, 'return_money', { permissions })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
      message: '没有申请退款的权限',
    });
    const viewed = await list({ orderNumber }, ROLE_PERMISSIONS.viewer);
    expect(viewed.items[0]!.actions.map(({ reason }) => reason)).toEqual(Array(3).fill('没有处理异常的权限'));
  });

  test('is not returned without a fresh password, and nothing has changed then', async () => {
    const { orderNumber } = await mismatch();
    const item = await onlyCase(orderNumber, 'amount_mismatch');
    const requireFresh = () => {
      throw new StepUpRequired();
    };
    await expect(resolve(item.id, 'return_money', { requireFresh })).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
    });
    expect((await app.order(orderNumber)).refunds).toEqual([]);
    expect(await onlyCase(orderNumber, 'amount_mismatch')).toEqual(item);
    // What moves no money asks for none.
    await resolve(item.id, 'acknowledge', { requireFresh });
    expect(await casesOf(orderNumber)).toEqual([]);
  });

  test('through the procedure: an old password check is refused there too', async () => {
    const { orderNumber } = await mismatch();
    const item = await onlyCase(orderNumber, 'amount_mismatch');
    const caller = (authenticatedAt: Date) =>
      t.createCallerFactory(ordersRouter)({
        ...app.context,
        config: { payments: {} },
        log: { info: () => {}, warn: () => {} },
        metrics: { procedures: { observe: () => {} } },
        takeCall: async () => {},
        requestId: 'r-1',
        source: '127.0.0.1',
        setCookie: () => {},
        principal: {
          kind: 'staff',
          name: 'lin',
          role: 'operator',
          permissions: ROLE_PERMISSIONS.operator,
          authenticatedAt,
        },
      } as never);
    const input = { id: item.id, action: 'return_money' as const, reason: '退回' };
    const old = new Date(app.now.getTime() - 10 * 60_000);
    await expect(caller(old).exception.resolve(input)).rejects.toMatchObject({ cause: { code: 'STEP_UP_REQUIRED' } });
    expect(await caller(app.now).exception.resolve(input)).toMatchObject({ resolvedBy: 'staff:lin' });
    expect((await caller(app.now).exception.list({ orderNumber, status: 'resolved' })).items).toHaveLength(1);
    expect((await caller(app.now).exception.summary()).open).toBeGreaterThanOrEqual(0);
  });
});

describe('failed refunds', () => {
  test('are tried again, and the case of one that fails once more is new', async () => {
    const { orderNumber, item } = await failedRefund();
    expect(item).toMatchObject({ refundId: (await app.order(orderNumber)).refunds[0]!.id });
    expect(await resolve(item.id, 'retry_refund')).toMatchObject({
      status: 'resolved',
      resolvedAction: 'retry_refund',
    });
    await payOutAll();
    expect((await onlyCase(orderNumber, 'refund_failed')).id).not.toBe(item.id);
  });

  test('are settled by hand under the name of who did it, and told of once', async () => {
    const { orderNumber, item } = await failedRefund();
    expect(await resolve(item.id, 'settle_by_hand', {}, '已线下转账')).toMatchObject({
      resolvedBy: 'staff:tester',
      resolvedAction: 'settle_by_hand',
    });
    expect((await app.order(orderNumber)).refunds).toMatchObject([{ status: 'succeeded' }]);
    expect(await eventsOf(item.id)).toHaveLength(1);
    expect(await auditOf(item.id)).toMatchObject([{ actor: 'staff:tester' }]);
  });

  test('need the permission of the verb', async () => {
    const { item } = await failedRefund();
    const permissions = ROLE_PERMISSIONS.operator;
    await expect(resolve(item.id, 'retry_refund', { permissions })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    const { items } = await list({ kind: 'refund_failed' }, permissions);
    expect(
      actionOf(
        items.find(({ id }) => id === item.id)!,
        'retry_refund',
      ),
    ).toMatchObject({
      allowed: false,
      reason: '没有重试退款的权限',
    });
  });
});

describe('contradicting callbacks', () => {
  test('replayed into the same trouble leave the case open, with the trouble as the answer', async () => {
    const { orderNumber, callback } = await conflict();
    const item = await onlyCase(orderNumber, 'conflicting_callback');
    await expect(resolve(item.id, 'replay_callback')).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('海尔订单号不一致'),
    });
    expect(await onlyCase(orderNumber, 'conflicting_callback')).toEqual(item);
    expect(await eventsOf(item.id)).toEqual([]);
    expect(await app.rows(`select replays, outcome from callbacks where public_id = ?`, [callback.id])).toEqual([
      { replays: 1, outcome: 'conflict' },
    ]);
  });

  test('replayed with success close it', async () => {
    const { orderNumber } = await conflict();
    const item = await onlyCase(orderNumber, 'conflicting_callback');
    await app.rows(`update orders set haier_order_no = null where order_number = ?`, [orderNumber]);
    expect(await resolve(item.id, 'replay_callback')).toMatchObject({ status: 'resolved', resolvedBy: 'staff:tester' });
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'confirmed', haierOrderNo: `SO.${orderNumber}` });
    expect(await auditOf(item.id)).toHaveLength(1);
  });

  test('that were applied and only want a look are not replayed away', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, FailMsg: '库存不足' }, { at: app.now }));
    const success = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { at: app.now });
    expect(await app.deliver(success)).toMatchObject([{ outcome: 'applied' }]);
    const item = await onlyCase(orderNumber, 'conflicting_callback');
    expect(actionOf(item, 'replay_callback')).toMatchObject({ allowed: false });
    await replayCallback(app.context, { id: success.id });
    expect(await onlyCase(orderNumber, 'conflicting_callback')).toEqual(item);
    expect(actionOf(await onlyCase(orderNumber, 'push_failed'), 'cancel_order')).toMatchObject({ allowed: true });
  });

  test('can be answered by cancelling the order', async () => {
    const { orderNumber } = await conflict();
    const item = await onlyCase(orderNumber, 'conflicting_callback');
    await resolve(item.id, 'cancel_order', {}, '平台与订单不符');
    expect(await app.order(orderNumber)).toMatchObject({ status: 'cancelled', cancelReason: '平台与订单不符' });
    const other = await onlyCase((await conflict()).orderNumber, 'conflicting_callback');
    await cancelOrder({ ...app.context, permissions: ADMIN }, { orderNumber: other.orderNumber!, reason: '不要了' });
    await expect(resolve(other.id, 'cancel_order')).rejects.toMatchObject({ message: '订单已取消' });
    expect(actionOf(await onlyCase(other.orderNumber!, 'conflicting_callback'), 'cancel_order')).toMatchObject({
      allowed: false,
      reason: '订单已取消',
    });
  });
});

describe('a push that failed', () => {
  const failedPush = async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, FailMsg: '库存不足' }, { at: app.now }));
    return { orderNumber, item: await onlyCase(orderNumber, 'push_failed') };
  };
  const wishesOf = (orderNumber: string) =>
    app.rows(
      `select data->>'to' as state, (data->>'round')::int as round from outbox
        where type = 'haier.moved' and subject = ? and data->>'fact' = 'push_requested' order by id`,
      [orderNumber],
    );

  test('is pushed again by one click, which closes the case under the name of who did it', async () => {
    const { orderNumber, item } = await failedPush();
    expect(item.actions.map(({ action, allowed }) => [action, allowed])).toEqual([
      ['push_again', true],
      ['cancel_order', true],
      ['acknowledge', true],
    ]);

    expect(await resolve(item.id, 'push_again')).toMatchObject({
      status: 'resolved',
      resolvedBy: 'staff:tester',
      resolvedAction: 'push_again',
    });
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'push_pending', haierFailMessage: null });
    expect(await wishesOf(orderNumber)).toEqual([{ state: 'push_pending', round: 1 }]);
    expect(await auditOf(item.id)).toHaveLength(1);
    await expect(resolve(item.id, 'push_again')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await wishesOf(orderNumber)).toHaveLength(1);
  });

  test('is not when that is refused, and the case stays open', async () => {
    const { orderNumber, item } = await failedPush();
    await app.rows(`update orders set province = '', city = ' ' where order_number = ?`, [orderNumber]);
    await expect(resolve(item.id, 'push_again')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: '订单数据验证失败：缺少省、市',
    });
    expect(await onlyCase(orderNumber, 'push_failed')).toEqual(item);
    expect(await wishesOf(orderNumber)).toEqual([]);
  });

  test('can be pushed again only by who may push, and only while it failed', async () => {
    const { orderNumber, item } = await failedPush();
    const others = ADMIN.filter((permission) => permission !== 'orders.push');
    const [seen] = (await list({ orderNumber }, others)).items;
    expect(actionOf(seen!, 'push_again')).toMatchObject({ allowed: false, reason: '没有推送海尔的权限' });
    await expect(resolve(item.id, 'push_again', { permissions: others })).rejects.toThrow('没有推送海尔的权限');

    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { at: app.now }));
    expect(actionOf(await onlyCase(orderNumber, 'push_failed'), 'push_again')).toMatchObject({
      allowed: false,
      reason: '该订单已推送到海尔系统',
    });
  });
});

describe('the late lane', () => {
  test('is applied from the case with its reason', async () => {
    const { orderNumber } = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true, at: app.now }));
    const item = await onlyCase(orderNumber, 'late_callback');
    expect(await resolve(item.id, 'replay_callback', {}, '已与海尔核实')).toMatchObject({ status: 'resolved' });
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'confirmed' });
  });

  test('closes by itself when the callback is replayed from its own page', async () => {
    const { orderNumber } = await app.paidOrder();
    const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true, at: app.now });
    await app.deliver(callback);
    const item = await onlyCase(orderNumber, 'late_callback');
    await replayCallback(app.context, { id: callback.id, reason: '已核实' });
    expect(await casesOf(orderNumber, 'resolved')).toMatchObject([{ id: item.id, resolvedBy: 'system' }]);
    expect(await auditOf(item.id)).toMatchObject([{ actor: 'system' }]);
    expect(await eventsOf(item.id)).toHaveLength(1);
  });
});

describe('orphans', () => {
  test('are raised after 15 minutes, once, and close when their order comes', async () => {
    const number = '1999999999000064';
    const orphan = haierCallback({ PlatformOrderNo: number, State: 1 }, { at: app.now });
    await app.deliver(orphan);
    app.later(15 * 60_000 - 1);
    expect(await raiseOrphans(app.context)).toBe(0);
    app.later(1);
    expect(await raiseOrphans(app.context)).toBe(1);
    expect(await raiseOrphans(app.context)).toBe(0);
    const item = await onlyCase(number, 'orphan_callback');
    expect(item).toMatchObject({ orderNumber: null, callbackId: orphan.id, ageSeconds: 0 });
    await expect(resolve(item.id, 'replay_callback')).rejects.toMatchObject({ code: 'REFUSED' });
    app.later(90_000);
    expect((await onlyCase(number, 'orphan_callback')).ageSeconds).toBe(90);

    const { orderNumber } = await app.paidOrder();
    await app.rows(`update orders set order_number = ? where order_number = ?`, [number, orderNumber]);
    await matchOrphans(app.context);
    expect(await app.order(number)).toMatchObject({ haierStatus: 'confirmed' });
    expect((await list({ status: 'resolved', kind: 'orphan_callback' })).items).toMatchObject([
      { id: item.id, resolvedBy: 'system', ageSeconds: 90 },
    ]);
  });

  test('leave no case open when they are raised at the very moment in which their order is found', async () => {
    const { orderNumber } = await app.paidOrder();
    const number = '1999999999000068';
    const orphan = haierCallback({ PlatformOrderNo: number, State: 1 }, { at: app.now });
    await app.deliver(orphan);
    await app.rows(`update orders set order_number = ? where order_number = ?`, [number, orderNumber]);
    app.later(15 * 60_000);
    const raising = Promise.withResolvers<void>();
    const raised = transact(app.context, async (tx) => {
      const inside = { ...app.context, within: tx };
      await raiseOrphans(inside);
      raising.resolve();
      await delay(300);
    });
    await raising.promise;
    await Promise.all([matchOrphans(app.context), raised]);
    expect(await app.order(number)).toMatchObject({ haierStatus: 'confirmed' });
    expect((await app.order(number)).exceptions.filter(({ status }) => status === 'open')).toEqual([]);
    expect(await casesOf(number)).toEqual([]);
    expect((await list({ kind: 'orphan_callback' })).items.map(({ callbackId }) => callbackId)).not.toContain(
      orphan.id,
    );
  });

  test('of payments too, and those are matched by the order number they name', async () => {
    const { orderNumber } = await app.place();
    const notice = paymentCallback(
      { id: 'none', method: 'generic', amountFen: 599_800 } as never,
      { payment_id: '', order_number: orderNumber, transaction_id: `T-${orderNumber}` },
      app.now,
    );
    expect(await app.deliver(notice)).toMatchObject([{ outcome: 'orphan' }]);
    app.later(16 * 60_000);
    expect(await raiseOrphans(app.context)).toBe(1);
    const item = await onlyCase(orderNumber, 'orphan_callback');
    expect(item.detail).toContain('支付');
    expect(await matchOrphans(app.context)).toBe(0);
    await app.openPayment(orderNumber);
    expect(await matchOrphans(app.context)).toBe(1);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid' });
    expect(await casesOf(orderNumber)).toEqual([]);
    expect(await matchOrphans(app.context)).toBe(0);
  });
});

test('an orphan that is sent again after the end of the window was received when it first came', async () => {
  const { orderNumber } = await app.place();
  const notice = paymentCallback(
    { id: 'none', method: 'generic', amountFen: 599_800 } as never,
    { payment_id: '', order_number: orderNumber, transaction_id: `T-${orderNumber}` },
    app.now,
  );
  await app.deliver(notice);
  await app.openPayment(orderNumber);
  app.later(PAYMENT_TIMEOUT_MS + 60_000);
  await app.deliver({ ...notice, id: randomUUID(), receivedAt: app.now.toISOString() });
  expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', payments: [{ status: 'succeeded' }] });
});

test('an orphan that is parked at a repetition is the same callback', async () => {
  const number = '1999999999000065';
  const orphan = haierCallback({ PlatformOrderNo: number, State: 1 }, { at: app.now });
  await app.deliver(orphan);
  const again = { ...orphan, id: randomUUID() };
  for (let n = 0; n < 8; n += 1) await countFailure(app.context, again, new Error('broken'));
  expect(await onlyCase(number, 'parked_message')).toMatchObject({ callbackId: orphan.id });
});

test('a parked message is replayed after a mend', async () => {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { at: app.now });
  for (let n = 0; n < 8; n += 1) await countFailure(app.context, callback, new Error('broken'));
  const item = (await list({ kind: 'parked_message' })).items.find(({ callbackId }) => callbackId === callback.id)!;
  expect(await resolve(item.id, 'replay_callback')).toMatchObject({ status: 'resolved' });
  expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'confirmed' });
});

test('stock that could not be given back is released on the word of a person', async () => {
  const lines = [{ productCode: 'LOCAL-KETTLE-01', quantity: 3 }];
  const { orderNumber } = await app.place({ lines });
  await cancelOrder({ ...app.context, permissions: ADMIN }, { orderNumber, reason: '不要了' });
  // As a release that failed leaves it.
  await app.rows(
    `with o as (select id from orders where order_number = ?), l as (update order_lines set held_qty = 3 where order_id = (select id from o)),
          p as (update products set stock = stock - 3 where product_code = 'LOCAL-KETTLE-01')
     insert into exceptions (public_id, kind, order_id, dedup_key, detail, detail_en, created_at)
     select gen_random_uuid(), 'stock_release_failed', id, 'test:' || id, '库存未释放', 'not given back', now() from o`,
    [orderNumber],
  );
  const stock = async () =>
    (await app.rows<{ stock: number }>(`select stock from products where product_code = 'LOCAL-KETTLE-01'`))[0]!.stock;
  const before = await stock();
  const item = await onlyCase(orderNumber, 'stock_release_failed');
  expect(item.actions).toMatchObject([{ action: 'release_stock', allowed: true }]);
  await resolve(item.id, 'release_stock');
  expect(await stock()).toBe(before + 3);
});

describe('cases as such', () => {
  test.each(['acknowledge', 'return_money'] as const)(
    'two people at once (%s): one does it, the other learns who',
    async (action) => {
      const { orderNumber } = await mismatch();
      const item = await onlyCase(orderNumber, 'amount_mismatch');
      const results = await Promise.allSettled(
        ['lin', 'wu', 'qi'].map((name) => resolve(item.id, action, { by: `staff:${name}` })),
      );
      const done = results.filter((result) => result.status === 'fulfilled');
      expect(done).toHaveLength(1);
      const { resolvedBy } = (done[0] as PromiseFulfilledResult<{ resolvedBy: string }>).value;
      for (const result of results)
        if (result.status === 'rejected')
          expect(result.reason).toMatchObject({ code: 'CONFLICT', message: `该异常已由 ${resolvedBy} 处理` });
      expect((await app.order(orderNumber)).refunds).toHaveLength(action === 'return_money' ? 1 : 0);
      expect(await auditOf(item.id)).toHaveLength(1);
    },
  );

  test('refuse what is no action of theirs, and ids that do not exist', async () => {
    const { orderNumber } = await mismatch();
    const item = await onlyCase(orderNumber, 'amount_mismatch');
    await expect(resolve(item.id, 'release_stock')).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(resolve('019ab000-0000-7000-8000-000000000000', 'acknowledge')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('are taken on and given back', async () => {
    const { orderNumber } = await mismatch();
    const { id } = await onlyCase(orderNumber, 'amount_mismatch');
    const assign = (owner: string | null) => assignException(contextOf(), { id, owner });
    expect(await assign('lin')).toMatchObject({ owner: 'lin', status: 'open' });
    expect((await list({ owner: 'lin' })).items).toMatchObject([{ id }]);
    expect((await list({ owner: null, limit: 100 })).items.map((item) => item.id)).not.toContain(id);
    expect(await onlyCase(orderNumber, 'amount_mismatch')).toMatchObject({ owner: 'lin' });
    await expect(assign('gone')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(assign('nobody')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(assign('kan')).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: '账号 kan 没有处理异常的权限，不能指派给该账号',
    });
    expect(await listOwners(app.orm.em.fork())).toEqual([{ username: 'lin', displayName: '林' }]);
    expect(
      await app.rows(
        `select actor, detail from audit_entries where action = 'exception_assigned' and resource_id = ?`,
        [id],
      ),
    ).toEqual([{ actor: 'staff:tester', detail: { from: null, to: 'lin' } }]);
    expect(await assign(null)).toMatchObject({ owner: null });
    await resolve(id, 'acknowledge');
    await expect(assign('lin')).rejects.toMatchObject({ code: 'CONFLICT', message: '该异常已由 staff:tester 处理' });
  });

  test('are counted by kind, with the age of the oldest', async () => {
    await mismatch();
    app.later(7_000);
    const [oldest] = (await list({ kind: 'amount_mismatch', limit: 1 })).items;
    const all = (await list({ limit: 100 })).items;
    const summary = await exceptionSummary(app.orm.em.fork(), app.now);
    expect(summary.open).toBe(all.length);
    expect(summary.kinds.find(({ kind }) => kind === 'amount_mismatch')).toEqual({
      kind: 'amount_mismatch',
      open: all.filter(({ kind }) => kind === 'amount_mismatch').length,
      oldestAgeSeconds: oldest!.ageSeconds,
    });
    expect(summary.oldestAgeSeconds).toBe(Math.max(...all.map(({ ageSeconds }) => ageSeconds)));
  });

  test.each(['open', 'resolved'] as const)('page without gaps: %s', async (status) => {
    const all = (await list({ status, limit: 100 })).items;
    expect(all.length).toBeGreaterThan(4);
    const paged = [];
    for (let cursor: string | undefined; ;) {
      const page = await list({ status, limit: 2, ...(cursor ? { cursor } : {}) });
      paged.push(...page.items);
      if (!page.nextCursor) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    const times = all.map(({ createdAt, resolvedAt }) => (status === 'open' ? createdAt : resolvedAt!));
    expect(times).toEqual(status === 'open' ? times.toSorted() : times.toSorted().toReversed());
    await expect(list({ status, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

test('a cause names no person: its first case is masked as it is in the list', async () => {
  const { orderNumber } = await app.paidOrder();
  const raised = (kind: string, detail: string) =>
    app.rows(
      `insert into exceptions (public_id, kind, order_id, dedup_key, detail, detail_en, status, created_at)
       select gen_random_uuid(), ?, id, gen_random_uuid(), ?, ?, 'open', ? from orders where order_number = ?`,
      [kind, detail, detail, app.now, orderNumber],
    );
  await raised('product_code_taken', '收货人张三丰（13800001234）住海尔路 1 号，不接 12 点的电话');
  const { items } = await listCauses(app.orm.em.fork(), { kind: 'product_code_taken' }, app.now);
  expect(items).toMatchObject([{ detail: '收货人张**（…）住***，不接 … 点的电话', open: 1 }]);
  expect(items[0]!.detailEn).toBe(items[0]!.detail);
  expect((await list({ kind: 'product_code_taken', cause: items[0]!.cause })).items).toMatchObject([{ orderNumber }]);
});

test('open cases are grouped by cause, whatever differs in numbers and names', async () => {
  const raised = (detail: string, detailEn: string, dedupKey: string) =>
    app.rows(
      `insert into exceptions (public_id, kind, dedup_key, detail, detail_en, status, created_at)
       values (?, 'stock_release_failed', ?, ?, ?, 'open', ?)`,
      [randomUUID(), dedupKey, detail, detailEn, app.now],
    );
  await raised('商品 GA0SZC00U 的 2 件库存未退回', '2 pieces of GA0SZC00U are not back', 'cause-1');
  await raised('商品 GB1234 的 13 件库存未退回', '13 pieces of GB1234 are not back', 'cause-2');
  await raised('数据库不可用', 'The database is away', 'cause-3');

  const { items } = exceptionApi.causes.output.parse(
    await listCauses(app.orm.em.fork(), { kind: 'stock_release_failed' }, app.now),
  );
  expect(items.map(({ detail, detailEn, open }) => ({ detail, detailEn, open }))).toEqual([
    { detail: '商品 … 的 … 件库存未退回', detailEn: '… pieces of … are not back', open: 2 },
    { detail: '数据库不可用', detailEn: 'The database is away', open: 1 },
  ]);
  const ofCause = await list({ kind: 'stock_release_failed', cause: items[0]!.cause });
  expect(ofCause.items.map(({ detail }) => detail)).toEqual([
    '商品 GA0SZC00U 的 2 件库存未退回',
    '商品 GB1234 的 13 件库存未退回',
  ]);
  expect(exceptionApi.list.input.safeParse({ cause: 'x' }).success).toBe(false);

  // It would be worked out for every case that there ever was.
  const ofResolved = { status: 'resolved', cause: items[0]!.cause } as const;
  for (const refusal of [exceptionApi.list.input.safeParse(ofResolved), ExceptionsExport.safeParse(ofResolved)])
    expect(refusal.error?.issues).toMatchObject([
      { path: ['cause'], message: 'is for open cases only, not with status "resolved"' },
    ]);
});
