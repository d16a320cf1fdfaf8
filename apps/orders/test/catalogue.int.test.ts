import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adjustStock } from '../src/catalogue/adjust-stock.ts';
import { getProduct } from '../src/catalogue/get-product.ts';
import { listInventory } from '../src/catalogue/list-inventory.ts';
import { listProducts } from '../src/catalogue/list-products.ts';
import { releaseHeldStock } from '../src/catalogue/release-held-stock.ts';
import { removeProduct } from '../src/catalogue/remove-product.ts';
import { retryReleases } from '../src/catalogue/retry-releases.ts';
import { lockOrder } from '../src/orders/lock-orders.ts';
import { moveOrder } from '../src/orders/move-order.ts';
import { transact } from '../src/transaction.ts';
import { ordersOnDatabase } from './_orders.ts';

const INT_MAX = 2_147_483_647;

let system: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  system = await ordersOnDatabase();
});
afterAll(() => system[Symbol.asyncDispose]());

let products = 0;
/** A local product of its own for one test, so that none sees another's stock. */
async function aProduct({ stock = 10, source = 'local', lowStockAt = 5 } = {}): Promise<string> {
  products += 1;
  const productCode = `P-${String(products).padStart(3, '0')}`;
  await system.rows(
    `insert into products (product_code, name, source, price_fen, stock, low_stock_at) values (?, ?, ?, 10000, ?, ?)`,
    [productCode, `商品 ${products}`, source, stock, lowStockAt],
  );
  return productCode;
}
const ordered = (productCode: string, quantity = 2) => system.place({ lines: [{ productCode, quantity }] });
const cancel = (orderNumber: string) =>
  transact(system.context, async (tx) => {
    const locked = await lockOrder(tx, orderNumber);
    const decision = await moveOrder(tx, locked!, 'cancel_agreed', { by: 'staff:tester', at: system.now });
    return decision.outcome;
  });
const stockOf = async (productCode: string) =>
  (await system.rows<{ stock: number }>(`select stock from products where product_code = ?`, [productCode]))[0]!.stock;
const heldBy = async (orderNumber: string) =>
  (
    await system.rows<{ held: number }>(
      `select sum(l.held_qty)::int as held from order_lines l join orders o on o.id = l.order_id where o.order_number = ?`,
      [orderNumber],
    )
  )[0]!.held;
const casesOf = (orderNumber: string) =>
  system.rows<{ status: string; detail: string; resolved_by: string | null }>(
    `select e.status, e.detail, e.resolved_by from exceptions e join orders o on o.id = e.order_id
      where o.order_number = ? and e.kind = 'stock_release_failed'`,
    [orderNumber],
  );
const logOf = async (productCode: string) =>
  (await listInventory(system.orm.em.fork(), { productCode, limit: 100 })).items.map(
    ({ changeType, quantity, reason, note, orderNumber, by }) => [changeType, quantity, reason, note, orderNumber, by],
  );
const eventsOf = (productCode: string) =>
  system.rows<{ subject: string; change: string }>(
    `select subject, data->>'change' as change from outbox where type = 'stock.changed' and data->>'productCode' = ? order by id`,
    [productCode],
  );
const auditOf = (productCode: string) =>
  system.rows<{ action: string; detail: object }>(
    `select action, detail from audit_entries where resource_type = 'product' and resource_id = ? order by id`,
    [productCode],
  );

describe('stock', () => {
  test('a lock and its release each leave a log row, an audit row and an event', async () => {
    const productCode = await aProduct();
    const { orderNumber } = await ordered(productCode);
    expect([await stockOf(productCode), await heldBy(orderNumber)]).toEqual([8, 2]);
    expect(await cancel(orderNumber)).toBe('moved');

    expect([await stockOf(productCode), await heldBy(orderNumber)]).toEqual([10, 0]);
    expect(await logOf(productCode)).toEqual([
      ['release', 2, 'order_cancelled', null, orderNumber, 'staff:tester'],
      ['lock', -2, 'order_created', null, orderNumber, 'staff:tester'],
    ]);
    expect(await eventsOf(productCode)).toEqual([
      { subject: orderNumber, change: 'lock' },
      { subject: orderNumber, change: 'release' },
    ]);
    expect(await auditOf(productCode)).toEqual([
      { action: 'inventory_changed', detail: { change: 'lock', quantity: -2, reason: 'order_created', orderNumber } },
      {
        action: 'inventory_changed',
        detail: { change: 'release', quantity: 2, reason: 'order_cancelled', orderNumber },
      },
    ]);
  });

  test('Haier goods are neither locked nor released', async () => {
    const productCode = await aProduct({ source: 'haier', stock: 0 });
    const { orderNumber } = await ordered(productCode, 3);
    await cancel(orderNumber);
    expect([await stockOf(productCode), await logOf(productCode), await eventsOf(productCode)]).toEqual([0, [], []]);
  });

  test('is adjusted by hand with a reason, never below zero nor beyond its limit, and never for Haier goods', async () => {
    const productCode = await aProduct({ stock: 3 });
    const adjust = (quantity: number, code = productCode) =>
      adjustStock(system.context, { productCode: code, quantity, reason: '盘点，致电13800001234' });
    expect(await adjust(4)).toMatchObject({ productCode, stock: 7, isLow: false });
    expect(await adjust(-7)).toMatchObject({ stock: 0, isLow: true });
    await expect(adjust(-1)).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      message: '库存不足，当前库存: 0，需要: 1',
      messageEn: 'Not enough stock: 0 left, 1 needed',
    });
    await system.rows(`update products set stock = ? where product_code = ?`, [INT_MAX, productCode]);
    await expect(adjust(1)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(adjust(1, 'GA0SZC00U')).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(adjust(1, 'NO-SUCH')).rejects.toMatchObject({ code: 'NOT_FOUND' });

    expect(await logOf(productCode)).toEqual([
      ['adjust', -7, 'manual_adjust', '盘点，致电138****1234', null, 'staff:tester'],
      ['adjust', 4, 'manual_adjust', '盘点，致电138****1234', null, 'staff:tester'],
    ]);
    expect(await eventsOf(productCode)).toEqual([
      { subject: '-', change: 'adjust' },
      { subject: '-', change: 'adjust' },
    ]);
    expect((await auditOf(productCode)).map(({ action }) => action)).toEqual([
      'inventory_changed',
      'inventory_changed',
    ]);
  });

  test('is adjusted by many at once without losing a piece', async () => {
    const productCode = await aProduct({ stock: 5 });
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => adjustStock(system.context, { productCode, quantity: -1, reason: '盘亏' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await stockOf(productCode)).toBe(0);
  });
});

