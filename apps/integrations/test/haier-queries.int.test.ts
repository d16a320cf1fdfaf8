import { playedPlatforms, type PlayedPlatforms } from '@orderbridge/mock-upstreams/testing/played-platforms';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type IntegrationsApiUnderTest, integrationsApi, playedConfig } from './_integrations-api.ts';

let api: IntegrationsApiUnderTest;
let played: PlayedPlatforms;
beforeAll(async () => {
  api = await integrationsApi({ HAIER_USE_MOCK_DATA: 'false', SUPPLIER_TIMEOUT_MS: '400' });
  played = await playedPlatforms();
  await configure({});
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await played[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await played.control('reset', {});
  // The breaker of one test is no other's.
  api.context.suppliers.forget();
  api.lines.length = 0;
});

async function configure(more: object) {
  const config = { ...playedConfig(played.url), ...more };
  const { body } = await api.mutate('config.create', { name: JSON.stringify(more), config });
  await api.mutate('config.activate', { id: body.result.data.id });
}

const asked = async () =>
  (await played.control('requests')).items.filter(({ path }: { path: string }) => path.startsWith('/yilihuo/'));
const errorOf = async (answer: Promise<{ status: number; body: any }>) => {
  const { status, body } = await answer;
  const { message, data } = body.error;
  return { status, message, code: data.errorCode, en: data.messageEn };
};

describe('what Haier says now', () => {
  test('products and prices, by a list or by one text with commas', async () => {
    const { body } = await api.query('haier.products', { productCodes: ' GA0SZC00U, BS01U000N,GA0SZC00U,' }, 'viewer');
    expect(body.result.data).toMatchObject({
      success: true,
      data: [
        { productCode: 'GA0SZC00U', product: { model: 'BCD-500WLHTD', isSales: true } },
        { productCode: 'BS01U000N', product: { brand: '海尔' } },
      ],
    });
    const prices = await api.query('haier.prices', { productCodes: ['GA0SZC00U'] });
    expect(prices.body.result.data.data).toMatchObject([
      { productCode: 'GA0SZC00U', price: { supplyPriceFen: 259_900, marketPriceFen: 299_900 } },
    ]);
  });

  test('more codes than one call takes are split', async () => {
    await played.control('catalogue', { products: 60 });
    const productCodes = Array.from({ length: 45 }, (_, n) => `HR${String(n + 2).padStart(7, '0')}`);
    const { body } = await api.query('haier.products', { productCodes });
    expect(body.result.data.data.map(({ productCode }: { productCode: string }) => productCode)).toEqual(productCodes);
    expect((await asked()).map(({ body: sent }: { body: string }) => JSON.parse(sent).productCodes.length)).toEqual([
      20, 20, 5,
    ]);
  });

  test('stock where a buyer lives, the balance, the parcels of an order', async () => {
    const stock = await api.query('haier.stock', { productCode: 'GA0SZC00U', countyCode: '370212' });
    expect(stock.body.result.data.data).toMatchObject({
      productCode: 'GA0SZC00U',
      countyCode: '370212',
      quantity: 100,
      warehouses: expect.arrayContaining([expect.objectContaining({ code: expect.any(String) })]),
    });
    expect((await api.query('haier.balance')).body.result.data.data).toMatchObject([{ balanceFen: 100_000_000 }]);
    expect((await api.query('haier.logistics', { orderCode: 'SO.20251128.000001' })).body.result.data.data).toEqual({
      items: [],
      raw: expect.objectContaining({ getAllLogisticsInfoByOrderCode: [] }),
    });
  });
});

describe('refused before any call', () => {
  test.each([
    ['haier.products', undefined, 'product_codes参数必填'],
    ['haier.products', { productCodes: ' , ' }, 'product_codes参数必填'],
    ['haier.prices', { productCodes: [] }, 'product_codes参数必填'],
    ['haier.prices', { productCodes: ['GA0SZC00U', "x'; drop"] }, expect.stringContaining("x'; drop")],
    ['haier.products', { productCodes: 'x'.repeat(51) }, expect.stringContaining('x'.repeat(51))],
    ['haier.stock', {}, 'product_code参数必填'],
    ['haier.stock', { productCode: '', countyCode: '370212' }, 'product_code参数必填'],
    ['haier.stock', { productCode: '海尔', countyCode: '370212' }, expect.stringContaining('海尔')],
    ['haier.stock', { productCode: 'GA0SZC00U' }, 'county_code参数必填'],
    ['haier.stock', { productCode: 'GA0SZC00U', countyCode: '3702' }, expect.stringContaining('区县代码 3702 无效')],
    [
      'haier.stock',
      { productCode: 'GA0SZC00U', countyCode: '990101' },
      expect.stringContaining('区县代码 990101 无效'),
    ],
    ['haier.logistics', {}, 'order_code参数必填'],
    ['haier.logistics', { orderCode: 'SO 1' }, expect.stringContaining('海尔订单号格式错误')],
  ])('%s %j', async (procedure, input, message) => {
    expect(await errorOf(api.query(procedure, input))).toMatchObject({ status: 400, message, code: 'BAD_INPUT' });
    expect(await asked()).toEqual([]);
  });

  test.each([
    ['haier.products', {}, 'productCodes'],
    ['haier.prices', { productCodes: 'a b,?' }, 'productCodes'],
    ['haier.stock', { countyCode: '370212' }, 'productCode'],
    ['haier.stock', { productCode: '海尔', countyCode: '370212' }, 'productCode'],
    ['haier.stock', { productCode: 'GA0SZC00U' }, 'countyCode'],
    ['haier.stock', { productCode: 'GA0SZC00U', countyCode: '3702' }, 'countyCode'],
    ['haier.logistics', {}, 'orderCode'],
    ['haier.logistics', { orderCode: 'SO 1' }, 'orderCode'],
  ])('%s %j names the field: %s', async (procedure, input, path) => {
    const { error } = (await api.query(procedure, input)).body;
    expect(error.data.fields).toEqual([{ path, message: error.message }]);
  });

  test('too many codes', async () => {
    const productCodes = Array.from({ length: 1_001 }, (_, n) => `C${n}`).join(',');
    expect(await errorOf(api.query('haier.products', { productCodes }))).toMatchObject({
      status: 400,
      message: expect.stringContaining('一次最多查询 1000 个商品编码'),
    });
    expect(await asked()).toEqual([]);
  });
});

describe('an upstream in trouble', () => {
  const balance = () => errorOf(api.query('haier.balance'));

  test('slow: 504, and what to do next', async () => {
    await played.control('faults', { match: 'account-balance', fault: 'slow', times: 1 });
    expect(await balance()).toMatchObject({
      status: 504,
      code: 'UPSTREAM_TIMEOUT',
      message: '网络连接超时，请稍后重试',
    });
  });

  test.each([
    ['http-500', 502, 'SUPPLIER_API_ERROR', /500.*请稍后重试/],
    ['http-429', 502, 'SUPPLIER_API_ERROR', /429.*请稍后重试/],
    ['bad-json', 502, 'SUPPLIER_API_ERROR', /无法识别/],
    ['drop-before-commit', 502, 'SUPPLIER_API_ERROR', /请稍后重试/],
  ])('%s: %i with a clear text', async (fault, status, code, message) => {
    await played.control('faults', { match: 'account-balance', fault, times: 1 });
    expect(await balance()).toMatchObject({ status, code, message: expect.stringMatching(message) });
    expect((await api.query('haier.balance')).status).toBe(200);
  });

  test('success:false on HTTP 200 is an error with its own text', async () => {
    await played.control('faults', { match: 'account-balance', fault: 'success-false', times: 1 });
    const { status, code, message } = await balance();
    expect([status, code]).toEqual([502, 'SUPPLIER_API_ERROR']);
    expect(message).toMatch(/^供应商API调用失败：.+。没有改动任何数据，请核对后重试$/);
  });

  test('a revoked token is fetched anew and the call repeated once', async () => {
    expect((await api.query('haier.balance')).status).toBe(200);
    await played.control('tokens', { platform: 'haier', become: 'revoked' });
    expect((await api.query('haier.balance')).status).toBe(200);
  });

  test('wrong credentials: 401 with the words of R155, and no secret in answer or log', async () => {
    await configure({ client_secret: 'not-a-real-wrong-secret' });
    const error = await balance();
    expect(error).toMatchObject({ status: 401, code: 'SUPPLIER_AUTH_FAILED' });
    expect(error.message).toMatch(/^认证信息过期，请重新登录/);
    expect(JSON.stringify([error, api.lines])).not.toContain('not-a-real-wrong-secret');
  });

  test('nothing usable configured: the person hears so, the log names the missing keys', async () => {
    await configure({ customer_code: '', seller_password: '' });
    const queries: [string, object | undefined][] = [
      ['haier.balance', undefined],
      ['haier.products', { productCodes: 'GA0SZC00U' }],
      ['haier.stock', { productCode: 'GA0SZC00U', countyCode: '370212' }],
      ['haier.logistics', { orderCode: 'SO.1' }],
    ];
    for (const [procedure, input] of queries)
      expect(await errorOf(api.query(procedure, input))).toMatchObject({
        status: 500,
        code: 'SUPPLIER_NOT_CONFIGURED',
        message: '海尔API配置错误',
        en: expect.stringContaining('customer_code, seller_password'),
      });
    expect(api.lines.join('')).toMatch(
      /supplier not configured.*customer_code, seller_password|customer_code, seller_password.*supplier not configured/,
    );
    expect(await asked()).toEqual([]);
  });
});

describe('answers without a network (R10, R11, R119, R158)', () => {
  test('are the default where nothing is configured, and never in production', async () => {
    const fresh = await integrationsApi();
    try {
      expect((await fresh.query('config.list')).body.result.data.source).toBe('mock');
      expect(
        (await fresh.query('haier.stock', { productCode: 'ANY', countyCode: '370212' })).body.result.data.data,
      ).toEqual({
        productCode: 'ANY',
        countyCode: '370212',
        quantity: 100,
        warehouses: [{ code: 'WH001', grade: '0', quantity: 100, cutTime: '18:00', hours: 24 }],
      });
      for (const [procedure, input] of [
        ['haier.products', { productCodes: 'A,B' }],
        ['haier.prices', { productCodes: 'A,B' }],
        ['haier.balance', undefined],
        ['haier.logistics', { orderCode: 'SO.1' }],
      ] as const)
        expect([procedure, (await fresh.query(procedure, input)).status]).toEqual([procedure, 200]);
      expect((await fresh.mutate('config.test', {})).body.result.data).toMatchObject({ success: true });

      const { ylh } = await fresh.context.suppliers.current();
      const manual = { priority: 'manual' } as const;
      expect(await ylh.createOrder({ orderNumber: '1764297000123456' } as never, manual)).toEqual({
        outcome: 'answered',
        value: {
          retailOrderNo: 'SO.1764297000123456',
          confirmation: { zh: '订单推送成功（模拟）', en: expect.any(String) },
        },
      });
      expect(
        await ylh.reschedule(
          { retailOrderNo: 'SO.1', distributionTime: new Date('2026-11-21T17:00:00.000Z'), installTime: null },
          manual,
        ),
      ).toEqual({
        outcome: 'answered',
        value: { distributionTime: new Date('2026-11-22T15:59:59.000Z'), installTime: null },
      });
      expect(await ylh.cancelOrder({ soId: '1', reason: 'r', at: new Date() }, manual)).toMatchObject({
        outcome: 'answered',
      });
      expect(await ylh.deliveryImages('SO.1', manual)).toMatchObject({ outcome: 'answered' });
      expect(await ylh.logistics(['SO.1', 'SO.2'], manual)).toMatchObject({
        value: [{ orderCode: 'SO.1' }, { orderCode: 'SO.2' }],
      });

      const production = await fresh.start({ APP_PROFILE: 'production' });
      expect((await production.query('config.list')).body.result.data.source).toBe('none');
      expect((await production.query('haier.balance')).body.error.message).toBe('海尔API配置错误');
      await expect(fresh.start({ APP_PROFILE: 'production', HAIER_USE_MOCK_DATA: 'true' })).rejects.toThrow(
        'HAIER_USE_MOCK_DATA is on, which production is never',
      );
      await expect(fresh.start({ APP_PROFILE: 'production', DATA_ENCRYPTION_KEY: '' })).rejects.toThrow(
        'DATA_ENCRYPTION_KEY is not set',
      );
    } finally {
      await fresh[Symbol.asyncDispose]();
    }
  });

  test('stand for all that is configured when they are asked for', async () => {
    const mocked = await api.start({ HAIER_USE_MOCK_DATA: 'true' });
    expect((await mocked.query('config.list')).body.result.data.source).toBe('mock');
    expect((await mocked.query('haier.balance')).status).toBe(200);
    expect(await asked()).toEqual([]);
  });
});
