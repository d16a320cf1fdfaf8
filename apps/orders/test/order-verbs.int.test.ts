import { randomUUID } from 'node:crypto';
import { orderApi, type OrderView, paymentApi, type PlaceOrder } from '@orderbridge/contracts/orders-api';
import { ROLE_PERMISSIONS, STOREFRONT_PERMISSIONS } from '@orderbridge/contracts/permissions';
import type { HaierState } from '@orderbridge/state-machine/haier-transitions';
import type { OrderState } from '@orderbridge/state-machine/order-transitions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addNote } from '../src/orders/add-note.ts';
import { adjustPrice } from '../src/orders/adjust-price.ts';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { completeOrder } from '../src/orders/complete-order.ts';
import { listOrders } from '../src/orders/list-orders.ts';
import { rebuildOrder } from '../src/orders/rebuild-order.ts';
import { rescheduleOrder } from '../src/orders/reschedule-order.ts';
import { shipOrder } from '../src/orders/ship-order.ts';
import { listPayments } from '../src/payments/list-payments.ts';
import { requestRefund } from '../src/payments/request-refund.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const KETTLES = [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }];
const staff = () => ({ ...app.context, permissions: ROLE_PERMISSIONS.operator });
const storefront = () => ({ ...app.context, by: 'storefront', permissions: STOREFRONT_PERMISSIONS });
const place = (overrides: Partial<PlaceOrder> = {}) =>
  app.place({ buyer: `buyer-${randomUUID()}`, lines: KETTLES, ...overrides });
const paid = (overrides: Partial<PlaceOrder> = {}) =>
  app.paidOrder({ buyer: `buyer-${randomUUID()}`, lines: KETTLES, ...overrides });
const HAIER: Partial<PlaceOrder> = { lines: [{ productCode: 'GA0SZC00U', quantity: 1 }] };

/** A paid order of Haier goods that Haier has confirmed. */
async function confirmed(): Promise<OrderView> {
  const { orderNumber } = await paid(HAIER);
  await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }));
  return app.order(orderNumber);
}
const cancelNews = (orderNumber: string, State: number) =>
  haierCallback({ PlatformOrderNo: orderNumber, State }, { method: 'hmm.scm_heorder.cancel' });

/** Puts an order where its verbs alone would not bring it. */
const force = (
  { orderNumber }: OrderView,
  { status, haierStatus }: { status?: OrderState; haierStatus?: HaierState },
) =>
  app.rows(
    `update orders set status = coalesce(?, status), haier_status = coalesce(?, haier_status) where order_number = ?`,
    [status ?? null, haierStatus ?? null, orderNumber],
  );

/** How much was ever written about an order, and how it stands: equal before and after means that nothing happened. */
async function traces(orderNumber: string) {
  const [row] = await app.rows<Record<string, number>>(
    `select (select count(*)::int from state_changes where order_id = o.id) as moves,
            (select count(*)::int from audit_entries where detail->>'orderNumber' = o.order_number) as audit,
            (select count(*)::int from outbox where subject = o.order_number) as events,
            (select count(*)::int from inventory_log where order_id = o.id) as inventory,
            (select count(*)::int from refunds where order_id = o.id) as refunds,
            o.xmin::text as version
       from orders o where o.order_number = ?`,
    [orderNumber],
  );
  return row!;
}
const movesOf = (orderNumber: string) =>
  app.rows<{ machine: string; fact: string; by: string; note: string | null }>(
    `select s.machine, s.fact, s.by, s.note from state_changes s join orders o on o.id = s.order_id where o.order_number = ? order by s.id`,
    [orderNumber],
  );
const productOf = async (code = 'LOCAL-KETTLE-01') =>
  (
    await app.rows<{ stock: number; sales_count: number }>(
      `select stock, sales_count from products where product_code = ?`,
      [code],
    )
  )[0]!;

/** What a verb says when it refuses, having left no trace. */
async function refusal(orderNumber: string, verb: () => Promise<unknown>): Promise<unknown> {
  const before = await traces(orderNumber);
  const error: unknown = await verb().then(
    () => 'was not refused',
    (reason: unknown) => reason,
  );
  expect(await traces(orderNumber)).toEqual(before);
  return error;
}

