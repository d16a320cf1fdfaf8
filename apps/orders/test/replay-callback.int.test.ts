import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCallbacks } from '../src/callbacks/list-callbacks.ts';
import { matchOrphans } from '../src/callbacks/match-orphans.ts';
import { replayCallback } from '../src/callbacks/replay-callback.ts';
import { haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const replay = (id: string, reason?: string) => replayCallback(app.context, { id, reason });

test('replaying what was applied changes nothing and is kept on record', async () => {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: 'SO.replayed' });
  const [first] = await app.deliver(callback);
  const before = await app.order(orderNumber);
  const view = await replay(callback.id);
  expect(view).toMatchObject({
    outcome: 'applied',
    replays: 1,
    replayLog: [{ by: 'staff:tester', outcome: 'repeated' }],
    decidedAt: first!.decidedAt,
  });
  expect(await app.order(orderNumber)).toEqual(before);
  expect(await app.deliver(callback)).toEqual([first]);
});

test('a late one is applied by a click with a reason, and by none without', async () => {
  const { orderNumber } = await app.paidOrder();
  const callback = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { late: true });
  await app.deliver(callback);
  await expect(replay(callback.id)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  expect(await replay(callback.id, '已与海尔核实')).toMatchObject({
    outcome: 'applied',
    replayLog: [{ reason: '已与海尔核实' }],
  });
  expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'confirmed' });
});

test('a conflict replayed after the order was paid is applied', async () => {
  const order = await app.place();
  const callback = haierCallback({ PlatformOrderNo: order.orderNumber, State: 1, ExtOrderNo: 'SO.later-paid' });
  expect(await app.deliver(callback)).toMatchObject([{ outcome: 'conflict' }]);
  await app.deliver(paymentCallback(await app.openPayment(order.orderNumber), {}, app.now));
  expect(await replay(callback.id)).toMatchObject({ outcome: 'applied' });
});

test('orphans find their order by themselves (R64)', async () => {
  const orphan = haierCallback({ PlatformOrderNo: '1999999999000002', State: 1 });
  await app.deliver(orphan);
  expect(await matchOrphans(app.context)).toBe(0);
  const { orderNumber } = await app.paidOrder();
  await app.rows(`update orders set order_number = '1999999999000002' where order_number = ?`, [orderNumber]);
  expect(await matchOrphans(app.context)).toBe(1);
  expect(await app.order('1999999999000002')).toMatchObject({ haierStatus: 'confirmed' });
  expect(await matchOrphans(app.context)).toBe(0);
});

test('the list filters by order and outcome and pages without gaps', async () => {
  const { orderNumber } = await app.paidOrder();
  for (let n = 0; n < 5; n += 1)
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, FailMsg: String(n) }));
  const em = () => app.orm.em.fork();
  const all = await listCallbacks(em(), { orderNumber, limit: 100 });
  expect(all.items).toHaveLength(6);
  expect(all.nextCursor).toBeNull();
  const paged = [];
  for (let cursor: string | undefined, n = 0; n < 10; n += 1) {
    const page = await listCallbacks(em(), { orderNumber, limit: 2, ...(cursor ? { cursor } : {}) });
    paged.push(...page.items);
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(all.items);
  expect((await listCallbacks(em(), { orderNumber, outcome: 'repeated', limit: 10 })).items).toHaveLength(4);
  await expect(listCallbacks(em(), { cursor: 'nonsense', limit: 2 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});
