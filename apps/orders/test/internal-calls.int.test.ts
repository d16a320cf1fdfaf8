import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { call } from '@orderbridge/service-kit/nats-calls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ordersBesideIntegrations } from './_integrations.ts';
import { anOrder, haierCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersBesideIntegrations>>;
beforeAll(async () => {
  app = await ordersBesideIntegrations();
});
afterAll(() => app[Symbol.asyncDispose]());

const { pushOrder, productCodes, reconcileOrders, repair } = internalCalls;
const LOCAL = { lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] };

test('an order is told with everything the platform needs, and in clear', async () => {
  const orderNumber = await app.paidOrder({ note: '周末送', distributionTime: '2099-01-01T00:00:00.000Z' });
  expect(await call(app.context.js.connection, pushOrder, { orderNumber }, 2_000)).toEqual({
    orderNumber,
    round: 0,
    haierStatus: 'none',
    haierOrderNo: null,
    contactName: '张三丰',
    phone: '13800001234',
    province: '山东省',
    city: '青岛市',
    district: '崂山区',
    town: null,
    addressDetail: '海尔路 1 号',
    countyCode: '370212',
    note: '周末送',
    cancelReason: null,
    createdAt: expect.stringMatching(/Z$/),
    distributionTime: '2099-01-01T00:00:00.000Z',
    installTime: null,
    isGovernmentOrder: false,
    totalFen: 599_800,
    payableFen: 599_800,
    lines: [
      {
        productCode: 'GA0SZC00U',
        productName: '海尔冰箱 BCD-500 十字对开门',
        source: 'haier',
        quantity: 2,
        unitPriceFen: 299_900,
        totalFen: 599_800,
      },
    ],
  });
  expect(await call(app.context.js.connection, pushOrder, { orderNumber: '1700000000000004' }, 2_000)).toBeNull();
});

test('codes of Haier products are told page by page, each once', async () => {
  await app.rows(
    `insert into products (product_code, name, source, price_fen, stock)
     select 'CODE' || n, 'n', 'haier', 1, 0 from generate_series(1, 25) n`,
  );
  const codes: string[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const page: z.output<typeof productCodes.reply> = await call(
      app.context.js.connection,
      productCodes,
      { after, limit: 10 },
      2_000,
    );
    codes.push(...page.codes);
    after = page.next;
    pages += 1;
  } while (after !== null);
  expect(codes).toHaveLength(27);
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes).not.toContain('LOCAL-KETTLE-01');
  expect(pages).toBe(3);
});

test('orders to be compared are told page by page with their payments; what nobody opened a payment for is left out', async () => {
  const numbers = await Promise.all([app.paidOrder(), app.paidOrder(LOCAL), app.paidOrder()]);
  await app.mutate('order.place', { ...anOrder(), ...LOCAL }, app.staff);
  const found: z.output<typeof reconcileOrders.reply>['orders'] = [];
  let after: string | null = null;
  do {
    const page: z.output<typeof reconcileOrders.reply> = await call(
      app.context.js.connection,
      reconcileOrders,
      { after, limit: 2 },
      2_000,
    );
    found.push(...page.orders);
    after = page.next;
  } while (after !== null);
  const paid = await app.rows<{ n: number }>(`select count(*)::int as n from orders where status <> 'pending'`);
  expect(found).toHaveLength(paid[0]!.n);
  const one = await call(
    app.context.js.connection,
    reconcileOrders,
    { orderNumber: numbers[1], after: null, limit: 10 },
    2_000,
  );
  expect(one).toMatchObject({
    next: null,
    orders: [
      {
        orderNumber: numbers[1],
        status: 'paid',
        haierStatus: 'none',
        round: 0,
        hasHaierLines: false,
        paidAt: expect.any(String),
        payments: [{ method: 'generic', status: 'succeeded', amountFen: 10_000, paidAt: expect.any(String) }],
        refunds: [],
      },
    ],
  });
});

describe('a repair runs the verb of that name, in the name of whoever reconciled', () => {
  const run = (orderNumber: string, what: 'push' | 'cancel' | 'ship' | 'sync_payment', items: object[] = []) =>
    call(
      app.context.js.connection,
      repair,
      { orderNumber, repair: what, items, by: 'staff:admin' } as z.input<typeof repair.request>,
      2_000,
    );
  const parcel = { logisticsCompany: '日日顺', logisticsNo: 'RRS1', deliveryRecordCode: null, snCode: null };

  test('push, ship and cancel', async () => {
    const orderNumber = await app.paidOrder();
    expect(await run(orderNumber, 'push')).toEqual({ outcome: 'done' });
    expect(await run(orderNumber, 'push')).toMatchObject({ outcome: 'refused', detail: '该订单已推送到海尔系统' });
    expect(await run(orderNumber, 'ship')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('海尔确认接单后才能发货'),
    });
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }));
    expect(await run(orderNumber, 'ship')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('物流单号'),
    });
    expect(await run(orderNumber, 'ship', [parcel])).toEqual({ outcome: 'done' });
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({ status: 'shipped', trackingNo: 'RRS1' });
    expect(order.timeline.filter(({ by }) => by === 'staff:admin').map(({ fact }) => fact)).toEqual([
      'push_requested',
      'parcels_learned',
      'goods_sent',
    ]);

    expect(await run(orderNumber, 'ship', [parcel])).toMatchObject({ outcome: 'refused' });

    const unanswered = await app.paidOrder();
    await run(unanswered, 'push');
    expect(await run(unanswered, 'ship', [parcel])).toEqual({ outcome: 'done' });
    expect(await app.order(unanswered)).toMatchObject({ status: 'shipped', haierStatus: 'confirmed' });

    const other = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: other, State: 1 }));
    expect(await run(other, 'cancel')).toEqual({ outcome: 'done' });
    expect(await app.order(other)).toMatchObject({ status: 'paid', haierStatus: 'cancel_pending' });
    expect(await run('1700000000000005', 'cancel')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('不存在'),
    });
  });

  test('payments: what has no provider here, and nothing to ask for, is said', async () => {
    const orderNumber = await app.paidOrder();
    expect(await run(orderNumber, 'sync_payment')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('没有未成功的支付'),
    });
    await app.rows(
      `update payments set status = 'expired' where order_id = (select id from orders where order_number = ?)`,
      [orderNumber],
    );
    expect(await run(orderNumber, 'sync_payment')).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('没有可查询的支付平台'),
    });
  });
});
