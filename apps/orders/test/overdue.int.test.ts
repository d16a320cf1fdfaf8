import { type ExceptionAction, exceptionApi } from '@orderbridge/contracts/exceptions-api';
import { ROLE_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import { SCHEDULE_MS } from '@orderbridge/service-kit/retry-schedule';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listExceptions } from '../src/exceptions/list-exceptions.ts';
import { raiseOverdue } from '../src/exceptions/raise-overdue.ts';
import { type ResolveContext, resolveException } from '../src/exceptions/resolve-exception.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { pushOrder } from '../src/orders/push-order.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { withdrawRefund } from '../src/payments/withdraw-refund.ts';
import { applySupplierEvents } from '../src/suppliers/apply-supplier-events.ts';
import type { AskIntegrations } from '../src/suppliers/ask-integrations.ts';
import { supplierEvent } from './_integrations.ts';
import { haierCallback, ordersOnDatabase } from './_orders.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const OVERDUE = { pushMs: 720 * MINUTE_MS, confirmationMs: 30 * MINUTE_MS };
const ADMIN = ROLE_PERMISSIONS.admin;

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());
// Orders of other tests stand still too.
beforeEach(() => app.rows(`update orders set status = 'completed' where status in ('paid', 'refunding')`));

const acting = () => ({ ...app.context, permissions: ADMIN });
const sweep = () => raiseOverdue({ ...app.context, overdue: OVERDUE });
const push = (orderNumber: string) => pushOrder(acting(), { orderNumber });
const casesOf = async (orderNumber: string, status: 'open' | 'resolved' = 'open') =>
  (
    await listExceptions(app.orm.em.fork(), exceptionApi.list.input.parse({ orderNumber, status }), {
      now: app.now,
      permissions: ADMIN,
      by: app.context.by,
    })
  ).items;
const kindsOf = async (orderNumber: string, status: 'open' | 'resolved' = 'open') =>
  (await casesOf(orderNumber, status)).map(({ kind }) => kind);
const resolve = (id: string, action: ExceptionAction, overrides: Partial<ResolveContext> = {}) =>
  resolveException({ ...acting(), requireFresh: () => {}, ...overrides }, { id, action, reason: '已核实' });
const confirm = (orderNumber: string) =>
  app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { at: app.now }));

const refuse = (orderNumber: string) =>
  applySupplierEvents(app.context, [
    supplierEvent('push.refused', orderNumber, {
      round: 1,
      why: 'upstream',
      detail: '库存不足',
      detailEn: 'no stock',
    }),
  ]);

const accept = (orderNumber: string, round = 1) =>
  applySupplierEvents(app.context, [
    supplierEvent('push.accepted', orderNumber, { round, retailOrderNo: `SO.${orderNumber}` }),
  ]);

/** A pushed order that the platform took. */
async function taken(): Promise<string> {
  const { orderNumber } = await app.paidOrder();
  await push(orderNumber);
  await accept(orderNumber);
  return orderNumber;
}