describe('shipping', () => {
  test('a paid order is shipped with its carrier: one history row, one audit entry, one event', async () => {
    const { orderNumber } = await paid();
    const before = await traces(orderNumber);
    const shipped = await shipOrder(staff(), { orderNumber, carrier: '顺丰', trackingNo: 'SF100' });
    expect(shipped).toMatchObject({ status: 'shipped', carrier: '顺丰', trackingNo: 'SF100' });
    expect(shipped.history.at(-1)).toMatchObject({
      from: 'paid',
      to: 'shipped',
      fact: 'goods_sent',
      by: 'staff:tester',
      note: '顺丰 SF100',
    });
    expect(await traces(orderNumber)).toMatchObject({
      moves: before.moves! + 1,
      audit: before.audit! + 1,
      events: before.events! + 1,
      inventory: before.inventory,
    });
  });

  test('what is not paid is refused in the seeds’ words, with what is allowed instead', async () => {
    const { orderNumber } = await place();
    expect(await refusal(orderNumber, () => shipOrder(staff(), { orderNumber }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message: '不允许从状态 "pending" 转换到 "shipped"。允许的转换: {paid, cancelled}',
      messageEn: 'An order that is pending cannot become shipped; it can become paid or cancelled',
    });
    await cancelOrder(staff(), { orderNumber, reason: '不要了' });
    expect(await refusal(orderNumber, () => shipOrder(staff(), { orderNumber }))).toMatchObject({
      message: '不允许从状态 "cancelled" 转换到 "shipped"。允许的转换: {}',
    });
  });

  test('Haier goods leave once Haier has confirmed the order (R88, T41)', async () => {
    const { orderNumber } = await paid(HAIER);
    expect(await refusal(orderNumber, () => shipOrder(staff(), { orderNumber }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message: expect.stringContaining('海尔确认接单后才能发货'),
      messageEn: expect.stringContaining('its Haier status is not pushed'),
    });
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }));
    expect(await shipOrder(staff(), { orderNumber })).toMatchObject({ status: 'shipped', carrier: null });
  });
});

