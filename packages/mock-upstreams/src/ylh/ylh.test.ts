import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  aYlhOrder,
  type GatewayAnswer,
  PLAYED_ENV,
  playedPlatforms,
  type PlayedPlatforms,
  YLH_SIGN_IN,
  YLH_SIGN_IN_HEADERS,
} from '../testing/played-platforms.ts';
import { YLH_PATHS, YLH_ROOTS } from './ylh-paths.ts';

let played: PlayedPlatforms;
let nowMs: number;
let gateway: GatewayAnswer;
beforeEach(async () => {
  nowMs = Date.parse('2026-11-21T08:00:00.000Z');
  gateway = () => ({ success: true });
  played = await playedPlatforms({
    now: () => new Date(nowMs),
    gateway: (callback) => gateway(callback),
    repeatAfterMs: [10, 10],
  });
});
afterEach(() => played[Symbol.asyncDispose]());

const ask = async (path: string, body: unknown) =>
  played.call(path, body, { authorization: `bearer ${await played.ylhToken()}` });
const refusalOf = async (path: string, body: unknown): Promise<string> => {
  const answer = await ask(path, body);
  expect(answer).toMatchObject({ status: 200, body: { success: false, code: 'error', data: null } });
  return answer.body.message;
};
const orderOf = async (soId: string) => (await played.control(`orders?soId=${soId}`)).items[0];
const stateOf = async (soId: string) => (await orderOf(soId)).state;
const pushed = async (soId: string, more: object = {}): Promise<string> =>
  (await played.push(aYlhOrder(soId, more))).body.data.retailOrderNo;
const aCancel = (soId: string, more: object = {}) => ({
  soId,
  cancelTime: '1795248000000',
  cancelReason: '客户取消',
  sourceSystem: PLAYED_ENV.YLH_SOURCE_SYSTEM,
  ...more,
});
const news = () =>
  played.told.map(({ isSignedRight, notice }) => {
    expect(isSignedRight).toBe(true);
    return notice;
  });

const WAIT = { timeout: 4_500 };
const toldOf = (count: number) => vi.waitFor(() => expect(played.told).toHaveLength(count), WAIT);