describe('paid and never pushed', () => {
  test('becomes a case when its time is over, with its age from then on, and is told of', async () => {
    const { orderNumber } = await app.paidOrder();
    const local = await app.paidOrder({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] });
    // Nobody may push it, so a case that asks for that would be none.
    const mixed = await app.paidOrder({
      lines: ['LOCAL-KETTLE-01', 'GA0SZC00U'].map((productCode) => ({ productCode, quantity: 1 })),
    });
    const pending = await app.place();
    app.later(OVERDUE.pushMs - 1_000);
    expect(await sweep()).toBe(0);
    app.later(1_000);
    expect(await sweep()).toBe(1);
    const [item] = await casesOf(orderNumber);
    expect(item).toMatchObject({
      kind: 'push_overdue',
      ageSeconds: 0,
      detail: '订单自 2026-11-20 10:00（北京时间）起为待发货，一直没有推送海尔',
      detailEn: expect.stringContaining('was never pushed to Haier'),
      actions: [
        { action: 'push_again', allowed: true },
        { action: 'acknowledge', allowed: true },
      ],
    });
    for (const { orderNumber: other } of [local, mixed, pending]) expect(await kindsOf(other)).toEqual([]);
    expect(
      await app.rows(`select subject from outbox where type = 'exception.raised' and data->>'exceptionId' = ?`, [
        item!.id,
      ]),
    ).toEqual([{ subject: orderNumber }]);
  });

  test('is raised once, by two workers at a time and by every later sweep, also after it was acknowledged', async () => {
    const numbers = [];
    for (let index = 0; index < 8; index += 1) numbers.push((await app.paidOrder()).orderNumber);
    app.later(OVERDUE.pushMs);
    const raised = await Promise.all([sweep(), sweep(), sweep()]);
    expect(raised.reduce((sum, count) => sum + count, 0) + (await sweep())).toBe(8);
    for (const number of numbers) expect(await kindsOf(number)).toEqual(['push_overdue']);

    const [item] = await casesOf(numbers[0]!);
    await resolve(item!.id, 'acknowledge');
    app.later(OVERDUE.pushMs);
    expect(await sweep()).toBe(0);
    expect(await kindsOf(numbers[0]!)).toEqual([]);
  });

  test('closes by itself in the push, and its one action is that push', async () => {
    const [first, second] = [await app.paidOrder(), await app.paidOrder()];
    app.later(OVERDUE.pushMs);
    expect(await sweep()).toBe(2);
    await push(first.orderNumber);
    expect(await kindsOf(first.orderNumber)).toEqual([]);
    expect(await casesOf(first.orderNumber, 'resolved')).toMatchObject([
      { resolvedBy: 'system', resolvedReason: '订单状态已变化，不再等待' },
    ]);

    const [item] = await casesOf(second.orderNumber);
    expect(await resolve(item!.id, 'push_again')).toMatchObject({ status: 'resolved', resolvedBy: 'staff:tester' });
    expect(await app.order(second.orderNumber)).toMatchObject({ haierStatus: 'push_pending' });
    expect(
      await app.rows(`select id from outbox where type = 'exception.resolved' and data->>'exceptionId' = ?`, [
        item!.id,
      ]),
    ).toHaveLength(1);
  });

  test('closes with a cancel or a refund, and a refund that is taken back begins a new time', async () => {
    const [cancelled, refunding] = [await app.paidOrder(), await app.paidOrder()];
    app.later(OVERDUE.pushMs);
    expect(await sweep()).toBe(2);
    await cancelOrder(acting(), { orderNumber: cancelled.orderNumber, reason: '不想要了' });
    await requestRefund(acting(), { orderNumber: refunding.orderNumber, reason: '不想要了' });
    expect([await kindsOf(cancelled.orderNumber), await kindsOf(refunding.orderNumber)]).toEqual([[], []]);
    expect(await sweep()).toBe(0);

    await withdrawRefund(acting(), { orderNumber: refunding.orderNumber, reason: '又要了' });
    expect(await sweep()).toBe(0);
    app.later(OVERDUE.pushMs);
    expect(await sweep()).toBe(1);
    expect(await kindsOf(refunding.orderNumber)).toEqual(['push_overdue']);
  });

  test('is no case of an order that was left behind more than a month ago', async () => {
    const old = await app.paidOrder();
    app.later(1_000);
    const young = await app.paidOrder();
    app.later(30 * DAY_MS);
    expect(await sweep()).toBe(1);
    expect([await kindsOf(old.orderNumber), await kindsOf(young.orderNumber)]).toEqual([[], ['push_overdue']]);
  });

  test('is no case of an order whose push is under way or failed', async () => {
    const [underWay, failed] = [await app.paidOrder(), await app.paidOrder()];
    await push(underWay.orderNumber);
    await push(failed.orderNumber);
    await refuse(failed.orderNumber);
    app.later(OVERDUE.pushMs);
    await sweep();
    // The push that is under way is late by now, which is another kind of case.
    expect(await kindsOf(underWay.orderNumber)).toEqual(['confirmation_overdue']);
    expect(await kindsOf(failed.orderNumber)).toEqual(['push_failed']);
  });
});

