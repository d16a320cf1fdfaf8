import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aYlhOrder, PLAYED_ENV, playedPlatforms, type PlayedPlatforms } from '../testing/played-platforms.ts';
import { HAIER_PATHS } from './haier-paths.ts';

let played: PlayedPlatforms;
let nowMs: number;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-21T08:00:00.000Z');
  played = await playedPlatforms({ now: () => new Date(nowMs) });
});
afterEach(() => played[Symbol.asyncDispose]());

const credentials = {
  client_id: PLAYED_ENV.HAIER_CLIENT_ID,
  client_secret: PLAYED_ENV.HAIER_CLIENT_SECRET,
  grant_type: 'client_credentials',
};
const customer = { customerCode: PLAYED_ENV.HAIER_CUSTOMER_CODE, passWord: PLAYED_ENV.HAIER_PASSWORD };
const products = { ...customer, sendToCode: PLAYED_ENV.HAIER_SEND_TO_CODE, supplierCode: '1001', searchType: 'PTJSH' };
const prices = { ...customer, sendToCode: PLAYED_ENV.HAIER_SEND_TO_CODE, priceType: 'PT' };
const stock = {
  salesCode: PLAYED_ENV.HAIER_CUSTOMER_CODE,
  senderCode: PLAYED_ENV.HAIER_SEND_TO_CODE,
  productCode: 'GA0SZC00U',
  countyCode: '370212',
  source: 'JSH-B',
  sellerPassword: PLAYED_ENV.HAIER_SELLER_PASSWORD,
};
const logistics = { sellerCode: PLAYED_ENV.HAIER_CUSTOMER_CODE, sellerPassword: PLAYED_ENV.HAIER_SELLER_PASSWORD };
const balance = {
  customerCode: PLAYED_ENV.HAIER_CUSTOMER_CODE,
  customerPassword: PLAYED_ENV.HAIER_CUSTOMER_PASSWORD,
};

const ask = async (path: string, body: unknown) =>
  played.call(path, body, { authorization: await played.haierToken() });
const refusalOf = async (path: string, body: unknown): Promise<string> => {
  const answer = await ask(path, body);
  expect(answer).toMatchObject({ status: 200, body: { success: false, data: null } });
  return answer.body.errorMsg;
};

describe('the token', () => {
  test('is given for the right account, at both addresses', async () => {
    for (const path of [HAIER_PATHS.token, HAIER_PATHS.otherToken])
      expect((await played.call(path, credentials)).body).toEqual({
        access_token: expect.stringMatching(/^[0-9a-f]{48}$/),
        token_type: 'Bearer',
        expires_in: 3_600,
      });
  });

  test.each([
    ['a wrong secret', { ...credentials, client_secret: 'x' }, 401, 'invalid_client'],
    ['another grant', { ...credentials, grant_type: 'password' }, 400, 'invalid_request'],
    ['a field too many', { ...credentials, scope: 'all' }, 400, 'invalid_request'],
    ['no JSON', 'grant_type=client_credentials', 400, 'invalid_request'],
  ])('is not given for %s', async (_, body, status, error) => {
    expect(await played.call(HAIER_PATHS.token, body)).toMatchObject({ status, body: { error } });
  });

  test('can be had at one address only, in any of the known places, for as long as told', async () => {
    await played.control('haier', { tokenPath: '/oauth2/token', tokenAt: 'data.token', tokenLifetimeSeconds: 60 });

    expect((await played.call(HAIER_PATHS.token, credentials)).status).toBe(404);
    const { body } = await played.call(HAIER_PATHS.otherToken, credentials);
    expect(body).toEqual({
      success: true,
      data: { token: expect.any(String), token_type: 'Bearer', expires_in: 60 },
    });
    await played.control('reset', {});
    expect((await played.call(HAIER_PATHS.token, credentials)).body.expires_in).toBe(3_600);
  });
});