describe('completing', () => {
  test('a shipped order is completed and its pieces count as sold, once', async () => {
    const { orderNumber } = await paid();
    expect(await refusal(orderNumber, () => completeOrder(staff(), { orderNumber }))).toMatchObject({
      message: '不允许从状态 "paid" 转换到 "completed"。允许的转换: {shipped, cancelled, refunding}',
    });
    await shipOrder(staff(), { orderNumber });
    const before = await productOf();
    expect(await completeOrder(staff(), { orderNumber })).toMatchObject({ status: 'completed' });
    expect(await productOf()).toEqual({ ...before, sales_count: before.sales_count + 2 });
    expect(await refusal(orderNumber, () => completeOrder(staff(), { orderNumber }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
    });
    expect((await productOf()).sales_count).toBe(before.sales_count + 2);
  });

  test('a storefront completes what its buyer bought and nothing else (R89)', async () => {
    const { orderNumber, buyer } = await paid();
    await shipOrder(staff(), { orderNumber });
    for (const wrong of [undefined, 'somebody else'])
      expect(
        await refusal(orderNumber, () => completeOrder(storefront(), { orderNumber, buyer: wrong })),
      ).toMatchObject({
        code: 'NOT_ALLOWED',
        message: 'Not allowed',
      });
    expect(await completeOrder(storefront(), { orderNumber, buyer })).toMatchObject({ status: 'completed' });
  });

  test('orders with their products in crosswise order complete at once without a deadlock', async () => {
    const lines = [
      { productCode: 'LOCAL-KETTLE-01', quantity: 1 },
      { productCode: 'BS01U000N', quantity: 1 },
    ];
    const orders = await Promise.all(
      Array.from({ length: 12 }, (_, n) => paid({ lines: n % 2 ? lines : lines.toReversed() })),
    );
    for (const order of orders) await force(order, { haierStatus: 'confirmed' });
    const before = await productOf('BS01U000N');
    await Promise.all(
      orders.map(async ({ orderNumber }) => {
        await shipOrder(staff(), { orderNumber });
        await completeOrder(staff(), { orderNumber });
      }),
    );
    expect((await productOf('BS01U000N')).sales_count).toBe(before.sales_count + 12);
  });

  test('orders of mixed goods complete while others are placed, and nobody waits for a deadlock', async () => {
    const lines = [
      { productCode: 'GA0SZC00U', quantity: 1 },
      { productCode: 'LOCAL-KETTLE-01', quantity: 1 },
    ];
    await app.rows(`update products set stock = stock + 100 where product_code = 'LOCAL-KETTLE-01'`);
    const orders: OrderView[] = [];
    for (let n = 0; n < 40; n += 1) orders.push(await paid({ lines }));
    for (const order of orders) await force(order, { status: 'shipped', haierStatus: 'confirmed' });
    const before = await productOf('GA0SZC00U');
    const work = orders.flatMap(({ orderNumber }) => [
      () => completeOrder(staff(), { orderNumber }),
      () => app.place({ lines }),
    ]);
    const lane = async () => {
      for (let next = work.shift(); next; next = work.shift()) await next();
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    expect((await productOf('GA0SZC00U')).sales_count).toBe(before.sales_count + 40);
  });
});

describe('cancelling', () => {
  test('a pending order: its stock is back, its payment closed and due at the provider, reason and time kept', async () => {
    const shelf = await productOf();
    const { orderNumber } = await place();
    const payment = await app.openPayment(orderNumber);
    const cancelled = await cancelOrder(staff(), { orderNumber, reason: '地址错误' });
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      cancelReason: '地址错误',
      cancelledAt: app.now.toISOString(),
      message: null,
      payments: [{ id: payment.id, status: 'cancelled' }],
      refunds: [],
      history: [{ fact: 'cancel_agreed', note: '地址错误', by: 'staff:tester' }],
    });
    expect(await productOf()).toEqual(shelf);
    expect(await app.rows(`select ask_at is not null as due from payments where public_id = ?`, [payment.id])).toEqual([
      { due: true },
    ]);
  });

  test('a second cancel is a success without any effect (R68)', async () => {
    const { orderNumber } = await paid();
    await cancelOrder(staff(), { orderNumber, reason: '第一次' });
    const before = await traces(orderNumber);
    expect(await cancelOrder(staff(), { orderNumber, reason: '第二次' })).toMatchObject({
      status: 'cancelled',
      cancelReason: '第一次',
      message: null,
    });
    expect(await traces(orderNumber)).toEqual(before);
  });

  test.each([
    ['with local goods', {}, undefined],
    ['with Haier goods never pushed', HAIER, undefined],
    ['whose push failed', HAIER, 'failed'],
    ['that Haier cancelled without our order following', HAIER, 'cancelled'],
  ] as const)('a paid order %s is cancelled at once and its money goes back', async (_name, goods, haierStatus) => {
    const shelf = await productOf();
    const order = await paid(goods);
    if (haierStatus) await force(order, { haierStatus });
    const cancelled = await cancelOrder(staff(), { orderNumber: order.orderNumber, reason: '不要了' });
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      refundableFen: 0,
      refunds: [{ status: 'pending', amountFen: order.payableFen, cause: 'order_cancelled', reason: '不要了' }],
    });
    expect(await productOf()).toEqual(shelf);
  });

  test('an order at Haier waits for Haier’s answer and asks once (R70-R72)', async () => {
    const { orderNumber } = await confirmed();
    const asked = await cancelOrder(staff(), { orderNumber, reason: '客户改主意' });
    expect(asked).toMatchObject({
      status: 'paid',
      haierStatus: 'cancel_pending',
      cancelReason: '客户改主意',
      message: '取消已提交，等待回调',
      messageEn: "The cancellation was submitted; waiting for Haier's answer",
      refunds: [],
    });
    expect(orderApi.cancel.output.parse(asked)).toEqual(asked);
    expect((await movesOf(orderNumber)).at(-1)).toEqual({
      machine: 'haier',
      fact: 'cancel_requested',
      by: 'staff:tester',
      note: '客户改主意',
    });
    const before = await traces(orderNumber);
    expect(await cancelOrder(staff(), { orderNumber, reason: '再来' })).toMatchObject({
      haierStatus: 'cancel_pending',
      cancelReason: '客户改主意',
      message: '取消已提交，等待回调',
    });
    expect(await traces(orderNumber)).toEqual(before);

    await app.deliver(cancelNews(orderNumber, 1));
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'cancelled',
      haierStatus: 'cancelled',
      refunds: [{ status: 'pending' }],
    });
    const done = await traces(orderNumber);
    expect(await cancelOrder(staff(), { orderNumber, reason: '还来' })).toMatchObject({ message: null });
    expect(await traces(orderNumber)).toEqual(done);
  });

  test.each(['out_of_stock', 'out_of_stock_failed', 'cancel_failed', 'partially_cancelled'] as const)(
    'an order that is %s at Haier is asked to be cancelled there',
    async (haierStatus) => {
      const order = await confirmed();
      await force(order, { haierStatus });
      expect(await cancelOrder(staff(), { orderNumber: order.orderNumber, reason: '取消' })).toMatchObject({
        status: 'paid',
        haierStatus: 'cancel_pending',
        message: '取消已提交，等待回调',
      });
    },
  );

  test('an order cancelled here that Haier would not cancel is asked for again (R74)', async () => {
    const order = await confirmed();
    await force(order, { status: 'cancelled', haierStatus: 'cancel_failed' });
    await app.rows(`update orders set cancel_reason = '原因' where order_number = ?`, [order.orderNumber]);
    expect(await cancelOrder(staff(), { orderNumber: order.orderNumber, reason: '重试' })).toMatchObject({
      status: 'cancelled',
      haierStatus: 'cancel_pending',
      cancelReason: '原因',
      message: '取消已提交，等待回调',
    });
  });

  test('while a push is under way nobody can say what a cancel would mean', async () => {
    const order = await paid(HAIER);
    await force(order, { haierStatus: 'push_pending' });
    expect(
      await refusal(order.orderNumber, () =>
        cancelOrder(staff(), { orderNumber: order.orderNumber, reason: '不要了' }),
      ),
    ).toMatchObject({ code: 'INVALID_ORDER_STATUS', message: expect.stringContaining('正在推送海尔') });
  });

  test.each(['shipped', 'completed', 'refunding', 'refunded'] as const)('a %s order is refused', async (status) => {
    const order = await paid();
    await force(order, { status });
    expect(
      await refusal(order.orderNumber, () =>
        cancelOrder(staff(), { orderNumber: order.orderNumber, reason: '不要了' }),
      ),
    ).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message: expect.stringMatching(new RegExp(`^不允许从状态 "${status}" 转换到 "cancelled"。允许的转换: \\{.*\\}$`)),
    });
  });

  test('a storefront cancels for the buyer it names, and nobody else’s order (R66)', async () => {
    const { orderNumber, buyer } = await place();
    for (const wrong of [undefined, 'somebody else', buyer.toUpperCase()])
      expect(
        await refusal(orderNumber, () => cancelOrder(storefront(), { orderNumber, buyer: wrong, reason: '不要了' })),
      ).toMatchObject({ code: 'NOT_ALLOWED', message: 'Not allowed', messageEn: 'Not allowed' });
    expect(await cancelOrder(storefront(), { orderNumber, buyer, reason: '不要了' })).toMatchObject({
      status: 'cancelled',
      history: [{ by: 'storefront' }],
    });
  });

  test('50 simultaneous cancels: one history row, one release, one refund, 50 successes', async () => {
    const shelf = await productOf();
    const { orderNumber, payableFen } = await paid();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => cancelOrder(staff(), { orderNumber, reason: `第 ${n} 次` })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['cancelled']));
    const order = await app.order(orderNumber);
    expect(order.refunds).toMatchObject([{ amountFen: payableFen }]);
    expect(order.history.filter(({ to }) => to === 'cancelled')).toHaveLength(1);
    expect(await traces(orderNumber)).toMatchObject({ inventory: 2, refunds: 1 });
    expect(await productOf()).toEqual(shelf);
  });

  test('50 simultaneous cancels of an order at Haier ask it once', async () => {
    const { orderNumber } = await confirmed();
    await Promise.all(Array.from({ length: 50 }, () => cancelOrder(staff(), { orderNumber, reason: '取消' })));
    expect((await movesOf(orderNumber)).filter(({ fact }) => fact === 'cancel_requested')).toHaveLength(1);
  });

  test('a cancel that races the money: the order ends cancelled and the money is on its way back', async () => {
    const shelf = await productOf();
    for (let n = 0; n < 20; n += 1) {
      const { orderNumber, payableFen } = await place();
      const payment = await app.openPayment(orderNumber);
      const both = [
        () => cancelOrder(staff(), { orderNumber, reason: '不要了' }),
        () => app.deliver(paymentCallback(payment, {}, app.now)),
      ];
      await Promise.all((n % 2 ? both : both.toReversed()).map((act) => act()));
      const order = await app.order(orderNumber);
      expect(order).toMatchObject({
        status: 'cancelled',
        refundableFen: 0,
        payments: [{ status: 'succeeded', paidAt: expect.any(String) }],
      });
      expect(order.refunds.map(({ amountFen }) => amountFen)).toEqual([payableFen]);
    }
    expect(await productOf()).toEqual(shelf);
  });

  test('shipping and cancelling at once: exactly one of them happens', async () => {
    for (let n = 0; n < 10; n += 1) {
      const { orderNumber } = await paid();
      const [shipped, cancelled] = await Promise.allSettled([
        shipOrder(staff(), { orderNumber }),
        cancelOrder(staff(), { orderNumber, reason: '不要了' }),
      ]);
      expect([shipped.status, cancelled.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect((await app.order(orderNumber)).status).toBe(shipped.status === 'fulfilled' ? 'shipped' : 'cancelled');
    }
  });
});