describe('the token', () => {
  const signIn = (body: string, headers: Record<string, string> = {}) =>
    played.call(YLH_ROOTS.auth, body, { ...YLH_SIGN_IN_HEADERS, ...headers });

  test('is given for the right client, system and user', async () => {
    expect(await signIn(YLH_SIGN_IN)).toMatchObject({
      status: 200,
      body: { access_token: expect.stringMatching(/^\w{48}$/), token_type: 'bearer', expires_in: 3_600 },
    });
    await played.control('ylh', { tokenLifetimeSeconds: 30 });
    expect((await signIn(YLH_SIGN_IN)).body.expires_in).toBe(30);
  });

  test.each([
    ['another client', YLH_SIGN_IN, { authorization: 'Basic eDp5' }, 401, 'invalid_client'],
    ['no system name', YLH_SIGN_IN, { 'system-name': '' }, 400, 'invalid_request'],
    ['a body that is no form', '{}', { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['another grant', 'grant_type=client_credentials', {}, 400, 'unsupported_grant_type'],
    ['a wrong password', YLH_SIGN_IN.replace('ylh-password', 'x'), {}, 400, 'invalid_grant'],
  ])('is not given for %s', async (_, body, headers, status, error) => {
    expect(await signIn(body, headers)).toMatchObject({ status, body: { error } });
  });

  test('is wanted behind its type by all three services, and not for longer than it lasts', async () => {
    const token = await played.ylhToken();
    const statuses = (authorization: string) =>
      Promise.all(
        [YLH_PATHS.create, YLH_PATHS.images, YLH_PATHS.logistics].map(
          async (path) => (await played.call(path, ['x'], { authorization })).status,
        ),
      );

    expect(await statuses(`bearer ${token}`)).toEqual([200, 200, 200]);
    expect(await statuses(`Bearer ${token}`)).toEqual([200, 200, 200]);
    expect(await statuses(token)).toEqual([401, 401, 401]);
    nowMs += 3_600_000;
    expect(await statuses(`bearer ${token}`)).toEqual([401, 401, 401]);
  });
});

describe('an order', () => {
  test('is taken once: the same soId again is refused and counted', async () => {
    const first = await played.push(aYlhOrder('A'));
    const again = await played.push(aYlhOrder('A', { totalAmt: 1 }));

    expect(first.body).toEqual({
      success: true,
      code: '200',
      message: '成功',
      data: { retailOrderNo: 'SO.20261121.57600000', soId: 'A' },
    });
    expect(again).toMatchObject({ status: 200, body: { success: false, message: '子订单号重复，订单已存在: A' } });
    expect(await orderOf('A')).toMatchObject({ state: 'accepted', acceptedTimes: 1, repeatsRefused: 1 });
  });

  test.each([
    ['top', { retailOrderNo: 'SO.20261121.57600000', data: { soId: 'A' } }],
    ['top-snake', { retail_order_no: 'SO.20261121.57600000', data: null }],
    ['nowhere', { data: null }],
  ])('is answered with its number at %s when told so', async (orderNoAt, body) => {
    await played.control('ylh', { orderNoAt });

    expect((await played.push(aYlhOrder('A'))).body).toEqual({ success: true, code: '200', message: '成功', ...body });
  });

  test('has a number of its own, also when the platform starts anew', async () => {
    const first = await pushed('A');
    const second = await pushed('B');
    await played.control('reset', {});
    nowMs += 1;
    const third = await pushed('A');

    expect(new Set([first, second, third]).size).toBe(3);
  });

  test.each(
    Object.keys(aYlhOrder('A'))
      .filter((name) => name !== 'itemList')
      .map((name) => [name]),
  )('is refused without %s, and with it as a list', async (name) => {
    expect(await refusalOf(YLH_PATHS.create, aYlhOrder('A', { [name]: undefined }))).toContain(`${name} `);
    expect(await refusalOf(YLH_PATHS.create, aYlhOrder('A', { [name]: [] }))).toContain(`${name} `);
  });

  const item = aYlhOrder('A').itemList[0]!;
  test.each([
    ['an unknown field', { retailOrder: 'x' }, 'retailOrder 未知字段'],
    ['an unknown field of an item', { itemList: [{ ...item, sku: 'x' }] }, 'itemList.0.sku 未知字段'],
    ['an item without its price', { itemList: [{ ...item, actualPrice: undefined }] }, 'itemList.0.actualPrice'],
    ['a price as text', { itemList: [{ ...item, retailPrice: '2999.00' }] }, 'itemList.0.retailPrice 应为数字'],
    ['a sum as text', { totalAmt: '5998.00' }, 'totalAmt 应为数字'],
    ['a sum with float noise', { totalAmt: 5998.000_000_1 }, 'totalAmt 最多两位小数'],
    ['a quantity that is no sum', { totalQty: 3 }, 'totalQty 与明细数量之和不符'],
    ['half a piece', { itemList: [{ ...item, itemQty: 0.5 }] }, 'itemList.0.itemQty 应为整数'],
    ['no items', { itemList: [] }, 'itemList 不能为空'],
    ['seconds in place of milliseconds', { createTime: 1_795_248_000 }, 'createTime 应为毫秒时间戳'],
    ['a truth value for deliveryInstall', { deliveryInstall: false }, 'deliveryInstall 应为文本'],
    ['a flag as text', { governmentOrder: 'true' }, 'governmentOrder 应为布尔值'],
    ['null for a time', { distributionTime: null }, 'distributionTime 应为毫秒时间戳'],
    ['a wrong deliveryInstall', { deliveryInstall: 'true' }, 'deliveryInstall 与配送、安装时间不符'],
    [
      'equal times that are not installed together',
      { distributionTime: 1_795_248_000_000, installTime: 1_795_248_000_000 },
      'deliveryInstall',
    ],
    ['a foreign source', { sourceSystem: 'YOUR_SYSTEM' }, '来源系统未授权: YOUR_SYSTEM'],
    ['a foreign shop', { shopName: '默认店铺' }, '店铺不存在'],
    ['a foreign seller', { sellerCode: '8899999999' }, '售达方编码'],
  ])('is refused with %s', async (_, more, text) => {
    expect(await refusalOf(YLH_PATHS.create, aYlhOrder('A', more))).toContain(text);
    expect((await played.control('orders')).items).toEqual([]);
  });

  test('can carry everything that is optional', async () => {
    const time = 1_795_248_000_000;
    const more = { remark: '', town: '沙子口街道', distributionTime: time, installTime: time, governmentOrder: true };

    expect((await played.push(aYlhOrder('A', { ...more, deliveryInstall: 'true' }))).body.success).toBe(true);
    expect(await orderOf('A')).toMatchObject({ distributionTime: time, installTime: time });
  });

  test('that is no JSON is HTTP 400', async () => {
    expect((await ask(YLH_PATHS.create, '{')).status).toBe(400);
  });
});

describe('what becomes of an order', () => {
  const common = { sentAt: new Date('2026-11-21T08:00:00.000Z'), platformOrderNo: 'A' };

  test('is told: confirmed', async () => {
    const retailOrderNo = await pushed('A');
    const { order, answers } = await played.control('orders/confirm', { soId: 'A' });

    expect(order).toMatchObject({ state: 'confirmed', told: [{ method: 'hmm.scm_heorder.confirm', state: 1 }] });
    expect(answers).toEqual([{ status: 200, body: { success: true }, durationMs: expect.any(Number) }]);
    expect(news()).toEqual([
      {
        ...common,
        method: 'hmm.scm_heorder.confirm',
        extOrderNo: retailOrderNo,
        state: 1,
        failMessage: undefined,
        items: undefined,
      },
    ]);
    expect(played.told[0]!.path).toBe('/api/v1/haier/callback/');
  });

  test('is told: rejected, after which its number is free again', async () => {
    const first = await pushed('A');
    await played.control('orders/reject', { soId: 'A', failMsg: '地址不详' });

    expect(news()).toMatchObject([
      { method: 'hmm.scm_heorder.confirm', state: 0, failMessage: '地址不详', extOrderNo: undefined },
    ]);
    expect(await refusalOf(YLH_PATHS.cancel, aCancel('A'))).toBe('订单未被接收，无法取消');
    expect(await pushed('A')).not.toBe(first);
    expect(await orderOf('A')).toMatchObject({ state: 'accepted', acceptedTimes: 2 });
  });

  test('is told: out of stock, and confirmed after all', async () => {
    const retailOrderNo = await pushed('A');
    await played.control('orders/out-of-stock', { soId: 'A' });
    expect(await stateOf('A')).toBe('out_of_stock');
    await played.control('orders/confirm', { soId: 'A' });

    expect(news()).toMatchObject([
      { method: 'hmm.scm_heorder.oostock', state: 1, failMessage: '商品缺货', extOrderNo: retailOrderNo },
      { method: 'hmm.scm_heorder.confirm', state: 1 },
    ]);
  });

  test('is told: cancelled at the door without any wish of ours', async () => {
    await pushed('A');
    await played.control('orders/confirm', { soId: 'A' });
    await played.control('orders/cancel-agreed', { soId: 'A' });

    expect(news()[1]).toMatchObject({
      method: 'hmm.scm_heorder.cancel',
      state: 1,
      items: [{ productCode: 'GA0SZC00U', totalQty: 2, receivedQty: 0, returnedQty: 0, rejectedQty: 2 }],
    });
    expect(await orderOf('A')).toMatchObject({ state: 'cancelled', cancel: 'agreed' });
  });

  test('is told: cancelled in part, in totals', async () => {
    await pushed('A');
    await played.control('orders/cancel-part', {
      soId: 'A',
      items: [{ productCode: 'GA0SZC00U', receiveQty: 1, rejectQty: 1 }],
    });

    expect(news()).toMatchObject([
      { state: 2, items: [{ totalQty: 2, receivedQty: 1, returnedQty: 0, rejectedQty: 1 }] },
    ]);
    expect(await orderOf('A')).toMatchObject({ state: 'accepted', cancel: 'part' });
  });

  test.each([
    ['reject', 'confirm'],
    ['cancel-agreed', 'cancel-agreed'],
    ['cancel-agreed', 'confirm'],
    ['confirm', 'reject'],
    ['confirm', 'confirm'],
    ['reject', 'cancel-refused'],
    ['reject', 'deliver'],
  ])('cannot be: after %s, %s', async (first, second) => {
    await pushed('A');
    await played.control(`orders/${first}`, { soId: 'A' });
    const told = played.told.length;

    await expect(played.control(`orders/${second}`, { soId: 'A' })).rejects.toThrow(/409 .*wrong_state/);
    expect(played.told).toHaveLength(told);
  });

  test('is not decided for an order that nobody has pushed', async () => {
    await expect(played.control('orders/confirm', { soId: 'A' })).rejects.toThrow(/404 .*no such order/);
  });

  test('is decided by itself when told so, once', async () => {
    expect(await played.control('ylh', { autoConfirm: true, delayMs: 5 })).toMatchObject({
      settings: { autoConfirm: true, delayMs: 5 },
    });
    await pushed('A');
    await toldOf(1);
    await ask(YLH_PATHS.cancel, aCancel('A'));
    await toldOf(2);

    expect(await stateOf('A')).toBe('cancelled');
    expect(news()).toMatchObject([
      { method: 'hmm.scm_heorder.confirm', state: 1 },
      { method: 'hmm.scm_heorder.cancel', state: 1 },
    ]);
  });

  test('is not decided by itself for an order that was cancelled meanwhile, or forgotten', async () => {
    // Timers of the same length go off in the order in which they were set, so the later order shows that the time is up.
    const auto = { autoConfirm: true, delayMs: 1_000 };
    await played.control('ylh', auto);
    await pushed('A');
    await pushed('B');
    await played.control('orders/cancel-agreed', { soId: 'A' });
    await toldOf(2);
    expect(news().map((notice) => notice?.platformOrderNo)).toEqual(['A', 'B']);

    await pushed('C');
    await played.control('reset', {});
    await played.control('ylh', auto);
    await pushed('D');
    await toldOf(3);
    expect(news().map((notice) => notice?.platformOrderNo)).toEqual(['A', 'B', 'D']);
  }, 20_000);

  test('is told again until it is taken', async () => {
    const answers = [{ success: false }, { success: false }, { success: true }];
    gateway = () => answers.shift() ?? { success: true };
    await pushed('A');
    await played.control('orders/confirm', { soId: 'A' });

    await vi.waitFor(async () => expect((await orderOf('A')).told).toHaveLength(3), WAIT);
    expect(new Set(played.told.map(({ fields }) => JSON.stringify(fields))).size).toBe(1);
  });

  test('is told no more after the last repetition', async () => {
    gateway = () => ({ success: false });
    await pushed('A');
    await played.control('orders/confirm', { soId: 'A' });
    await vi.waitFor(async () => expect((await orderOf('A')).told).toHaveLength(3), WAIT);
    await pushed('B');
    await played.control('orders/confirm', { soId: 'B' });
    await vi.waitFor(async () => expect((await orderOf('B')).told).toHaveLength(3), WAIT);

    expect((await orderOf('A')).told).toHaveLength(3);
  });
});

describe('a cancel', () => {
  test('is acknowledged, again while it is under way, and agreed to later', async () => {
    await pushed('A');

    expect((await ask(YLH_PATHS.cancel, aCancel('A'))).body).toMatchObject({ success: true });
    expect((await ask(YLH_PATHS.cancel, aCancel('A'))).body).toMatchObject({ success: true });
    expect(await orderOf('A')).toMatchObject({ state: 'accepted', cancel: 'asked', cancelReason: '客户取消' });
    await played.control('orders/cancel-agreed', { soId: 'A' });
    expect(await refusalOf(YLH_PATHS.cancel, aCancel('A'))).toBe('订单已取消');
  });

  test('is refused by itself for what is delivered, and can be wished for again', async () => {
    await pushed('A');
    await played.control('orders/confirm', { soId: 'A' });
    await played.control('orders/deliver', { soId: 'A' });
    await played.control('ylh', { autoConfirm: true, delayMs: 1 });
    await ask(YLH_PATHS.cancel, aCancel('A'));

    await toldOf(2);
    expect(await orderOf('A')).toMatchObject({ state: 'delivered', cancel: 'refused' });
    expect(news().at(-1)).toMatchObject({
      method: 'hmm.scm_heorder.cancel',
      state: 0,
      failMessage: '订单已签收，无法取消',
    });
    expect((await ask(YLH_PATHS.cancel, aCancel('A'))).body).toMatchObject({ success: true });
  });

  test.each([
    ['an unknown order', { soId: 'B' }, '订单不存在'],
    ['another source than the order', { sourceSystem: 'OTHER' }, '来源系统与下单时不一致'],
    ['a time as a number', { cancelTime: 1_795_248_000_000 }, 'cancelTime 应为文本'],
    ['seconds', { cancelTime: '1795248000' }, 'cancelTime 应为毫秒时间戳文本'],
    ['a blank reason', { cancelReason: '  ' }, 'cancelReason 不能为空'],
    ['no reason', { cancelReason: undefined }, 'cancelReason 应为文本'],
    ['a field too many', { onlineNo: 'A' }, 'onlineNo 未知字段'],
  ])('is refused for %s', async (_, more, text) => {
    await pushed('A');

    expect(await refusalOf(YLH_PATHS.cancel, aCancel('A', more))).toContain(text);
  });
});

describe('a reschedule', () => {
  // 23:59:59 in Beijing.
  const endOfDay = Date.parse('2026-11-25T15:59:59.000Z');

  test('moves the times that are named', async () => {
    const retailOrderNo = await pushed('A');

    expect(
      (await ask(YLH_PATHS.reschedule, { retailOrderNo, distributionTime: endOfDay, installTime: endOfDay })).body,
    ).toMatchObject({ success: true });
    const later = endOfDay + 86_400_000;
    await ask(YLH_PATHS.reschedule, { retailOrderNo, installTime: later });
    expect(await orderOf('A')).toMatchObject({ distributionTime: endOfDay, installTime: later });
  });

  test.each([
    ['an unknown order', { retailOrderNo: 'A', distributionTime: endOfDay }, '订单不存在'],
    ['noon', { distributionTime: Date.parse('2026-11-25T04:00:00.000Z') }, 'distributionTime 时间部分应为23:59:59'],
    ['midnight by another clock', { installTime: Date.parse('2026-11-25T23:59:59.000Z') }, 'installTime 时间部分'],
    ['yesterday', { distributionTime: Date.parse('2026-11-20T15:59:59.000Z') }, '改约时间不能早于当前时间'],
    ['a time as text', { distributionTime: String(endOfDay) }, 'distributionTime 应为毫秒时间戳'],
    ['no time', {}, 'distributionTime 与installTime至少填一个'],
  ])('is refused for %s', async (_, more, text) => {
    const retailOrderNo = await pushed('A');

    expect(await refusalOf(YLH_PATHS.reschedule, { retailOrderNo, ...more })).toContain(text);
  });

  test('is refused for an order that is over', async () => {
    const retailOrderNo = await pushed('A');
    await played.control('orders/cancel-agreed', { soId: 'A' });

    expect(await refusalOf(YLH_PATHS.reschedule, { retailOrderNo, distributionTime: endOfDay })).toBe(
      '订单当前状态不支持改约',
    );
  });
});

describe('after the delivery', () => {
  const parcel = { logisticsCompany: '日日顺', logisticsNo: 'RRS1', snCode: 'SN1' };
  const delivered = async (soId: string) => {
    const retailOrderNo = await pushed(soId);
    await played.control('orders/confirm', { soId });
    await played.control('orders/deliver', { soId, parcels: [parcel] });
    return retailOrderNo;
  };

  test('logistics are found by the Haier order number, in both shapes', async () => {
    const retailOrderNo = await delivered('A');
    const deliveryRecordCode = `${retailOrderNo}.F1`;
    const undelivered = await pushed('B');

    expect((await ask(YLH_PATHS.logistics, [retailOrderNo, undelivered, 'A', 'nobody'])).body.data).toEqual([
      { ...parcel, deliveryRecordCode, orderCode: retailOrderNo },
    ]);
    await played.control('ylh', { logisticsShape: 'nested' });
    expect((await ask(YLH_PATHS.logistics, [retailOrderNo])).body.data).toEqual([
      { orderCode: retailOrderNo, deliveryRecordCode, logisticsList: [parcel] },
    ]);
  });

  test('there are photos, as addresses or as objects with one', async () => {
    const orderNo = await delivered('A');
    const url = `https://img.example.com/${orderNo}.F1-delivery.jpg`;

    expect((await ask(YLH_PATHS.images, { orderNo })).body.data).toEqual([
      url,
      `https://img.example.com/${orderNo}.F1-install.jpg`,
    ]);
    await played.control('ylh', { imageShape: 'object' });
    expect((await ask(YLH_PATHS.images, { orderNo })).body.data[0]).toEqual({ imgType: 'delivery', imgUrl: url });
    expect((await ask(YLH_PATHS.images, { orderNo: await pushed('B') })).body.data).toEqual([]);
    expect(await refusalOf(YLH_PATHS.images, { orderNo: 'nobody' })).toBe('订单不存在');
  });

  test.each([
    ['an object', { orderCodes: ['A'] }, '请求体 应为数组'],
    ['nothing', [], '请求体 不能为空'],
    ['101 numbers', Array.from({ length: 101 }, (_, i) => `A${i}`), '请求体 最多100个'],
    ['a number that is no text', ['A', 1], '1 应为文本'],
  ])('logistics are refused for %s', async (_, body, text) => {
    expect(await refusalOf(YLH_PATHS.logistics, body)).toContain(text);
  });
});