describe('a business call', () => {
  const statusWith = async (authorization: string) =>
    (await played.call(HAIER_PATHS.balance, balance, { authorization })).status;

  test('takes the raw token until it expires', async () => {
    const token = await played.haierToken();

    expect(await statusWith(token)).toBe(200);
    expect(await statusWith(`Bearer ${token}`)).toBe(401);
    expect(await statusWith('')).toBe(401);
    nowMs += 3_600_000;
    expect(await played.call(HAIER_PATHS.balance, balance, { authorization: token })).toMatchObject({
      status: 401,
      body: { success: false, errorMsg: 'token已过期' },
    });
  });

  test('takes a Bearer token when configured so', async () => {
    const token = await played.haierToken();
    await played.control('haier', { authorization: 'bearer' });

    expect([await statusWith(`Bearer ${token}`), await statusWith(token)]).toEqual([200, 401]);
  });

  test('does not take a token that was revoked, nor one of YLH', async () => {
    const token = await played.haierToken();

    expect(await played.control('tokens', { platform: 'haier', become: 'revoked' })).toEqual({ ended: 1 });
    expect(await statusWith(token)).toBe(401);
    expect(await statusWith(await played.ylhToken())).toBe(401);
    expect(await statusWith(await played.haierToken())).toBe(200);
  });

  test('of another content type, or without JSON, is HTTP 400', async () => {
    const authorization = await played.haierToken();
    const type = { authorization, 'content-type': 'text/plain' };

    expect((await played.call(HAIER_PATHS.balance, balance, type)).status).toBe(400);
    expect((await played.call(HAIER_PATHS.balance, '{', { authorization })).status).toBe(400);
  });
});