test.each([
  [
    'another price',
    'price_adjusted',
    '应付 ¥200.00 → ¥150.00：老客户优惠',
    (orderNumber: string) => adjustPrice(staff(), { orderNumber, payableFen: 15_000, reason: '老客户优惠' }),
  ],
  [
    'other times',
    'times_changed',
    '配送 未约定 → 2026-12-01 10:00',
    (orderNumber: string) => rescheduleOrder(staff(), { orderNumber, distributionTime: '2026-12-01T10:00:00+08:00' }),
  ],
  [
    'a note',
    'note_added',
    '添加备注（5 个字符）',
    (orderNumber: string) => addNote(staff(), { orderNumber, note: '已电话联系' }),
  ],
])('%s leaves one history row that moves nothing, one audit entry, one event', async (_name, fact, note, verb) => {
  const { orderNumber } = await place();
  const before = await traces(orderNumber);
  const { status, history, timeline } = await verb(orderNumber);
  expect(status).toBe('pending');
  expect(history).toEqual([
    expect.objectContaining({ from: 'pending', to: 'pending', fact, by: 'staff:tester', note }),
  ]);
  expect(timeline).toMatchObject([{ machine: 'order', subjectId: null, callbackId: null, fact }]);
  expect(timeline[0]!.noteEn).toMatch(/^[\x20-\x7e→]+$|老客户优惠$/);
  expect(await traces(orderNumber)).toMatchObject({
    moves: before.moves! + 1,
    audit: before.audit! + 1,
    events: before.events! + 1,
  });
  expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ matches: true });
});