describe('pushed and never confirmed', () => {
  test('becomes a case some time after the platform took it, and closes with the confirmation', async () => {
    const orderNumber = await taken();
    app.later(OVERDUE.confirmationMs - 1_000);
    expect(await sweep()).toBe(0);
    app.later(1_000);
    expect(await Promise.all([sweep(), sweep()])).toEqual(expect.arrayContaining([0, 1]));
    expect(await sweep()).toBe(0);
    expect(await casesOf(orderNumber)).toMatchObject([
      {
        kind: 'confirmation_overdue',
        detail: expect.stringContaining('受理推送，一直没有接单回调'),
        actions: [
          { action: 'ask_platform', allowed: true },
          { action: 'acknowledge', allowed: true },
        ],
      },
    ]);
    await confirm(orderNumber);
    expect(await casesOf(orderNumber, 'resolved')).toMatchObject([
      { kind: 'confirmation_overdue', resolvedBy: 'system' },
    ]);
    expect(await kindsOf(orderNumber)).toEqual([]);
  });

  test('has the time of all retries while the platform has not taken it', async () => {
    const { orderNumber } = await app.paidOrder();
    await push(orderNumber);
    app.later(OVERDUE.confirmationMs + SCHEDULE_MS - 1_000);
    expect(await sweep()).toBe(0);
    app.later(1_000);
    expect(await sweep()).toBe(1);
    expect(await casesOf(orderNumber)).toMatchObject([{ detail: expect.stringContaining('既未受理也未拒绝') }]);
    await refuse(orderNumber);
    expect(await kindsOf(orderNumber)).toEqual(['push_failed']);
  });

  test('is another case once the platform took it late: the first one closes, and the second is raised in its time', async () => {
    const { orderNumber } = await app.paidOrder();
    await push(orderNumber);
    app.later(OVERDUE.confirmationMs + SCHEDULE_MS);
    expect(await sweep()).toBe(1);
    await accept(orderNumber, 0);
    expect(await kindsOf(orderNumber)).toEqual(['confirmation_overdue']);
    await accept(orderNumber);
    expect(await casesOf(orderNumber, 'resolved')).toMatchObject([
      { kind: 'confirmation_overdue', resolvedBy: 'system', resolvedReason: '平台已受理推送' },
    ]);
    expect([await kindsOf(orderNumber), await sweep()]).toEqual([[], 0]);

    app.later(OVERDUE.confirmationMs);
    expect(await sweep()).toBe(1);
    await accept(orderNumber);
    expect(await casesOf(orderNumber)).toMatchObject([{ detail: expect.stringContaining('一直没有接单回调') }]);
  });

  test('is no case of a push that was asked for more than a month ago', async () => {
    const orderNumber = await taken();
    app.later(30 * DAY_MS + 1_000);
    expect(await sweep()).toBe(0);
    expect(await kindsOf(orderNumber)).toEqual([]);
  });

  test('is settled by asking the platform when it has sent parcels, in the name of who asked', async () => {
    const orderNumber = await taken();
    app.later(OVERDUE.confirmationMs);
    await sweep();
    const [item] = await casesOf(orderNumber);
    expect(await resolve(item!.id, 'ask_platform')).toMatchObject({
      status: 'resolved',
      resolvedBy: 'staff:tester',
      resolvedAction: 'ask_platform',
      resolvedReason: '已核实',
    });
    expect(await app.order(orderNumber)).toMatchObject({ status: 'shipped', haierStatus: 'confirmed' });
  });

  test('stays a case when the platform knows of no parcel, does not answer, or must not be asked', async () => {
    const orderNumber = await taken();
    app.later(OVERDUE.confirmationMs);
    await sweep();
    const [item] = await casesOf(orderNumber);
    const asking = (answer: () => Promise<unknown>) => ({ askIntegrations: answer as AskIntegrations });
    await expect(
      resolve(
        item!.id,
        'ask_platform',
        asking(async () => ({ outcome: 'answered', value: { items: [] } })),
      ),
    ).rejects.toMatchObject({ code: 'REFUSED', message: expect.stringContaining('没有返回物流单号') });
    await expect(
      resolve(
        item!.id,
        'ask_platform',
        asking(async () => {
          throw new CallUnavailable('integrations', 'no_responder', undefined);
        }),
      ),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(
      resolve(item!.id, 'ask_platform', { permissions: ['exceptions.view', 'exceptions.resolve'] }),
    ).rejects.toThrow('没有查询海尔物流的权限');
    expect(await casesOf(orderNumber)).toEqual([item]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', haierStatus: 'push_pending' });
  });
});

test('a sweep looks at the orders that wait, not at all there are', async () => {
  await using many = await ordersOnDatabase({ poolMax: 1 });
  // More than two batches of each kind that waits, among many that do not; 1000 of them were left behind.
  const [waiting, all] = [120, 20_000];
  const since = new Date(many.now.getTime() - OVERDUE.pushMs);
  await many.rows(
    `insert into orders (order_number, buyer, status, haier_status, haier_round, haier_line_count, local_line_count, total_fen, payable_fen,
       contact_name, phone, phone_tail, province, city, district, address_detail, created_at, expires_at, paid_at)
     select 'H' || n, 'b', s.status, s.haier_status, 1, 1, 0, 100, 100, 'x', 'x', 'x', 'x', 'x', 'x', 'x', s.at, s.at, s.at
       from generate_series(1, ${all}) n
      cross join lateral (
        select case when n <= ${2 * waiting} or n > ${all - 1_000} then 'paid' else 'completed' end as status,
               case when n <= ${waiting} or n > ${all - 1_000} then 'none'
                    when n <= ${2 * waiting} then 'push_pending' else 'confirmed' end as haier_status,
               case when n > ${all - 1_000} then ?::timestamptz - interval '1 year' else ?::timestamptz end as at) s`,
    [since, since],
  );
  await many.rows(
    `insert into state_changes (machine, order_id, from_state, to_state, fact, by, at)
     select 'order', o.id, 'pending', 'paid', 'payment_received', 'system', o.paid_at from orders o`,
  );
  await many.rows(
    `insert into exceptions (public_id, kind, dedup_key, detail, detail_en, status, created_at)
     select gen_random_uuid(), 'push_overdue', 'old:' || n, 'x', 'x', 'resolved', now() from generate_series(1, ${all}) n`,
  );
  await many.rows(
    `insert into supplier_events (event_id, type, subject, round, received_at)
     select gen_random_uuid(), 'push.accepted', o.order_number, 1, ? from orders o`,
    [since],
  );
  await many.rows(`vacuum analyze orders, state_changes, exceptions, supplier_events`);
  const scans = async () => {
    await many.rows(`select pg_stat_force_next_flush()`);
    return many.rows<{ relname: string; seq_scan: string }>(
      `select relname, seq_scan from pg_stat_user_tables
        where relname in ('orders', 'state_changes', 'exceptions', 'supplier_events') order by relname`,
    );
  };
  const before = await scans();
  expect(before).toHaveLength(4);
  expect(await raiseOverdue({ ...many.context, overdue: OVERDUE })).toBe(2 * waiting);
  expect(await raiseOverdue({ ...many.context, overdue: OVERDUE })).toBe(0);
  expect(await scans()).toEqual(before);
});
