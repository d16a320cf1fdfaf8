import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOrder } from '../src/orders/place-order.ts';
import { anOrder, haierCallback, ordersOnDatabase, PAYMENT_TIMEOUT_MS, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const kettles = (quantity: number) => ({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity }] });
const stock = async () =>
  (await app.rows<{ stock: number }>(`select stock from products where product_code = 'LOCAL-KETTLE-01'`))[0]!.stock;

test('prices come from the catalogue, in fen; personal data is masked', async () => {
  const order = await app.place({
    lines: [
      { productCode: 'GA0SZC00U', quantity: 2 },
      { productCode: 'BS01U000N', quantity: 1 },
    ],
    note: '尽快',
  });
  expect(order).toMatchObject({
    status: 'pending',
    haierStatus: 'none',
    totalFen: 729_799,
    payableFen: 729_799,
    note: '尽快',
    address: { contactName: '张**', phone: '138****1234', detail: '***', district: '崂山区' },
  });
  expect(order.orderNumber).toMatch(/^\d{16}$/);
  expect(JSON.stringify(order)).not.toMatch(/三丰|13800001234|海尔路/);
});

test('local stock is locked on placing and released exactly once; Haier goods never touch it (R77, R78)', async () => {
  const before = await stock();
  const order = await app.place(kettles(3));
  expect(await stock()).toBe(before - 3);
  const payment = await app.openPayment(order.orderNumber);
  await app.deliver(paymentCallback(payment, { status: 'expired' }, app.now));
  expect(await stock()).toBe(before);
  expect(await app.order(order.orderNumber)).toMatchObject({ status: 'cancelled' });
  await app.deliver(paymentCallback(payment, { status: 'expired', again: '1' }, app.now));
  expect(await stock()).toBe(before);
  const log = await app.rows<{ quantity: number }>(
    `select l.quantity from inventory_log l join orders o on o.id = l.order_id where o.order_number = ? order by l.id`,
    [order.orderNumber],
  );
  expect(log).toEqual([{ quantity: -3 }, { quantity: 3 }]);

  const haier = await app.paidOrder();
  await app.deliver(
    haierCallback({ PlatformOrderNo: haier.orderNumber, State: 1 }, { method: 'hmm.scm_heorder.cancel' }),
  );
  expect(
    await app.rows(`select 1 from inventory_log l join orders o on o.id = l.order_id where o.order_number = ?`, [
      haier.orderNumber,
    ]),
  ).toEqual([]);
});

test('40 simultaneous orders of 30 kettles never sell more than there are', async () => {
  const before = await stock();
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => app.place(kettles(30))));
  const placed = results.filter((result) => result.status === 'fulfilled').length;
  expect(placed).toBe(Math.floor(before / 30));
  expect(await stock()).toBe(before - placed * 30);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused!.reason).toMatchObject({
    code: 'INSUFFICIENT_STOCK',
    message: expect.stringMatching(/^库存不足，当前库存: \d+，需要: 30$/),
  });
});

test.each([
  ['unknown', `select 1`, 'NO-SUCH', 'PRODUCT_NOT_FOR_SALE'],
  [
    'not procurable',
    `update products set is_sales = false, no_sales_reason = '停产' where product_code = 'BS01U000N'`,
    'BS01U000N',
    'PRODUCT_NOT_FOR_SALE',
  ],
])('an order of an %s product is refused and leaves nothing', async (_name, given, productCode, code) => {
  await app.rows(given);
  const [before] = await app.rows<{ n: number }>(`select count(*)::int as n from orders`);
  await expect(app.place({ lines: [{ productCode, quantity: 1 }] })).rejects.toMatchObject({ code });
  expect(await app.rows(`select count(*)::int as n from orders`)).toEqual([before]);
});

test('a number that is taken is drawn anew (R162)', async () => {
  const { orderNumber } = await app.place(kettles(1));
  const numbers = [orderNumber, orderNumber, '1700000000000001'];
  const order = await placeOrder({ ...app.context, newOrderNumber: () => numbers.shift()! }, { ...anOrder() });
  expect(order.orderNumber).toBe('1700000000000001');
});

test('a payment is opened once and answered again while it is open; its time is the order’s (R87, R94)', async () => {
  const { orderNumber } = await app.place();
  const first = await app.openPayment(orderNumber);
  expect(await app.openPayment(orderNumber)).toEqual(first);
  expect(first).toMatchObject({
    status: 'init',
    amountFen: 599_800,
    expiresAt: new Date(app.now.getTime() + PAYMENT_TIMEOUT_MS).toISOString(),
  });
  await expect(app.openPayment('1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  app.later(PAYMENT_TIMEOUT_MS + 1);
  await expect(app.openPayment(orderNumber)).rejects.toMatchObject({
    code: 'ORDER_EXPIRED',
    message: '订单已过期，请重新创建',
  });
  const paid = await app.paidOrder();
  await expect(app.openPayment(paid.orderNumber)).rejects.toMatchObject({
    code: 'INVALID_ORDER_STATUS',
    message: '订单状态为paid，不允许支付',
  });
});