describe('adjusting the price', () => {
  test('the old payment is closed, a new one has its own number and the new price', async () => {
    const { orderNumber } = await place();
    const old = await app.openPayment(orderNumber);
    const adjusted = await adjustPrice(staff(), { orderNumber, payableFen: 15_000, reason: '老客户优惠' });
    expect(adjusted).toMatchObject({
      status: 'pending',
      totalFen: 20_000,
      payableFen: 15_000,
      payments: [{ id: old.id, status: 'cancelled' }],
    });
    const next = await app.openPayment(orderNumber);
    expect(next).toMatchObject({ amountFen: 15_000, providerOrderNo: `${orderNumber}-P2`, status: 'init' });
    const audit = await app.rows(
      `select action, detail->>'what' as what, detail->>'fromFen' as from, detail->>'toFen' as to from audit_entries
        where resource_id in (?) and action in ('order_amended', 'cancelled_by_admin_adjust') order by action`,
      [[orderNumber, old.id]],
    );
    expect(audit).toEqual([
      { action: 'cancelled_by_admin_adjust', what: null, from: null, to: null },
      { action: 'order_amended', what: 'price', from: '20000', to: '15000' },
    ]);
    expect(
      await app.rows(`select type, data from outbox where subject = ? and type = 'order.amended'`, [orderNumber]),
    ).toEqual([{ type: 'order.amended', data: { what: 'price' } }]);
    expect(await app.rows(`select ask_at is not null as due from payments where public_id = ?`, [old.id])).toEqual([
      { due: true },
    ]);
  });

  test('money of the old price goes back and does not pay the order; that of the new one does', async () => {
    const { orderNumber } = await place();
    const old = await app.openPayment(orderNumber);
    await app.deliver(paymentCallback(old, { status: 'processing' }, app.now));
    await adjustPrice(staff(), { orderNumber, payableFen: 100, reason: '优惠' });
    const next = await app.openPayment(orderNumber);
    await app.deliver(paymentCallback(old, {}, app.now));
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'pending',
      refunds: [{ paymentId: old.id, amountFen: 20_000, cause: 'late_money' }],
    });
    await app.deliver(paymentCallback(next, {}, app.now));
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', refundableFen: 100 });
  });

  test('an order that costs nothing is paid by that, and its cancel returns nothing (T43)', async () => {
    const { orderNumber } = await place();
    const old = await app.openPayment(orderNumber);
    const free = await adjustPrice(staff(), { orderNumber, payableFen: 0, reason: '赠送' });
    expect(free).toMatchObject({
      status: 'paid',
      payableFen: 0,
      paidAt: app.now.toISOString(),
      payments: [{ id: old.id, status: 'cancelled' }],
    });
    expect(free.history).toMatchObject([
      { fact: 'price_adjusted', note: '应付 ¥200.00 → ¥0.00：赠送' },
      { fact: 'payment_received', note: '应付金额改为 0，无需支付' },
    ]);
    expect(await cancelOrder(staff(), { orderNumber, reason: '不要了' })).toMatchObject({
      status: 'cancelled',
      refunds: [],
    });
  });

  test('an order placed for nothing waits until somebody says that it costs nothing', async () => {
    const order = await place();
    await app.rows(`update orders set payable_fen = 0 where order_number = ?`, [order.orderNumber]);
    expect(await adjustPrice(staff(), { orderNumber: order.orderNumber, payableFen: 0, reason: '赠品' })).toMatchObject(
      { status: 'paid' },
    );
  });

  test('the same price and a paid order are refused', async () => {
    const { orderNumber } = await place();
    await app.openPayment(orderNumber);
    expect(
      await refusal(orderNumber, () => adjustPrice(staff(), { orderNumber, payableFen: 20_000, reason: 'x' })),
    ).toMatchObject({
      code: 'REFUSED',
      message: '应付金额已是 ¥200.00，无需改价',
    });
    const done = await paid();
    expect(
      await refusal(done.orderNumber, () =>
        adjustPrice(staff(), { orderNumber: done.orderNumber, payableFen: 1, reason: 'x' }),
      ),
    ).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      messageEn: 'Only a pending order can get another price; this one is paid',
    });
  });

  test('an adjustment that races the money: it is paid at the old price, or the money goes back', async () => {
    for (let n = 0; n < 10; n += 1) {
      const { orderNumber } = await place();
      const payment = await app.openPayment(orderNumber);
      const [adjusted] = await Promise.allSettled([
        adjustPrice(staff(), { orderNumber, payableFen: 1, reason: '优惠' }),
        app.deliver(paymentCallback(payment, {}, app.now)),
      ]);
      expect(await app.order(orderNumber)).toMatchObject(
        adjusted.status === 'fulfilled'
          ? { status: 'pending', payableFen: 1, refunds: [{ amountFen: 20_000 }] }
          : { status: 'paid', payableFen: 20_000, refunds: [] },
      );
    }
  });
});

