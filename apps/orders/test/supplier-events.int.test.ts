import { randomUUID } from 'node:crypto';
import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelOrder } from '../src/orders/cancel-order.ts';
import { pushMany } from '../src/orders/push-many.ts';
import { pushOrder } from '../src/orders/push-order.ts';
import { rebuildOrder } from '../src/orders/rebuild-order.ts';
import { applySupplierEvents } from '../src/suppliers/apply-supplier-events.ts';
import { pruneSupplierEvents } from '../src/suppliers/prune-supplier-events.ts';
import { ordersBesideIntegrations, supplierEvent } from './_integrations.ts';
import { haierCallback, ordersOnDatabase } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const acting = () => ({ ...app.context, permissions: PERMISSIONS });
const pushed = async (): Promise<string> => {
  const { orderNumber } = await app.paidOrder();
  await pushOrder(acting(), { orderNumber });
  return orderNumber;
};
const apply = async (event: ReturnType<typeof supplierEvent>) => (await applySupplierEvents(app.context, [event]))[0];
const confirm = (orderNumber: string, State = 1) =>
  app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State, ExtOrderNo: `SO.${orderNumber}` }, { at: app.now }));
const refusal = (round: number) => ({ round, why: 'upstream' as const, detail: '库存不足', detailEn: 'no stock' });
const written = async (orderNumber: string) =>
  (
    await app.rows<{ n: number }>(
      `select (select count(*)::int from audit_entries where resource_id = ?) + (select count(*)::int from outbox where subject = ?) as n`,
      [orderNumber, orderNumber],
    )
  )[0]!.n;

describe('news of a push', () => {
  test('accepted: the number is kept, nothing else, and the same event again does nothing', async () => {
    const orderNumber = await pushed();
    const event = supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: 'SO.7' });
    expect(await apply(event)).toBe('applied');
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      haierStatus: 'push_pending',
      haierOrderNo: 'SO.7',
    });
    const before = await written(orderNumber);
    expect(await apply(event)).toBe('repeated');
    expect(await apply(supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: 'SO.8' }))).toBe(
      'applied',
    );
    expect(await apply(supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: null }))).toBe('applied');
    expect(await written(orderNumber)).toBe(before);
    expect((await app.order(orderNumber)).haierOrderNo).toBe('SO.7');
  });

  test('accepted and confirmed in one: confirmed with its number, in the words of the answer', async () => {
    const orderNumber = await pushed();
    const confirmation = { detail: '订单推送成功（模拟）', detailEn: 'simulated' };
    const event = supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: 'SO.9', confirmation });
    expect(await apply(event)).toBe('applied');
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({ status: 'paid', haierStatus: 'confirmed', haierOrderNo: 'SO.9' });
    expect(order.timeline.at(-1)).toMatchObject({
      fact: 'order_confirmed',
      by: 'integrations',
      note: '订单推送成功（模拟）',
    });
    expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ matches: true, differences: [] });
    const before = await written(orderNumber);
    await apply(supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: 'SO.9', confirmation }));
    expect(await written(orderNumber)).toBe(before);
  });

  test('refused: failed with the platform’s words, once, by integrations', async () => {
    const orderNumber = await pushed();
    const event = supplierEvent('push.refused', orderNumber, refusal(1));
    expect(await Promise.all([apply(event), apply(event), apply(event)])).toEqual(
      expect.arrayContaining(['applied', 'repeated', 'repeated']),
    );
    const order = await app.order(orderNumber);
    expect(order).toMatchObject({ haierStatus: 'failed', haierFailMessage: '库存不足' });
    expect(order.timeline.at(-1)).toMatchObject({
      fact: 'push_refused',
      by: 'integrations',
      note: '库存不足',
      noteEn: 'no stock',
    });
    expect(order.exceptions).toMatchObject([{ kind: 'push_failed', detail: '推送失败：库存不足' }]);
  });

  test('of another round changes nothing', async () => {
    const orderNumber = await pushed();
    const before = await written(orderNumber);
    for (const round of [0, 2]) {
      await apply(supplierEvent('push.refused', orderNumber, refusal(round)));
      await apply(supplierEvent('push.accepted', orderNumber, { round, retailOrderNo: 'SO.other' }));
      await apply(supplierEvent('cancel.accepted', orderNumber, { round }));
    }
    expect(await written(orderNumber)).toBe(before);
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'push_pending', haierOrderNo: null });
  });

  test('of an order that is not there, and a refused cancel that nobody asked for, change nothing', async () => {
    expect(await apply(supplierEvent('push.refused', '1799999999000001', refusal(1)))).toBe('applied');
    const orderNumber = await pushed();
    await apply(supplierEvent('cancel.refused', orderNumber, refusal(1)));
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'push_pending', exceptions: [] });
  });
});