describe('a release that fails', () => {
  test('does not undo the cancel: the line goes on holding it, a case is raised, the job frees it once', async () => {
    const productCode = await aProduct();
    const sound = await aProduct();
    const { orderNumber } = await system.place({
      lines: [
        { productCode, quantity: 2 },
        { productCode: sound, quantity: 1 },
      ],
    });
    await system.rows(`update products set stock = ? where product_code = ?`, [INT_MAX, productCode]);
    expect(await cancel(orderNumber)).toBe('moved');

    expect((await system.order(orderNumber)).status).toBe('cancelled');
    expect([await heldBy(orderNumber), await stockOf(productCode), await stockOf(sound)]).toEqual([3, INT_MAX, 9]);
    expect(await logOf(productCode)).toHaveLength(1);
    expect(await casesOf(orderNumber)).toMatchObject([
      { status: 'open', detail: expect.stringContaining(`${productCode} × 2, ${sound} × 1`) },
    ]);
    await expect(releaseHeldStock(system.context, { orderNumber })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await retryReleases(system.context)).toEqual({ freed: 0, held: 1 });
    expect(await casesOf(orderNumber)).toHaveLength(1);

    await system.rows(`update products set stock = 8 where product_code = ?`, [productCode]);
    const runs = await Promise.all([retryReleases(system.context), retryReleases(system.context)]);
    expect(runs.map(({ held }) => held)).toEqual([0, 0]);
    expect([await heldBy(orderNumber), await stockOf(productCode), await stockOf(sound)]).toEqual([0, 10, 10]);
    expect(await casesOf(orderNumber)).toMatchObject([{ status: 'resolved', resolved_by: 'system' }]);
    expect((await logOf(productCode)).map(([change]) => change)).toEqual(['release', 'lock']);
    expect(await retryReleases(system.context)).toEqual({ freed: 0, held: 0 });
  });

  test('keeps back only the orders it concerns when many are released in one transaction', async () => {
    const stuck = await aProduct();
    const sound = await aProduct();
    const numbers = [await ordered(stuck), await ordered(sound), await ordered(sound, 3)].map(
      (order) => order.orderNumber,
    );
    await system.rows(`update products set stock = ? where product_code = ?`, [INT_MAX, stuck]);
    await transact(system.context, async (tx) => {
      for (const orderNumber of numbers) {
        const locked = await lockOrder(tx, orderNumber);
        await moveOrder(tx, locked!, 'cancel_agreed', { by: 'system', at: system.now });
      }
    });
    expect(await Promise.all(numbers.map(heldBy))).toEqual([2, 0, 0]);
    expect([await stockOf(stuck), await stockOf(sound)]).toEqual([INT_MAX, 10]);
    expect((await Promise.all(numbers.map(casesOf))).map((cases) => cases.length)).toEqual([1, 0, 0]);
    expect(await releaseHeldStock(system.context, { orderNumber: numbers[1]! })).toEqual({ quantity: 0 });

    await system.rows(`update products set stock = 0 where product_code = ?`, [stuck]);
    expect(await releaseHeldStock(system.context, { orderNumber: numbers[0]! })).toEqual({ quantity: 2 });
    expect(await releaseHeldStock(system.context, { orderNumber: numbers[0]! })).toEqual({ quantity: 0 });
    expect(await stockOf(stuck)).toBe(2);
    // Freed by a person, its case still open: the job finds nothing left to do and closes it.
    expect(await retryReleases(system.context)).toEqual({ freed: 1, held: 0 });
    expect(await casesOf(numbers[0]!)).toMatchObject([{ status: 'resolved', resolved_by: 'system' }]);
    expect(await stockOf(stuck)).toBe(2);
  });

  test('does not wait for ever for a shelf that somebody else holds', async () => {
    const productCode = await aProduct();
    const { orderNumber } = await ordered(productCode);
    const holder = system.orm.em.fork();
    await holder.begin();
    await holder.execute(`select 1 from products where product_code = ? for update`, [productCode]);
    try {
      expect(await cancel(orderNumber)).toBe('moved');
    } finally {
      await holder.rollback();
    }
    expect(await heldBy(orderNumber)).toBe(2);
    expect(await casesOf(orderNumber)).toMatchObject([{ detail: expect.stringContaining('55P03') }]);
    expect(await retryReleases(system.context)).toEqual({ freed: 1, held: 0 });
    expect(await stockOf(productCode)).toBe(10);
  });

  test('is no reason to take stock from an order that still needs it', async () => {
    const { orderNumber } = await ordered(await aProduct());
    await expect(releaseHeldStock(system.context, { orderNumber })).rejects.toMatchObject({
      code: 'INVALID_ORDER_STATUS',
      message: '订单状态为“待支付”，仍需占用库存',
    });
    await expect(releaseHeldStock(system.context, { orderNumber: '404' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await heldBy(orderNumber)).toBe(2);
  });
});

describe('products', () => {
  const list = (input: Partial<Parameters<typeof listProducts>[1]> = {}) =>
    listProducts(system.orm.em.fork(), { limit: 100, ...input });

  test('are listed by code, found by code or name, with what orders hold', async () => {
    const productCode = await aProduct({ stock: 9, lowStockAt: 3 });
    await ordered(productCode, 4);
    const [product] = (await list({ q: productCode })).items;
    expect(product).toMatchObject({ productCode, stock: 5, heldQty: 4, lowStockAt: 3, isLow: false, source: 'local' });
    expect((await list({ q: product!.name })).items.map((item) => item.productCode)).toContain(productCode);
    expect((await list({ q: '%' })).items).toEqual([]);
    expect(await getProduct(system.orm.em.fork(), { productCode })).toEqual(product);
    await expect(getProduct(system.orm.em.fork(), { productCode: 'P-' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const codes = (await list()).items.map((item) => item.productCode);
    expect(codes).toEqual(codes.toSorted());
    expect((await list({ source: 'haier' })).items.every((item) => item.source === 'haier' && !item.isLow)).toBe(true);
  });

  test('page by page come all of them once, by code and by what runs low', async () => {
    for (const stock of [1, 4, 2]) await aProduct({ stock, lowStockAt: 1_000_000 });
    for (const lowStock of [false, true]) {
      const whole = (await list({ lowStock })).items;
      const paged: typeof whole = [];
      for (let cursor: string | undefined; ;) {
        const { items, nextCursor } = await list({ lowStock, limit: 2, ...(cursor && { cursor }) });
        paged.push(...items);
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      expect(paged).toEqual(whole);
    }
    const low = (await list({ lowStock: true })).items;
    expect(low.map((item) => item.stock)).toEqual(low.map((item) => item.stock).toSorted((a, b) => a - b));
    expect(low.every((item) => item.isLow && item.source === 'local')).toBe(true);
    await expect(list({ cursor: 'abc' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(list({ cursor: Buffer.from('id:999999').toString('base64url') })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  test('are removed only when no order names them', async () => {
    const lonely = await aProduct();
    await adjustStock(system.context, { productCode: lonely, quantity: 1, reason: '盘盈' });
    expect(await removeProduct(system.context, { productCode: lonely })).toEqual({ removed: true });
    expect((await auditOf(lonely)).map(({ action }) => action)).toEqual(['inventory_changed', 'product_removed']);
    await expect(removeProduct(system.context, { productCode: lonely })).rejects.toMatchObject({ code: 'NOT_FOUND' });

    const named = await aProduct();
    await cancel((await ordered(named)).orderNumber);
    await expect(removeProduct(system.context, { productCode: named })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await stockOf(named)).toBe(10);
  });

  test('the inventory log is read by order, by kind and page by page, newest first', async () => {
    const productCode = await aProduct();
    const { orderNumber } = await ordered(productCode, 1);
    await cancel(orderNumber);
    const log = (input: Partial<Parameters<typeof listInventory>[1]>) =>
      listInventory(system.orm.em.fork(), { limit: 100, ...input });
    expect((await log({ orderNumber })).items.map((entry) => entry.changeType)).toEqual(['release', 'lock']);
    expect((await log({ orderNumber, changeType: 'lock' })).items).toHaveLength(1);
    expect((await log({ orderNumber: '404' })).items).toEqual([]);
    const first = await log({ productCode, limit: 1 });
    const second = await log({ productCode, limit: 1, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map((entry) => entry.changeType)).toEqual(['release', 'lock']);
    expect(second.nextCursor).toBeNull();
  });
});