describe('rescheduling', () => {
  const day = (n: number) => new Date(app.now.getTime() + n * 86_400_000).toISOString();

  test('what is named changes, what is not stays, null takes away; the same times again change nothing', async () => {
    const { orderNumber } = await place({ distributionTime: day(2), installTime: day(3) });
    expect(await rescheduleOrder(staff(), { orderNumber, installTime: day(5) })).toMatchObject({
      distributionTime: day(2),
      installTime: day(5),
    });
    const before = await traces(orderNumber);
    await rescheduleOrder(staff(), { orderNumber, installTime: day(5), distributionTime: day(2) });
    expect(await traces(orderNumber)).toEqual(before);
    expect(await rescheduleOrder(staff(), { orderNumber, installTime: null })).toMatchObject({
      distributionTime: day(2),
      installTime: null,
    });
    const changes = await app.rows(
      `select detail->'to' as to from audit_entries where resource_id = ? and action = 'order_amended' order by id`,
      [orderNumber],
    );
    expect(changes).toEqual([
      { to: { distributionTime: day(2), installTime: day(5) } },
      { to: { distributionTime: day(2), installTime: null } },
    ]);
    expect((await traces(orderNumber)).events).toBe(before.events! + 1);
  });

  test('times are instants, however their zone is written', async () => {
    const { orderNumber } = await place();
    expect(
      await rescheduleOrder(staff(), { orderNumber, distributionTime: '2027-01-02T08:00:00+08:00' }),
    ).toMatchObject({ distributionTime: '2027-01-02T00:00:00.000Z' });
  });

  test.each([
    ['in the past', () => ({ distributionTime: day(-1) }), '配送和安装时间必须晚于当前时间'],
    ['now', () => ({ installTime: day(0) }), '配送和安装时间必须晚于当前时间'],
    ['in the wrong order', () => ({ distributionTime: day(3), installTime: day(2) }), '安装时间不能早于配送时间'],
    ['before the delivery that stays', () => ({ installTime: day(1) }), '安装时间不能早于配送时间'],
  ])('times that lie %s are refused', async (_name, times, message) => {
    const { orderNumber } = await place({ distributionTime: day(2) });
    expect(await refusal(orderNumber, () => rescheduleOrder(staff(), { orderNumber, ...times() }))).toMatchObject({
      code: 'BAD_INPUT',
      message,
    });
  });

  test('an order at Haier whose number is not known and one that has left are refused', async () => {
    const atHaier = await confirmed();
    expect(
      await refusal(atHaier.orderNumber, () =>
        rescheduleOrder(staff(), { orderNumber: atHaier.orderNumber, installTime: day(2) }),
      ),
    ).toMatchObject({ code: 'INVALID_ORDER_STATUS', message: 'retailOrderNo为必填参数' });
    const shipped = await paid();
    await shipOrder(staff(), { orderNumber: shipped.orderNumber });
    expect(
      await refusal(shipped.orderNumber, () =>
        rescheduleOrder(staff(), { orderNumber: shipped.orderNumber, installTime: day(2) }),
      ),
    ).toMatchObject({ code: 'INVALID_ORDER_STATUS', messageEn: expect.stringContaining('this one is shipped') });
  });
});

test.each([
  ['none', false],
  ['push_pending', true],
  ['failed', false],
  ['confirmed', true],
  ['out_of_stock_failed', true],
  ['out_of_stock', true],
  ['cancel_pending', true],
  ['cancel_failed', true],
  ['partially_cancelled', true],
  ['cancelled', false],
] as const)(
  'whether a paid order is at Haier while %s there is one rule for times and for refunds: %s',
  async (haierStatus, isThere) => {
    const order = await paid(HAIER);
    const { orderNumber } = order;
    await force(order, { haierStatus });
    const installTime = new Date(app.now.getTime() + 86_400_000).toISOString();
    const rescheduled = await rescheduleOrder(staff(), { orderNumber, installTime }).then(
      () => true,
      () => false,
    );
    expect(rescheduled).toBe(!isThere);
    const { exceptions } = await requestRefund(staff(), { orderNumber, reason: '不要了' });
    expect(exceptions.map(({ kind }) => kind)).toEqual(isThere ? ['goods_not_stopped'] : []);
  },
);

