import { randomUUID } from 'node:crypto';
import { SupplierEvent, type CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyCatalogue } from '../src/catalogue/apply-catalogue.ts';
import { listProducts } from '../src/catalogue/list-products.ts';
import { setPrice } from '../src/catalogue/set-price.ts';
import { transact } from '../src/transaction.ts';
import { ordersOnDatabase } from './_orders.ts';

let system: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  system = await ordersOnDatabase();
});
afterAll(() => system[Symbol.asyncDispose]());

let numbers = 0;
const newCode = () => `HR-${(numbers += 1)}`;
const T1 = '2026-11-20T03:00:00.000Z';
const T2 = '2026-11-20T04:00:00.000Z';

const product = {
  model: 'BCD-500',
  group: '冰箱',
  brand: '海尔',
  imageUrl: 'https://img.example.com/1.jpg',
  pageUrls: ['https://img.example.com/1-1.jpg'],
  isSales: true,
  noSalesReason: null,
};
const price = {
  supplyPriceFen: 200_000,
  invoicePriceFen: 190_000,
  marketPriceFen: 259_900,
  stockRebate: '0.05',
  stockRebatePolicy: 'COM',
  rebateMoneyFen: 3_000,
};
const stock = { quantity: 7, warehouseCode: 'WH001', warehouseGrade: '0', countyCode: '370212' };

const tell = (items: CatalogueItem[], time = T1) => {
  const event = SupplierEvent.parse({
    specversion: '1.0',
    id: randomUUID(),
    source: '/orderbridge/integrations',
    type: 'catalogue.synced',
    subject: '-',
    time,
    datacontenttype: 'application/json',
    data: { runId: randomUUID(), items },
  });
  if (event.type !== 'catalogue.synced') throw new Error('is another event');
  return transact(system.context, (tx) => applyCatalogue(tx, event));
};
const view = async (productCode: string) =>
  (await listProducts(system.orm.em.fork(), { q: productCode, limit: 10 })).items.find(
    (item) => item.productCode === productCode,
  )!;
const priced = (productCode: string, priceFen: number) =>
  setPrice(system.context, { productCode, priceFen, reason: '促销' });
const order = (productCode: string) => system.place({ lines: [{ productCode, quantity: 1 }] });

