import { expect, test } from 'vitest';
import { goldenCall, wireText } from '../../test/_platform.ts';
import { readBalances } from './read-balances.ts';
import { readLogistics } from './read-logistics.ts';
import { readPrices } from './read-prices.ts';
import { readProducts } from './read-products.ts';
import { readStock } from './read-stock.ts';

const shelf = (name: string): unknown => JSON.parse(wireText(goldenCall(`haier/calls/${name}`).answer));

test('products in the platform’s own spellings', () => {
  const products = [
    {
      productCode: 'GA0SZC00U',
      product: {
        model: 'BCD-500W',
        group: '冰箱',
        brand: '海尔',
        imageUrl: 'https://img.example.com/ga0szc00u.jpg',
        pageUrls: ['https://img.example.com/ga0szc00u-1.jpg', 'https://img.example.com/ga0szc00u-2.jpg'],
        isSales: true,
        noSalesReason: null,
      },
    },
    {
      productCode: 'BS01U000N',
      product: {
        model: 'XQG100',
        group: '洗衣机',
        brand: '卡萨帝',
        imageUrl: null,
        pageUrls: [],
        isSales: false,
        noSalesReason: '产品已停产',
      },
    },
  ];
  expect(readProducts(shelf('products'))).toEqual(products);
  expect(readProducts(shelf('all-products'))).toEqual(products);
});

test.each([
  [
    { productCode: 'A', productGroupName: '冰箱', productLargeUrls: ['u'] },
    { group: '冰箱', pageUrls: ['u'] },
  ],
  [{ productCode: 'A', productLageUrls: 'u' }, { pageUrls: ['u'] }],
  [{ productCode: 'A', productLageUrls: null }, { pageUrls: [] }],
  [{ productCode: 'A', isSales: 1 }, { isSales: true }],
  [{ productCode: 'A', isSales: true }, { isSales: true }],
  [{ productCode: 'A', isSales: 0 }, { isSales: false }],
  [{ productCode: 'A' }, { isSales: true }],
  [{ productCode: 'A', noSalesReason: '停产' }, { isSales: false }],
  [{ productCode: 12_345 }, { model: null }],
])('the product %j', (element, product) => {
  expect(readProducts({ data: [element] })).toEqual([
    { productCode: String(element.productCode), product: expect.objectContaining(product) },
  ]);
});

test('prices as the documents have them', () => {
  expect(readPrices(shelf('prices'))).toEqual([
    {
      productCode: 'GA0SZC00U',
      price: {
        supplyPriceFen: 239_950,
        invoicePriceFen: 227_953,
        marketPriceFen: null,
        stockRebate: '0.05',
        stockRebatePolicy: null,
        rebateMoneyFen: 0,
      },
    },
    { productCode: 'BS01U000N', priceReason: '价格未生效' },
  ]);
});

test.each([
  // T36: one name for two things.
  [
    { supplyPrice: 1, stockRebatePolicy: 0.05 },
    { stockRebate: '0.05', stockRebatePolicy: null },
  ],
  [
    { supplyPrice: 1, stockRebatePolicy: '0' },
    { stockRebate: '0', stockRebatePolicy: null },
  ],
  [
    { supplyPrice: 1, stockRebatePolicy: '5%' },
    { stockRebate: '5%', stockRebatePolicy: null },
  ],
  [
    { supplyPrice: 1, stockRebatePolicy: 'DTDBF' },
    { stockRebate: null, stockRebatePolicy: 'DTDBF' },
  ],
  [
    { supplyPrice: '2999.00', marketPrice: 3_299 },
    { supplyPriceFen: 299_900, marketPriceFen: 329_900 },
  ],
  [
    { supplyPrice: '价格未生效', marketPrice: '10' },
    { supplyPriceFen: null, marketPriceFen: 1_000 },
  ],
  [
    { supplyPrice: -1, marketPrice: 0 },
    { supplyPriceFen: null, marketPriceFen: 0 },
  ],
  [
    { supplyPrice: 1_234.567, rebateMoney: '价格未生效' },
    { supplyPriceFen: 123_457, rebateMoneyFen: null },
  ],
])('the price %j', (fields, price) => {
  expect(readPrices([{ productCode: 'A', ...fields }])).toEqual([
    { productCode: 'A', price: expect.objectContaining(price) },
  ]);
});