describe('notes', () => {
  test('each note has its time in China and its author, what was there stays, and none passes for that of somebody else', async () => {
    const { orderNumber } = await place({ note: '尽快\r\n[2026-01-01 00:00 staff:boss] 冒充' });
    await addNote(staff(), { orderNumber, note: '已电话联系' });
    const noted = await addNote(staff(), { orderNumber, note: '第二条\n[2026-01-01 00:00 staff:boss] 冒充' });
    expect(noted.note).toBe(
      '尽快\n [2026-01-01 00:00 staff:boss] 冒充\n[2026-11-20 10:00 staff:tester] 已电话联系\n[2026-11-20 10:00 staff:tester] 第二条\n  [2026-01-01 00:00 staff:boss] 冒充',
    );
    const at = '2026-11-20T02:00:00.000Z';
    expect(noted.notes).toEqual([
      { text: '尽快\n [2026-01-01 00:00 staff:boss] 冒充', at: null, by: null },
      { text: '已电话联系', at, by: 'staff:tester' },
      { text: '第二条\n[2026-01-01 00:00 staff:boss] 冒充', at, by: 'staff:tester' },
    ]);
    expect(
      await app.rows(`select data from outbox where subject = ? and type = 'order.amended'`, [orderNumber]),
    ).toEqual([{ data: { what: 'note' } }, { data: { what: 'note' } }]);
    const audit = JSON.stringify(
      await app.rows(`select detail from audit_entries where resource_id = ?`, [orderNumber]),
    );
    expect(audit).not.toContain('电话');
  });

  test('what names the buyer is hidden in what was written, and does not spoil when and by whom', async () => {
    const { orderNumber } = await place();
    await app.rows(`update orders set address_detail = '10:00', contact_name = 'tester' where order_number = ?`, [
      orderNumber,
    ]);
    const { notes } = await addNote(staff(), { orderNumber, note: 'tester 10:00' });
    expect(notes).toEqual([{ text: 't***** ***', at: '2026-11-20T02:00:00.000Z', by: 'staff:tester' }]);
  });

  test('notes end at 5000 characters together', async () => {
    const { orderNumber } = await place();
    for (let n = 0; n < 9; n += 1) await addNote(staff(), { orderNumber, note: 'x'.repeat(500) });
    expect(await refusal(orderNumber, () => addNote(staff(), { orderNumber, note: 'x'.repeat(500) }))).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('5000'),
    });
    expect((await addNote(staff(), { orderNumber, note: '短' })).note).toMatch(/短$/);
  });

  test('simultaneous notes are all kept', async () => {
    const { orderNumber } = await place();
    await Promise.all(Array.from({ length: 20 }, (_, n) => addNote(staff(), { orderNumber, note: `n${n}.` })));
    const { note } = await app.order(orderNumber);
    expect(note!.split('\n')).toHaveLength(20);
    for (let n = 0; n < 20; n += 1) expect(note).toContain(` n${n}.`);
  });
});

test.each([
  ['ship', (orderNumber: string) => shipOrder(staff(), { orderNumber })],
  ['complete', (orderNumber: string) => completeOrder(staff(), { orderNumber })],
  ['cancel', (orderNumber: string) => cancelOrder(storefront(), { orderNumber, reason: 'x', buyer: 'b' })],
  ['adjustPrice', (orderNumber: string) => adjustPrice(staff(), { orderNumber, payableFen: 1, reason: 'x' })],
  ['reschedule', (orderNumber: string) => rescheduleOrder(staff(), { orderNumber, installTime: null })],
  ['addNote', (orderNumber: string) => addNote(staff(), { orderNumber, note: 'x' })],
])('%s of an order that does not exist says so', async (_name, verb) => {
  await expect(verb('1999999999999999')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: '订单不存在：1999999999999999',
  });
});

test.each([
  ['a carrier over two lines', orderApi.ship.input, { orderNumber: '1', carrier: 'a\nb' }],
  ['a carrier that is blank', orderApi.ship.input, { orderNumber: '1', carrier: '  ' }],
  ['a status of one’s own', orderApi.ship.input, { orderNumber: '1', status: 'completed' }],
  ['no reason', orderApi.cancel.input, { orderNumber: '1' }],
  ['a blank reason', orderApi.cancel.input, { orderNumber: '1', reason: ' ' }],
  ['a reason of 201 characters', orderApi.cancel.input, { orderNumber: '1', reason: 'x'.repeat(201) }],
  ['half a fen', orderApi.adjustPrice.input, { orderNumber: '1', payableFen: 0.5, reason: 'x' }],
  ['a negative price', orderApi.adjustPrice.input, { orderNumber: '1', payableFen: -1, reason: 'x' }],
  ['a price as text', orderApi.adjustPrice.input, { orderNumber: '1', payableFen: '1', reason: 'x' }],
  ['no time at all', orderApi.reschedule.input, { orderNumber: '1' }],
  ['a time without a zone', orderApi.reschedule.input, { orderNumber: '1', installTime: '2027-01-01T00:00:00' }],
  ['a note of nothing', orderApi.addNote.input, { orderNumber: '1', note: ' \n ' }],
  ['a note of 501 characters', orderApi.addNote.input, { orderNumber: '1', note: 'x'.repeat(501) }],
  ['NUL in an order number', orderApi.complete.input, { orderNumber: '1\u0000' }],
  ['NUL in a search', orderApi.list.input, { productName: '\u0000' }],
  ['NUL in a filter of payments', paymentApi.list.input, { orderNumber: '\u0000' }],
])('%s does not get as far as a verb', (_name, shape, input) => {
  expect(shape.safeParse(input)).toMatchObject({ success: false });
});