describe('products', () => {
  test('are told by code, in the spelling of the platform, and unknown codes are left out', async () => {
    const { body } = await ask(HAIER_PATHS.products, { ...products, productCodes: ['GA0SZC00U', 'NOBODY'] });

    expect(body).toMatchObject({ success: true });
    expect(body.data).toEqual([
      {
        productCode: 'GA0SZC00U',
        productModel: 'BCD-500WLHTD',
        productGroupNamd: '冰箱',
        productBrandName: '海尔',
        productImageUrl: 'https://img.example.com/GA0SZC00U.jpg',
        productLageUrls: ['https://img.example.com/GA0SZC00U-1.jpg', 'https://img.example.com/GA0SZC00U-2.jpg'],
        isSales: '1',
        noSalesReason: null,
      },
    ]);
  });

  test('without codes are all there are: those that the demo sells, unless there are to be more', async () => {
    const codes = async () =>
      ((await ask(HAIER_PATHS.products, products)).body.data as { productCode: string }[]).map(
        ({ productCode }) => productCode,
      );

    expect(await codes()).toEqual(['GA0SZC00U', 'BS01U000N']);
    expect(await played.control('catalogue', { products: 1_234 })).toEqual({ products: 1_234 });
    const all = await codes();
    expect(all).toHaveLength(1_234);
    expect(new Set(all).size).toBe(1_234);
    expect(await codes()).toEqual(all);
    await played.control('catalogue', { products: 0 });
    expect(await codes()).toEqual([]);
  });

  test('are written as they are read, however many there are', async () => {
    await played.control('catalogue', { products: 1_000_000 });
    const response = await fetch(played.url + HAIER_PATHS.products, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await played.haierToken() },
      body: JSON.stringify(products),
    });

    const reader = response.body!.getReader();
    const first = await reader.read();
    await reader.cancel();

    expect(Buffer.from(first.value!).toString()).toMatch(/^\{"success":true,.*"data":\[\{"productCode":"GA0SZC00U"/);
  });

  test.each([
    ['21 codes', { ...products, productCodes: Array.from({ length: 21 }, (_, i) => `C${i}`) }, 'productCodes 最多20个'],
    ['no codes in the list', { ...products, productCodes: [] }, 'productCodes 不能为空'],
    ['one code that is no list', { ...products, productCodes: 'GA0SZC00U' }, 'productCodes 应为文本数组'],
    ['a wrong passWord', { ...products, passWord: 'x' }, '密码错误'],
    ['a passWord in another spelling', { ...products, passWord: undefined, password: 'password' }, 'passWord 应为文本'],
    ['a foreign customer', { ...products, customerCode: '8899999999' }, '客户编码'],
    ['a foreign destination', { ...products, sendToCode: '8899999999' }, '送达方编码'],
    [
      'no destination from Haier itself',
      { ...products, sendToCode: undefined },
      'sendToCode supplierCode为1001时不能为空',
    ],
    ['another search type', { ...products, searchType: 'ALL' }, 'searchType 应为PTJSH'],
    ['a field too many', { ...products, page: 1 }, 'page 未知字段'],
  ])('are refused with the reason for %s', async (_, body, text) => {
    expect(await refusalOf(HAIER_PATHS.products, body)).toContain(text);
  });
});

describe('prices', () => {
  test('have the one name twice, amounts as number or text, and a reason where they do not count', async () => {
    await played.control('catalogue', { products: 60 });
    const textOf = async (productCode: string) =>
      (await ask(HAIER_PATHS.prices, { ...prices, productCodes: [productCode] })).text;

    expect(await textOf('GA0SZC00U')).toContain(
      '"data":[{"productCode":"GA0SZC00U","supplyPrice":"2599.00","invoicePrice":"2439.05","stockRebatePolicy":0.05,' +
        '"rebateMoney":"30.00","stockRebatePolicy":"COM","marketPrice":"2999.00","isSales":"1"}]',
    );
    expect(await textOf('HR0000002')).toContain('"stockRebatePolicy":0.05,"rebateMoney":30.00,"marketPrice":');
    expect(await textOf('HR0000039')).toMatch(
      /"supplyPrice":"价格未生效","invoicePrice":"价格未生效",.*"reason":"价格未生效","isSales":"1"/,
    );
    expect(await textOf('HR0000049')).toMatch(/"reason":"商品暂不可采","isSales":"0"/);
  });

  test('change for a tenth of the products with the revision, and for one product by name', async () => {
    const productCodes = Array.from({ length: 20 }, (_, index) => `HR${String(index + 2).padStart(7, '0')}`);
    const told = async () =>
      (await ask(HAIER_PATHS.prices, { ...prices, productCodes })).body.data as { supplyPrice: unknown }[];
    await played.control('catalogue', { products: 100 });
    const before = await told();
    await played.control('catalogue', {
      products: 100,
      revision: 1,
      changes: [{ productCode: 'HR0000003', supplyPrice: '0.02' }],
    });
    const after = await told();

    const changed = productCodes.filter((_, index) => before[index]!.supplyPrice !== after[index]!.supplyPrice);
    expect(changed).toEqual(['HR0000003', 'HR0000010', 'HR0000020']);
    expect(after[1]!.supplyPrice).toBe('0.02');
  });

  test.each([
    ['21 codes', { ...prices, productCodes: Array.from({ length: 21 }, (_, i) => `C${i}`) }, '最多20个'],
    ['no codes', prices, 'productCodes 应为文本数组'],
    ['no destination', { ...prices, sendToCode: undefined, productCodes: ['A'] }, 'sendToCode'],
    ['another kind of price', { ...prices, priceType: 'XX', productCodes: ['A'] }, 'priceType 应为PT'],
    ['a wrong passWord', { ...prices, passWord: 'x', productCodes: ['A'] }, '密码错误'],
  ])('are refused with the reason for %s', async (_, body, text) => {
    expect(await refusalOf(HAIER_PATHS.prices, body)).toContain(text);
  });
});

describe('stock', () => {
  const nearby = {
    secCode: 'WH001',
    stock: '60',
    warehouseGrade: '0',
    timelinessData: { cutTime: '18:00', achieveUserOrderCut: '18:00', hour: '24', isTranfer: '0' },
  };

  test('is a list of warehouses with numbers as text, and an empty one for an unknown product', async () => {
    expect((await ask(HAIER_PATHS.stock, stock)).body).toEqual({
      success: true,
      data: [nearby, expect.objectContaining({ secCode: 'WH002', stock: '40', warehouseGrade: '1' })],
    });
    expect((await ask(HAIER_PATHS.stock, { ...stock, productCode: 'NOBODY' })).body).toEqual({
      success: true,
      data: [],
    });
  });

  test.each([
    ['data-object', { success: true, data: { ...nearby, stock: '100' } }],
    ['bare-array', [nearby, expect.objectContaining({ secCode: 'WH002' })]],
    ['bare-object', { ...nearby, stock: '100' }],
  ])('can come as %s', async (stockShape, body) => {
    await played.control('haier', { stockShape });

    expect((await ask(HAIER_PATHS.stock, stock)).body).toEqual(body);
  });

  test('is what the control API made of it', async () => {
    await played.control('catalogue', { changes: [{ productCode: 'GA0SZC00U', stock: 3 }] });

    const { body } = await ask(HAIER_PATHS.stock, stock);

    expect(body.data.map((warehouse: { stock: string }) => warehouse.stock)).toEqual(['2', '1']);
  });

  test.each([
    ['a county that is none', { ...stock, countyCode: '崂山' }, 'countyCode 应为6位县区编码'],
    ['a county as a number', { ...stock, countyCode: 370_212 }, 'countyCode 应为文本'],
    ['a wrong password', { ...stock, sellerPassword: 'x' }, '密码错误'],
    ['a foreign customer', { ...stock, salesCode: 'x' }, '售达方编码'],
    ['a foreign destination', { ...stock, senderCode: 'x' }, '送达方编码'],
    ['another source', { ...stock, source: 'JSH' }, 'source 应为JSH-B'],
  ])('is refused with the reason for %s', async (_, body, text) => {
    expect(await refusalOf(HAIER_PATHS.stock, body)).toContain(text);
  });
});

test('the balance is a number with both decimals, also below zero', async () => {
  expect((await ask(HAIER_PATHS.balance, balance)).text).toContain('"payerAccountBalance":1000000.00}]');
  await played.control('haier', { balance: '-12.30' });
  expect((await ask(HAIER_PATHS.balance, balance)).text).toContain('"payerAccountBalance":-12.30}]');
  expect(await refusalOf(HAIER_PATHS.balance, { ...balance, customerPassword: 'password' })).toBe('密码错误');
});

test('logistics are in the list of the warehouses once the order is delivered', async () => {
  const retailOrderNo: string = (await played.push(aYlhOrder('A'))).body.data.retailOrderNo;
  const listed = async (more: object = {}) =>
    (await ask(HAIER_PATHS.logistics, { ...logistics, orderCode: retailOrderNo, ...more })).body.data;
  const none = {
    getAllLogisticsInfoByOrderCode: [],
    getStockDeliveryLogisticsRecord: [],
    getStockDeliveryLogisticsRecordThirdparty: [],
  };

  expect(await listed()).toEqual(none);
  await played.control('orders/confirm', { soId: 'A' });
  await played.control('orders/deliver', { soId: 'A' });
  expect(await listed({ deliveryRecordCode: `${retailOrderNo}.F1`, memberId: 1 })).toEqual({
    ...none,
    getAllLogisticsInfoByOrderCode: [
      expect.objectContaining({ orderCode: retailOrderNo, deliveryRecordCode: `${retailOrderNo}.F1` }),
    ],
  });
  expect(await listed({ deliveryRecordCode: `${retailOrderNo}.F2` })).toEqual(none);
  expect(await refusalOf(HAIER_PATHS.logistics, { ...logistics, orderCode: 1 })).toContain('orderCode 应为文本');
});
