import {
  playedPlatforms,
  PLAYED_ENV,
  type PlayedPlatforms,
} from '@orderbridge/mock-upstreams/testing/played-platforms';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoSuppliers, demoValues } from './_platform.ts';
import { COUNTY, type Syncs, syncsOnDatabase } from './_sync.ts';

let stack: AsyncDisposableStack;
let played: PlayedPlatforms;
let syncs: Syncs;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  played = stack.use(await playedPlatforms());
  const suppliers = stack.use(
    demoSuppliers(played.url, {
      values: {
        ...demoValues(played.url),
        client_id: PLAYED_ENV.HAIER_CLIENT_ID,
        client_secret: PLAYED_ENV.HAIER_CLIENT_SECRET,
        customer_code: PLAYED_ENV.HAIER_CUSTOMER_CODE,
        send_to_code: PLAYED_ENV.HAIER_SEND_TO_CODE,
        password: PLAYED_ENV.HAIER_PASSWORD,
        seller_password: PLAYED_ENV.HAIER_SELLER_PASSWORD,
      },
    }),
  );
  syncs = stack.use(await syncsOnDatabase({ suppliers }));
});
afterEach(() => stack.disposeAsync());

const fault = (match: string, name: string, times: number) => played.control('faults', { match, fault: name, times });

test('a run against the platform that tests and demo play: products, prices and stock as they are there', async () => {
  await played.control('catalogue', { products: 130 });
  const run = await syncs.run({ type: 'products', prices: true, stock: true, countyCode: COUNTY });

  expect(run).toMatchObject({ status: 'success', totalCount: 130, successCount: 130, changedCount: 130 });
  // Every fortieth has no valid price, and what is not for sale has none either.
  expect(run.warnings.map(({ productCode, detail }) => [productCode, detail])).toEqual([
    ['HR0000039', '价格未采用：价格未生效'],
    ['HR0000049', '价格未采用：商品暂不可采'],
    ['HR0000079', '价格未采用：价格未生效'],
    ['HR0000099', '价格未采用：商品暂不可采'],
    ['HR0000119', '价格未采用：价格未生效'],
  ]);
  const told = new Map((await syncs.told(run.id)).flat().map((item) => [item.productCode, item]));
  expect(told.size).toBe(130);
  expect(told.get('GA0SZC00U')).toMatchObject({
    product: { model: 'BCD-500WLHTD', group: '冰箱', brand: '海尔', isSales: true },
    price: { supplyPriceFen: 259_900, invoicePriceFen: 243_905, marketPriceFen: 299_900, stockRebatePolicy: 'COM' },
    stock: { quantity: 100, warehouseCode: 'WH001', warehouseGrade: '0', countyCode: COUNTY },
  });
  expect(told.get('HR0000049')!.product).toMatchObject({ isSales: false, noSalesReason: '商品已停产' });

  const { items } = (await played.control('requests')) as { items: { path: string; body: string }[] };
  const asked = items
    .filter(({ path }) => /check-procurable|list-price/.test(path))
    .map(({ body }) => JSON.parse(body));
  const counts = asked.map(({ productCodes }) => productCodes?.length ?? 'all');
  expect(counts.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
    10,
    10,
    ...Array.from({ length: 12 }, () => 20),
    'all',
  ]);
});

test('a later run tells the tenth that changed', async () => {
  await played.control('catalogue', { products: 100 });
  await syncs.run({ type: 'products', prices: true });
  await played.control('catalogue', { products: 100, revision: 1 });
  const run = await syncs.run({ type: 'products', prices: true, changedOnly: true });
  expect(run).toMatchObject({ status: 'success', successCount: 100, changedCount: 9 });
  expect((await syncs.told(run.id)).flat().map((item) => Object.keys(item))).toEqual(
    Array.from({ length: 9 }, () => ['productCode', 'price']),
  );
});

test.each(['http-500', 'http-429', 'bad-json', 'drop-before-commit', 'token-revoked'])(
  'a platform that does %s for a while costs no product',
  async (name) => {
    await played.control('catalogue', { products: 60 });
    await fault('list-price', name, 3);
    const run = await syncs.run({ type: 'products', prices: true });
    expect(run).toMatchObject({ status: 'success', successCount: 60 });
    expect(run.warnings.map((note) => note.productCode)).toEqual(['HR0000039', 'HR0000049']);
  },
);

test('the words of a platform that refuses reach the log, and its login ends the run', async () => {
  await fault('check-procurable', 'success-false', 1);
  const refused = await syncs.run({ type: 'products' });
  expect(refused).toMatchObject({ status: 'failed', totalCount: 0 });
  expect(refused.message).toMatch(/^同步已停止（完成 0\/0）：.{4,}/);
  await fault('oauth2', 'success-false', 50);
  await played.control('tokens', { platform: 'haier', become: 'revoked' });
  const locked = await syncs.run({ type: 'products', productCodes: ['GA0SZC00U'] });
  expect(locked).toMatchObject({ status: 'failed', successCount: 0 });
});