describe('lists', () => {
  test('orders by buyer and by part of a product’s name, taken literally (R92)', async () => {
    const kettle = await place();
    const fridge = await place(HAIER);
    const list = async (filter: object) =>
      (await listOrders(app.orm.em.fork(), { limit: 100, ...filter })).items.map(({ orderNumber }) => orderNumber);
    expect(await list({ buyer: kettle.buyer })).toEqual([kettle.orderNumber]);
    expect(await list({ buyer: kettle.buyer.slice(0, -1) })).toEqual([]);
    const kettles = await list({ productName: '电热水壶' });
    expect(kettles).toContain(kettle.orderNumber);
    expect(kettles).not.toContain(fridge.orderNumber);
    expect(await list({ productName: 'bcd-500', buyer: fridge.buyer })).toEqual([fridge.orderNumber]);
    expect(await list({ productName: '%' })).toEqual([]);
    expect(await list({ productName: '1_7L' })).toEqual([]);
  });

  test('orders by whether Haier has to do with them, and whether a case is open', async () => {
    const kettle = await place();
    const fridge = await place(HAIER);
    await app.orm.em.fork().execute(
      `insert into exceptions (public_id, order_id, kind, dedup_key, detail, detail_en, created_at)
       select gen_random_uuid(), id, 'push_failed', 'test:' || id, '推送失败', 'The push failed', now()
         from orders where order_number = ?`,
      [fridge.orderNumber],
    );
    const list = async (filter: object, { buyer } = fridge) =>
      (await listOrders(app.orm.em.fork(), { limit: 100, buyer, ...filter })).items.map(
        ({ orderNumber }) => orderNumber,
      );
    expect(await list({ hasHaierLines: true })).toEqual([fridge.orderNumber]);
    expect(await list({ hasHaierLines: false })).toEqual([]);
    expect(await list({ hasHaierLines: false }, kettle)).toEqual([kettle.orderNumber]);
    expect(await list({ hasOpenExceptions: true })).toEqual([fridge.orderNumber]);
    expect(await list({ hasOpenExceptions: false })).toEqual([]);
    expect(await list({ hasOpenExceptions: false }, kettle)).toEqual([kettle.orderNumber]);
    expect(await list({ hasOpenExceptions: true }, kettle)).toEqual([]);
  });

  test('orders of some days, newest first, page by page, whatever the sequence in which they came in', async () => {
    const buyer = `buyer-${randomUUID()}`;
    const placed: string[] = [];
    for (const day of ['2026-03-04', '2026-03-02', '2026-03-03', '2026-03-01', '2026-03-02']) {
      const { orderNumber } = await place({ buyer });
      await app.rows(`update orders set created_at = ? where order_number = ?`, [`${day}T04:00:00Z`, orderNumber]);
      placed.push(orderNumber);
    }
    const days = { createdFrom: '2026-03-02T00:00:00Z', createdTo: '2026-03-04T00:00:00Z' };
    const pages: string[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { items, nextCursor } = await listOrders(app.orm.em.fork(), { limit: 2, buyer, ...days, cursor });
      pages.push(items.map(({ orderNumber }) => orderNumber));
      cursor = nextCursor;
    }
    expect(pages).toEqual([[placed[2], placed[4]], [placed[1]]]);
  });

  test('an entry of the list carries pieces, region, parcel and what was paid out again', async () => {
    const { buyer } = await place(HAIER);
    expect((await listOrders(app.orm.em.fork(), { limit: 1, buyer })).items).toMatchObject([
      { quantity: 1, region: '山东省 青岛市 崂山区', trackingNo: null, refundedFen: 0 },
    ]);
  });

  test('payments newest first, by order, status and time, page by page', async () => {
    const { orderNumber } = await place();
    for (const payableFen of [300, 200, 100]) {
      await app.openPayment(orderNumber);
      await adjustPrice(staff(), { orderNumber, payableFen, reason: '改价' });
    }
    const last = await app.openPayment(orderNumber);
    const list = (filter: object) => listPayments(app.orm.em.fork(), { orderNumber, limit: 100, ...filter });
    const all = (await list({})).items;
    expect(all.map(({ providerOrderNo }) => providerOrderNo)).toEqual([4, 3, 2, 1].map((n) => `${orderNumber}-P${n}`));
    expect((await list({ status: 'init' })).items).toMatchObject([{ id: last.id, orderNumber, amountFen: 100 }]);
    expect((await list({ status: ['init', 'cancelled'], method: 'generic' })).items).toHaveLength(4);
    expect((await list({ method: 'wechat' })).items).toEqual([]);
    expect((await list({ createdTo: app.now.toISOString() })).items).toEqual([]);
    expect((await list({ createdFrom: app.now.toISOString() })).items).toHaveLength(4);
    expect((await list({ orderNumber: '1999999999999999' })).items).toEqual([]);
    const first = await list({ limit: 3 });
    expect([...first.items, ...(await list({ limit: 3, cursor: first.nextCursor! })).items]).toEqual(all);
    await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