describe('a synced product', () => {
  test('is there with everything Haier says of it, at its market price', async () => {
    const productCode = newCode();
    expect(await tell([{ productCode, product, price, stock }])).toEqual({
      applied: [productCode],
      leftAlone: [],
      unknown: [],
    });
    expect(await view(productCode)).toEqual({
      productCode,
      name: '海尔 BCD-500',
      source: 'haier',
      priceFen: 259_900,
      priceSetBy: 'sync',
      stock: 7,
      heldQty: 0,
      lowStockAt: expect.any(Number),
      isLow: false,
      salesCount: 0,
      isSales: true,
      noSalesReason: null,
      isActive: true,
      notForSale: null,
      notForSaleEn: null,
      model: 'BCD-500',
      group: '冰箱',
      brand: '海尔',
      imageUrl: 'https://img.example.com/1.jpg',
      pageUrls: ['https://img.example.com/1-1.jpg'],
      supplyPriceFen: 200_000,
      invoicePriceFen: 190_000,
      marketPriceFen: 259_900,
      stockRebate: '0.05',
      stockRebatePolicy: 'COM',
      rebateMoneyFen: 3_000,
      warehouseCode: 'WH001',
      warehouseGrade: '0',
      stockCountyCode: '370212',
      lastSyncAt: T1,
    });
  });

  test('is sold at its supply price when it has no market price', async () => {
    const productCode = newCode();
    await tell([{ productCode, product, price: { ...price, marketPriceFen: null } }]);
    expect(await view(productCode)).toMatchObject({ priceFen: 200_000, isActive: true });
  });

  test('is not for sale until it has a price, and says so', async () => {
    const productCode = newCode();
    await tell([{ productCode, product, stock }]);
    const why = `商品 ${productCode} 尚未定价：请同步价格或设置售价`;
    expect(await view(productCode)).toMatchObject({ priceFen: 0, priceSetBy: null, isActive: false, notForSale: why });
    await expect(order(productCode)).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOR_SALE', message: why });
    await tell([{ productCode, price: { ...price, marketPriceFen: null, supplyPriceFen: null } }], T2);
    expect(await view(productCode)).toMatchObject({ priceFen: 0, isActive: false });
    await tell([{ productCode, price }], T2);
    expect(await view(productCode)).toMatchObject({ priceFen: 259_900, isActive: true, notForSale: null });
    expect(await order(productCode)).toMatchObject({ payableFen: 259_900 });
  });

  test('cannot be ordered while Haier does not sell it, with its reason', async () => {
    const productCode = newCode();
    await tell([{ productCode, product: { ...product, isSales: false, noSalesReason: '已停产' }, price }]);
    expect(await view(productCode)).toMatchObject({ notForSale: `商品 ${productCode} 暂不可采：已停产` });
    await expect(order(productCode)).rejects.toMatchObject({ message: `商品 ${productCode} 暂不可采：已停产` });
    await tell([{ productCode, product }], T2);
    expect(await view(productCode)).toMatchObject({ isSales: true, noSalesReason: null, notForSale: null });
  });

  test('keeps the selling price that a person set, and the first one, whatever a sync brings', async () => {
    const productCode = newCode();
    const cheaper = { productCode, price: { ...price, marketPriceFen: 100, supplyPriceFen: 50 } };
    await tell([{ productCode, product, price }]);
    await tell([cheaper], T2);
    expect(await view(productCode)).toMatchObject({ priceFen: 259_900, marketPriceFen: 100, priceSetBy: 'sync' });
    expect(await priced(productCode, 240_000)).toMatchObject({ priceFen: 240_000, priceSetBy: 'staff:tester' });
    await tell([{ ...cheaper, product }], T2);
    expect(await view(productCode)).toMatchObject({ priceFen: 240_000, supplyPriceFen: 50 });
    // The seeds of the demo had their price before the first sync.
    await tell([{ productCode: 'GA0SZC00U', product, price }]);
    expect(await view('GA0SZC00U')).toMatchObject({ priceFen: 299_900, name: '海尔冰箱 BCD-500 十字对开门' });
  });

  test('that waits for a price is for sale once a person sets one, which is on record', async () => {
    const productCode = newCode();
    await tell([{ productCode, product }]);
    expect(await priced(productCode, 5_000)).toMatchObject({ priceFen: 5_000, isActive: true, notForSale: null });
    await tell([{ productCode, price }], T2);
    expect(await view(productCode)).toMatchObject({ priceFen: 5_000 });
    expect(
      await system.rows(`select actor, action, detail from audit_entries where resource_id = ?`, [productCode]),
    ).toEqual([
      { actor: 'staff:tester', action: 'product_priced', detail: { fromFen: 0, toFen: 5_000, reason: '促销' } },
    ]);
    await expect(priced('NO-SUCH', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('has its stock shown, and held for nobody', async () => {
    const productCode = newCode();
    await tell([{ productCode, product, price, stock: { ...stock, quantity: 0 } }]);
    await order(productCode);
    expect(await view(productCode)).toMatchObject({ stock: 0, heldQty: 0 });
    await tell([{ productCode, stock: { ...stock, quantity: 2 ** 40 } }], T2);
    expect(await view(productCode)).toMatchObject({ stock: 2_147_483_647 });
    await tell([{ productCode, stock: { ...stock, quantity: -3, countyCode: '110105' } }], T2);
    expect(await view(productCode)).toMatchObject({ stock: 0, stockCountyCode: '110105' });
  });
});

describe('an event', () => {
  test('that is older than what is known changes only what is older still', async () => {
    const productCode = newCode();
    await tell([{ productCode, product, price }]);
    await tell([{ productCode, price: { ...price, supplyPriceFen: 1 } }], T2);
    const older = { ...product, model: 'OLDER' };
    await tell([{ productCode, product: older, price, stock }], '2026-11-20T03:30:00.000Z');
    expect(await view(productCode)).toMatchObject({
      model: 'OLDER',
      supplyPriceFen: 1,
      stock: 7,
      lastSyncAt: T2,
    });
  });

  test('leaves a local product of the same code alone, and tells staff once', async () => {
    const before = await view('LOCAL-KETTLE-01');
    const productCode = newCode();
    const items = [
      { productCode: 'LOCAL-KETTLE-01', product, price, stock },
      { productCode, product, price },
    ];
    expect(await tell(items)).toEqual({ applied: [productCode], leftAlone: ['LOCAL-KETTLE-01'], unknown: [] });
    await tell(items, T2);
    expect(await view('LOCAL-KETTLE-01')).toEqual(before);
    expect(await system.rows(`select status, detail from exceptions where kind = 'product_code_taken'`)).toEqual([
      { status: 'open', detail: expect.stringContaining('LOCAL-KETTLE-01') },
    ]);
  });

  test('with a price of something unknown adds nothing', async () => {
    expect(await tell([{ productCode: 'NEVER-HEARD', price }])).toEqual({
      applied: [],
      leftAlone: [],
      unknown: ['NEVER-HEARD'],
    });
    expect(await view('NEVER-HEARD')).toBeUndefined();
  });

  test('may come with others of the same products at once', async () => {
    const some = Array.from({ length: 20 }, newCode);
    const items = some.map((productCode) => ({ productCode, product, price, stock }));
    await Promise.all([tell(items), tell(items.toReversed()), tell(items.slice(5)), tell(items.toReversed(), T2)]);
    const rows = await system.rows<{ price_fen: string; at: Date }>(
      `select price_fen, last_sync_at as at from products where product_code in (?)`,
      [some],
    );
    expect(rows.map((row) => [row.price_fen, new Date(row.at).toISOString()])).toEqual(some.map(() => ['259900', T2]));
  });
});