// R117.
test.each([
  [{ supplyPrice: 2_399, reason: '商品暂不可采' }, { priceReason: '商品暂不可采' }],
  [{ supplyPrice: '价格未生效' }, { priceReason: '价格未生效' }],
  [{ supplyPrice: '', invoicePrice: '价格未生效' }, { priceReason: '价格未生效' }],
  [{}, {}],
])('%j is no price', (fields, told) => {
  expect(readPrices([{ productCode: 'A', ...fields }])).toEqual([{ productCode: 'A', ...told }]);
});

// T35, R113.
const QINGDAO = { secCode: 'QD01', stock: '3', warehouseGrade: '0', timelinessData: { cutTime: '16:00', hour: 24 } };
const JINAN = { secCode: 'JN02', stock: 12, warehouseGrade: 1, timelinessData: { cutTime: '18:00', hour: '48' } };
const qingdao = { code: 'QD01', grade: '0', quantity: 3, cutTime: '16:00', hours: 24 };
const jinan = { code: 'JN02', grade: '1', quantity: 12, cutTime: '18:00', hours: 48 };
test.each([
  ['one object', QINGDAO, 3, [qingdao]],
  ['an array', [QINGDAO, JINAN], 15, [jinan, qingdao]],
  ['an object as data', { success: true, data: QINGDAO }, 3, [qingdao]],
  ['an array as data', { success: true, data: [QINGDAO, JINAN] }, 15, [jinan, qingdao]],
  ['no warehouse', { success: true, data: [] }, 0, []],
  ['nothing as data', { success: true, data: null }, 0, []],
  ['a warehouse that owes', [{ stock: '-2' }], 0, [expect.objectContaining({ code: null, quantity: -2 })]],
  ['a timeliness that is none', [{ stock: 1, timelinessData: 'soon' }], 1, [expect.objectContaining({ hours: null })]],
])('stock as %s', (_name, body, quantity, warehouses) => {
  expect(readStock(body)).toEqual({ quantity, warehouses });
});

test.each([
  ['a word', [{ stock: 'plenty' }]],
  ['nothing', [{ secCode: 'QD01' }]],
  ['an empty text', [{ stock: '' }]],
  ['one of two unknown', [QINGDAO, { stock: null }]],
  ['no element', { success: true, data: 'none' }],
  ['success and no more', { success: true }],
  ['a text', '3'],
])('stock of %s is not taken for none', (_name, body) => {
  expect(readStock(body)).toBeUndefined();
});

test('balances to the fen, overdrawn ones too', () => {
  expect(readBalances(shelf('balance'))).toEqual([
    {
      saleGroupCode: 'S01',
      saleGroupName: '青岛',
      payerAccountCode: '8800001234',
      payerAccountName: '示例电器',
      balanceFen: 12_345_670,
    },
  ]);
  const one = { payerAccountBalance: '-0.30' };
  expect([readBalances(one), readBalances([one]), readBalances({ data: one })]).toEqual(
    Array.from({ length: 3 }, () => [expect.objectContaining({ balanceFen: -30, saleGroupCode: null })]),
  );
  expect(readBalances({ data: [{ payerAccountBalance: 'much' }] })).toBeUndefined();
});

test('parcels of all three lists, and the answer as it came', () => {
  const body = shelf('logistics') as { data: object };
  const rrs = {
    logisticsCompany: '日日顺',
    logisticsNo: 'RRS123456',
    deliveryRecordCode: 'SO.20251128.000001.F1',
    snCode: 'SN0001',
  };
  expect(readLogistics(body)).toEqual({ items: [rrs], raw: body.data });
  expect(readLogistics(body.data)).toEqual({ items: [rrs], raw: body.data });
  const nested = { getStockDeliveryLogisticsRecord: [{ logisticsList: [{ logisticsNo: 'A' }, { logisticsNo: 'B' }] }] };
  expect(readLogistics(nested)?.items.map(({ logisticsNo }) => logisticsNo)).toEqual(['A', 'B']);
  const unknown = { getStockDeliveryLogisticsRecordThirdparty: [{ somethingElse: 1 }, 'x'] };
  expect(readLogistics({ data: unknown })).toEqual({ items: [], raw: unknown });
  expect(readLogistics({ success: true, data: null })).toEqual({ items: [], raw: null });
  expect(readLogistics({ success: true, data: [] })).toEqual({ items: [], raw: [] });
});

test.each([[{ data: { getStockDeliveryLogisticsRecord: 'x' } }], [{ data: 'x' }], ['x'], [{ data: null }]])(
  '%j is no logistics answer',
  (body) => {
    expect(readLogistics(body)).toBeUndefined();
  },
);