test('500 confirmations that come before the answer to the push are all kept (P31)', async () => {
  const numbers: string[] = [];
  while (numbers.length < 500) {
    const placed = await Promise.all(Array.from({ length: 50 }, () => app.place()));
    numbers.push(...placed.map(({ orderNumber }) => orderNumber));
  }
  await app.rows(`update orders set status = 'paid' where order_number in (?)`, [numbers]);
  const { results } = await pushMany({ ...acting(), log: { error: () => {} } }, { orderNumbers: numbers });
  expect(results.every(({ accepted }) => accepted)).toBe(true);

  // Each confirmation races the answer of its push; of every third the answer comes as a refusal that is too late.
  const answers = numbers.map((orderNumber, n) =>
    n % 3 === 0
      ? supplierEvent('push.refused', orderNumber, refusal(1))
      : supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: `SO.${orderNumber}` }),
  );
  for (let index = 0; index < numbers.length; index += 50) {
    const some = numbers.slice(index, index + 50);
    const callbacks = some.map((orderNumber) =>
      haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` }, { at: app.now }),
    );
    const [outcomes] = await Promise.all([app.deliver(...callbacks), ...answers.slice(index, index + 50).map(apply)]);
    expect(outcomes.every(({ outcome }) => outcome === 'applied' || outcome === 'repeated')).toBe(true);
  }
  const states = await app.rows(
    `select haier_status, haier_order_no = 'SO.' || order_number as numbered, count(*)::int as n from orders where order_number in (?) group by 1, 2`,
    [numbers],
  );
  expect(states).toEqual([{ haier_status: 'confirmed', numbered: true, n: 500 }]);
  expect(await app.rows(`select 1 from callbacks where outcome = 'orphan'`)).toEqual([]);
});

describe('several events at once', () => {
  test('each is applied once and in its turn, also two of one order and one that comes twice', async () => {
    const [accepted, refused] = [await pushed(), await pushed()];
    const taken = supplierEvent('push.accepted', accepted, { round: 1, retailOrderNo: 'SO.T1' });
    const confirmation = { detail: '已确认', detailEn: 'confirmed' };
    const events = [
      taken,
      supplierEvent('push.refused', refused, refusal(1)),
      supplierEvent('push.accepted', 'NOBODY-1', { round: 1, retailOrderNo: 'SO.T2' }),
      taken,
      supplierEvent('push.accepted', accepted, { round: 1, retailOrderNo: 'SO.T3', confirmation }),
    ];
    expect(await applySupplierEvents(app.context, events)).toEqual([
      'applied',
      'applied',
      'applied',
      'repeated',
      'applied',
    ]);
    expect(await app.order(accepted)).toMatchObject({ haierStatus: 'confirmed', haierOrderNo: 'SO.T1' });
    expect(await app.order(refused)).toMatchObject({ haierStatus: 'failed' });
    expect(await applySupplierEvents(app.context, events)).toEqual(events.map(() => 'repeated'));
  });

  test('over the bus: one that cannot be applied holds up nobody beside it', async () => {
    await using live = await ordersBesideIntegrations();
    await live.rows(`alter table orders add constraint no_forbidden check (haier_order_no <> 'FORBIDDEN')`);
    const orderNumbers = await Promise.all(Array.from({ length: 12 }, () => live.paidOrder()));
    for (const orderNumber of orderNumbers)
      await pushOrder({ ...live.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber });
    await Promise.all(
      orderNumbers.map((orderNumber, index) =>
        live.tell('push.accepted', orderNumber, { round: 1, retailOrderNo: index === 3 ? 'FORBIDDEN' : `SO.${index}` }),
      ),
    );
    await expect
      .poll(() => live.rows(`select haier_order_no from orders where haier_order_no is not null`))
      .toHaveLength(11);
  });
});

describe('news of a cancel', () => {
  test('refused: cancel_failed, the order stays paid; a refusal of an older wish changes nothing', async () => {
    const orderNumber = await pushed();
    await confirm(orderNumber);
    await cancelOrder(acting(), { orderNumber, reason: '不要了' });
    await apply(supplierEvent('cancel.refused', orderNumber, refusal(1)));
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'cancel_pending', exceptions: [] });
    await apply(supplierEvent('cancel.refused', orderNumber, refusal(2)));
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'paid',
      haierStatus: 'cancel_failed',
      exceptions: [{ kind: 'cancel_refused', detail: '取消未能提交给海尔：库存不足' }],
    });
  });

  test('refused after the platform agreed by callback changes nothing', async () => {
    const orderNumber = await pushed();
    await confirm(orderNumber);
    await cancelOrder(acting(), { orderNumber, reason: '不要了' });
    await app.deliver(
      haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { method: 'hmm.scm_heorder.cancel', at: app.now }),
    );
    await apply(supplierEvent('cancel.refused', orderNumber, refusal(2)));
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'cancelled',
      haierStatus: 'cancelled',
      exceptions: [],
    });
  });
});

test('whatever integrations told, the rebuilt order is the stored one', async () => {
  const orderNumber = await pushed();
  const rebuilds = async () => {
    expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ matches: true, differences: [] });
  };
  app.later(1_000);
  await apply(supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: 'SO.first' }));
  await rebuilds();
  app.later(1_000);
  await confirm(orderNumber, 0).then(() =>
    app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 0, FailMsg: '无货' }, { at: app.now })),
  );
  expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'failed', haierOrderNo: 'SO.first' });
  app.later(1_000);
  await pushOrder(acting(), { orderNumber });
  expect((await app.order(orderNumber)).haierOrderNo).toBeNull();
  await rebuilds();
  app.later(1_000);
  await apply(supplierEvent('push.refused', orderNumber, refusal(2)));
  await rebuilds();
  app.later(1_000);
  await pushOrder(acting(), { orderNumber });
  await apply(supplierEvent('push.accepted', orderNumber, { round: 3, retailOrderNo: `SO.${orderNumber}` }));
  app.later(1_000);
  await confirm(orderNumber);
  await cancelOrder(acting(), { orderNumber, reason: '不要了' });
  await apply(supplierEvent('cancel.accepted', orderNumber, { round: 4 }));
  await apply(supplierEvent('cancel.refused', orderNumber, refusal(4)));
  await apply(
    supplierEvent('logistics.found', orderNumber, {
      items: [{ logisticsCompany: '日日顺', logisticsNo: 'RRS1', deliveryRecordCode: 'D1', snCode: 'S1' }],
    }),
  );
  const order = await app.order(orderNumber);
  expect(order).toMatchObject({ haierStatus: 'cancel_failed', haierOrderNo: `SO.${orderNumber}`, trackingNo: 'RRS1' });
  await rebuilds();
  await app.rows(`update orders set haier_order_no = 'SO.forged' where order_number = ?`, [orderNumber]);
  expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({
    differences: [{ field: 'haierOrderNo', stored: 'SO.forged', rebuilt: `SO.${orderNumber}` }],
  });
});

test('parcels of an order whose confirmation never came confirm and ship it, and it can be rebuilt', async () => {
  const orderNumber = await pushed();
  app.later(1_000);
  const items = [{ logisticsCompany: '日日顺', logisticsNo: 'RRS1', deliveryRecordCode: null, snCode: null }];
  await apply(supplierEvent('logistics.found', orderNumber, { items }));
  const order = await app.order(orderNumber);
  expect(order).toMatchObject({ status: 'shipped', haierStatus: 'confirmed' });
  expect(order.timeline.find(({ fact }) => fact === 'order_confirmed')).toMatchObject({
    by: 'integrations',
    note: '平台已有物流单号，视为已接单',
  });
  expect(await rebuildOrder(app.context, { orderNumber })).toMatchObject({ differences: [] });
});

test('parcels: a paid and confirmed order leaves, any other only gets to know them', async () => {
  const items = [
    { logisticsCompany: null, logisticsNo: null, deliveryRecordCode: 'D1', snCode: null },
    { logisticsCompany: '日日顺', logisticsNo: 'RRS1', deliveryRecordCode: null, snCode: 'S1' },
  ];
  const waiting = await pushed();
  await app.rows(`update orders set haier_status = 'out_of_stock' where order_number = ?`, [waiting]);
  await apply(supplierEvent('logistics.found', waiting, { items }));
  expect(await app.order(waiting)).toMatchObject({ status: 'paid', trackingNo: 'RRS1', snCode: 'S1', parcels: items });

  const orderNumber = await pushed();
  await confirm(orderNumber);
  await apply(supplierEvent('logistics.found', orderNumber, { items: [items[0]!] }));
  expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', trackingNo: null });
  await apply(supplierEvent('logistics.found', orderNumber, { items }));
  const shipped = await app.order(orderNumber);
  expect(shipped).toMatchObject({ status: 'shipped', carrier: '日日顺', trackingNo: 'RRS1', parcels: items });
  expect(shipped.history.at(-1)).toMatchObject({ fact: 'goods_sent', by: 'integrations', note: '日日顺 RRS1' });
  const before = await written(orderNumber);
  await apply(supplierEvent('logistics.found', orderNumber, { items }));
  await apply(supplierEvent('logistics.found', orderNumber, { items: [] }));
  expect(await written(orderNumber)).toBe(before);
  expect(await app.rows(`select delivery_record_code from orders where order_number = ?`, [orderNumber])).toEqual([
    { delivery_record_code: 'D1' },
  ]);
});

test('photos are kept as web addresses only, and an empty answer takes none away', async () => {
  const orderNumber = await pushed();
  const found = (urls: string[]) => apply(supplierEvent('images.found', orderNumber, { urls }));
  await found([
    'https://img.example.com/1.jpg',
    'javascript:alert(1)',
    'https://img.example.com/1.jpg',
    'http://a.b/c',
  ]);
  const kept = ['https://img.example.com/1.jpg', 'http://a.b/c'];
  expect((await app.order(orderNumber)).deliveryImages).toEqual(kept);
  const before = await written(orderNumber);
  await found([]);
  await found(kept);
  expect(await written(orderNumber)).toBe(before);
  expect((await app.order(orderNumber)).deliveryImages).toEqual(kept);
});

test('what people do in integrations stands in the audit, at the time when they did it', async () => {
  const event = supplierEvent('staff.acted', '-', {
    actor: 'staff:admin',
    action: 'supplier_config_activated',
    resourceType: 'supplier_config',
    resourceId: randomUUID(),
    detail: { name: '生产' },
  });
  await apply({ ...event, time: '2026-11-19T00:00:00.000Z' });
  await apply(event);
  expect(
    await app.rows(
      `select actor, action, at::text like '2026-11-19%' as then, detail from audit_entries where action like 'supplier_config%'`,
    ),
  ).toEqual([{ actor: 'staff:admin', action: 'supplier_config_activated', then: true, detail: { name: '生产' } }]);
});

test('applied events are forgotten after a month, parked ones are not', async () => {
  const orderNumber = await pushed();
  const event = supplierEvent('push.accepted', orderNumber, { round: 1, retailOrderNo: null });
  await apply(event);
  const known = () => app.rows(`select 1 from supplier_events where event_id = ?`, [event.id]);
  await pruneSupplierEvents(app.orm, new Date(app.now.getTime() + 29 * 86_400_000));
  expect(await known()).toHaveLength(1);
  await app.rows(`update supplier_events set raw = 'x' where event_id = ?`, [event.id]);
  await pruneSupplierEvents(app.orm, new Date(app.now.getTime() + 31 * 86_400_000));
  expect(await known()).toHaveLength(1);
  await app.rows(`update supplier_events set raw = null where event_id = ?`, [event.id]);
  await pruneSupplierEvents(app.orm, new Date(app.now.getTime() + 31 * 86_400_000));
  expect(await known()).toEqual([]);
});

test('over the bus: an event that cannot be read is kept for people and holds up nobody', async () => {
  await using live = await ordersBesideIntegrations();
  const orderNumber = await live.paidOrder();
  await pushOrder({ ...live.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber });
  await live.publish('push.accepted', '{"id":"no uuid","nul":"\\u0000');
  await live.publish(
    'news.of.tomorrow',
    JSON.stringify({ id: randomUUID(), type: 'news.of.tomorrow', subject: orderNumber }),
  );
  await live.tell('catalogue.synced', '-', {
    runId: randomUUID(),
    items: [
      {
        productCode: 'NEW0001',
        product: {
          model: 'BCD-1',
          group: null,
          brand: '海尔',
          imageUrl: null,
          pageUrls: [],
          isSales: true,
          noSalesReason: null,
        },
      },
    ],
  });
  await live.tell('push.accepted', orderNumber, { round: 1, retailOrderNo: 'SO.1' });
  await expect.poll(async () => (await live.order(orderNumber)).haierOrderNo).toBe('SO.1');
  // News of orders may go before what came earlier.
  await expect
    .poll(() => live.rows(`select type, subject, raw is null as applied from supplier_events order by type, subject`))
    .toEqual([
      { type: 'catalogue.synced', subject: '-', applied: true },
      { type: 'news.of.tomorrow', subject: orderNumber, applied: false },
      { type: 'push.accepted', subject: '-', applied: false },
      { type: 'push.accepted', subject: orderNumber, applied: true },
    ]);
  expect(await live.rows(`select kind, detail from exceptions order by id`)).toEqual([
    { kind: 'parked_message', detail: expect.stringContaining('push.accepted') },
    { kind: 'parked_message', detail: expect.stringContaining('news.of.tomorrow') },
  ]);
  expect(await live.rows(`select name from products where product_code = 'NEW0001'`)).toHaveLength(1);
});

test('over the bus: an event that can never be applied ends before people after some tries', async () => {
  await using live = await ordersBesideIntegrations();
  await live.rows(`alter table orders add constraint no_forbidden check (haier_order_no <> 'FORBIDDEN')`);
  const orderNumber = await live.paidOrder();
  await pushOrder({ ...live.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber });
  await live.tell('push.accepted', orderNumber, { round: 1, retailOrderNo: 'FORBIDDEN' });
  await expect
    .poll(() => live.rows(`select kind from exceptions`), { timeout: 60_000, interval: 500 })
    .toEqual([{ kind: 'parked_message' }]);
  expect(await live.rows(`select raw like '%FORBIDDEN%' as kept from supplier_events`)).toEqual([{ kept: true }]);
}, 90_000);
