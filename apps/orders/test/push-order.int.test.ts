import { type BulkPreflight, orderApi } from '@orderbridge/contracts/orders-api';
import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import { HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES } from '@orderbridge/state-machine/order-transitions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pushOrder } from '../src/orders/push-order.ts';
import { ORDER_STATE_NAMES } from '../src/orders/state-names.ts';
import { ordersBesideIntegrations, type Wish } from './_integrations.ts';
import { haierCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersBesideIntegrations>>;
beforeAll(async () => {
  app = await ordersBesideIntegrations();
});
beforeEach(() => {
  app.answers.clear();
  app.played.onWish = () => undefined;
});
afterAll(() => app[Symbol.asyncDispose]());

const push = (orderNumber: string) => app.mutate('order.push', { orderNumber }, app.staff);
const refuseWith =
  (why: 'authentication' | 'upstream' | 'not_configured' | 'gave_up' | 'unexpected', detail: string, type = 'push') =>
  ({ subject, data }: Wish) =>
    app.tell(`${type}.refused` as 'push.refused', subject, {
      round: data.round!,
      why,
      detail,
      detailEn: `en:${detail}`,
    });
const accept = ({ subject, data }: Wish) =>
  app.tell('push.accepted', subject, { round: data.round!, retailOrderNo: `SO.${subject}` });
const refusalOf = ({ status, body }: { status: number; body: any }) => ({
  status,
  code: body.error?.data.errorCode,
  message: body.error?.message,
  messageEn: body.error?.data.messageEn,
});
const casesOf = (orderNumber: string) =>
  app.rows<{ kind: string; status: string }>(
    `select kind, status from exceptions where order_id = (select id from orders where order_number = ?) order by id`,
    [orderNumber],
  );

describe('a push', () => {
  test('that is confirmed in the answer itself says so in its words (R10)', async () => {
    app.played.onWish = ({ subject, data }) =>
      app.tell('push.accepted', subject, {
        round: data.round!,
        retailOrderNo: `SO.${subject}`,
        confirmation: { detail: '订单推送成功（模拟）', detailEn: 'simulated' },
      });
    const orderNumber = await app.paidOrder();
    expect((await push(orderNumber)).body.result.data).toMatchObject({
      haierStatus: 'confirmed',
      haierOrderNo: `SO.${orderNumber}`,
      message: '订单推送成功（模拟）',
      messageEn: 'simulated',
    });
  });

  test('that the platform takes stays push_pending with its number, and the wish names its round (R12, R16)', async () => {
    app.played.onWish = accept;
    const orderNumber = await app.paidOrder();
    const { status, body } = await push(orderNumber);
    expect(status).toBe(200);
    expect(body.result.data).toMatchObject({
      orderNumber,
      status: 'paid',
      haierStatus: 'push_pending',
      haierOrderNo: `SO.${orderNumber}`,
      message: '订单已提交，等待回调确认',
      messageEn: expect.stringContaining('confirmation'),
    });
    expect(app.wishesOf(orderNumber).map(({ data }) => data)).toEqual([
      { from: 'none', to: 'push_pending', fact: 'push_requested', round: 1 },
    ]);
    expect(
      await app.rows(`select actor from audit_entries where resource_id = ? and detail->>'fact' = 'push_requested'`, [
        orderNumber,
      ]),
    ).toEqual([{ actor: 'staff:operator' }]);
  });

  test('that was confirmed before its answer came says so (R20)', async () => {
    app.played.onWish = async (wish) => {
      await app.deliver(haierCallback({ PlatformOrderNo: wish.subject, State: 1, ExtOrderNo: `SO.${wish.subject}` }));
      await accept(wish);
    };
    const { body } = await push(await app.paidOrder());
    expect(body.result.data).toMatchObject({ haierStatus: 'confirmed', message: '订单推送成功' });
  });

  test.each([
    ['upstream', '库存不足', 502, 'SUPPLIER_API_ERROR', '推送订单失败：库存不足'],
    ['gave_up', '尝试多次', 502, 'SUPPLIER_API_ERROR', '推送订单失败：尝试多次'],
    ['authentication', '密码错误', 502, 'SUPPLIER_AUTH_FAILED', '易理货系统认证失败：密码错误'],
    ['authentication', '易理货系统认证失败', 502, 'SUPPLIER_AUTH_FAILED', '易理货系统认证失败'],
    ['not_configured', '缺少 YLH_USERNAME', 500, 'SUPPLIER_NOT_CONFIGURED', '推送订单失败：缺少 YLH_USERNAME'],
    ['unexpected', '断言失败', 502, 'SUPPLIER_API_ERROR', '推送失败: 断言失败'],
  ] as const)(
    'that is refused (%s) fails with the text of it, and can be repeated (R7, R13-R15)',
    async (why, detail, status, code, message) => {
      app.played.onWish = refuseWith(why, detail);
      const orderNumber = await app.paidOrder();
      expect(refusalOf(await push(orderNumber))).toMatchObject({
        status,
        code,
        message,
        messageEn: expect.stringContaining('en:'),
      });
      expect(await app.order(orderNumber)).toMatchObject({
        status: 'paid',
        haierStatus: 'failed',
        haierFailMessage: detail,
        haierOrderNo: null,
      });
      expect(await casesOf(orderNumber)).toEqual([{ kind: 'push_failed', status: 'open' }]);

      app.played.onWish = accept;
      expect((await push(orderNumber)).body.result.data).toMatchObject({
        haierStatus: 'push_pending',
        haierFailMessage: null,
        haierOrderNo: `SO.${orderNumber}`,
      });
      expect(await casesOf(orderNumber)).toEqual([{ kind: 'push_failed', status: 'resolved' }]);
      expect(app.wishesOf(orderNumber).map(({ data }) => data.round)).toEqual([1, 2]);
    },
  );

  test('that nobody answers in time is pending, and its answer is taken later', async () => {
    const orderNumber = await app.paidOrder();
    const startedMs = performance.now();
    const pushed = await pushOrder(
      { ...app.context, by: 'staff:tester', permissions: PERMISSIONS, haierWaitMs: 300 },
      { orderNumber },
    );
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(295);
    expect(pushed).toMatchObject({ haierStatus: 'push_pending', message: '订单已提交，等待回调确认' });
    await accept((await expect.poll(() => app.wishesOf(orderNumber)[0]).toBeTruthy(), app.wishesOf(orderNumber)[0]!));
    await expect.poll(async () => (await app.order(orderNumber)).haierOrderNo).toBe(`SO.${orderNumber}`);
  });

  test('a hundred at once of one order ask once (R18)', async () => {
    app.played.onWish = accept;
    const orderNumber = await app.paidOrder();
    const answers = await Promise.all(Array.from({ length: 100 }, () => push(orderNumber)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const messages = new Set(answers.filter(({ status }) => status !== 200).map((answer) => refusalOf(answer).message));
    expect([...messages]).toEqual(['该订单已推送到海尔系统']);
    expect(app.wishesOf(orderNumber)).toHaveLength(1);
  });
});

describe('no push', () => {
  const LOCAL = { productCode: 'LOCAL-KETTLE-01', quantity: 1 };
  const HAIER = { productCode: 'GA0SZC00U', quantity: 1 };

  test('of what is not there, not Haier’s, or mixed (R3, R4, R8)', async () => {
    expect(refusalOf(await push('1700000000000001'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const local = await app.paidOrder({ lines: [LOCAL] });
    expect(refusalOf(await push(local))).toMatchObject({ status: 400, message: '该订单不是海尔产品订单，无需推送' });
    const mixed = await app.paidOrder({ lines: [HAIER, LOCAL] });
    expect(refusalOf(await push(mixed))).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^订单含非海尔商品，/),
    });
    for (const orderNumber of [local, mixed])
      expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'none' });
  });

  test('in any other state than paid and not pushed (R5, R6)', async () => {
    const orderNumber = await app.paidOrder();
    for (const status of ORDER_STATES)
      for (const haierStatus of HAIER_STATES) {
        if (status === 'paid' && (haierStatus === 'none' || haierStatus === 'failed')) continue;
        await app.rows(`update orders set status = ?, haier_status = ? where order_number = ?`, [
          status,
          haierStatus,
          orderNumber,
        ]);
        const message =
          status === 'paid'
            ? '该订单已推送到海尔系统'
            : `只有待发货（已支付）的订单可以推送（当前状态：${ORDER_STATE_NAMES[status].zh}）`;
        expect(refusalOf(await push(orderNumber))).toMatchObject({ code: 'INVALID_ORDER_STATUS', message });
      }
    expect(app.wishesOf(orderNumber)).toEqual([]);
  });

  test('of incomplete data, and all of it is named (R159)', async () => {
    const orderNumber = await app.paidOrder();
    await app.rows(
      `update orders set contact_name = ' ', phone = '', province = '', city = '', district = '', address_detail = '' where order_number = ?`,
      [orderNumber],
    );
    await app.rows(
      `update order_lines set unit_price_fen = 0 where order_id = (select id from orders where order_number = ?)`,
      [orderNumber],
    );
    expect(refusalOf(await push(orderNumber))).toMatchObject({
      status: 400,
      code: 'BAD_INPUT',
      message: '订单数据验证失败：缺少收货人姓名、手机号、省、市、区县、详细地址、GA0SZC00U 的单价',
      messageEn: expect.stringContaining('name, phone, province'),
    });
    expect(app.wishesOf(orderNumber)).toEqual([]);
  });

  test('by those who may not (R2)', async () => {
    const orderNumber = await app.paidOrder();
    expect(refusalOf(await app.mutate('order.push', { orderNumber }, await app.signIn('viewer')))).toMatchObject({
      status: 403,
    });
    expect(refusalOf(await app.mutate('order.push', { orderNumber }))).toMatchObject({ status: 401 });
  });
});

test('many orders are put down each by itself, under one batch (R23)', async () => {
  const good = await Promise.all(Array.from({ length: 60 }, () => app.paidOrder()));
  const local = await app.paidOrder({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] });
  await pushOrder({ ...app.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber: good[7]! });
  const orderNumbers = [...good, local, '1700000000000002', good[0]!];
  const { body } = await app.mutate('order.pushMany', { orderNumbers }, app.staff);
  const { batchId, results } = body.result.data;
  expect(results.map((result: any) => result.orderNumber)).toEqual(orderNumbers.slice(0, -1));
  for (const result of results) {
    if (result.orderNumber === good[7])
      expect(result).toMatchObject({ accepted: false, reason: '该订单已推送到海尔系统' });
    else if (result.orderNumber === local)
      expect(result).toMatchObject({
        accepted: false,
        reason: '该订单不是海尔产品订单，无需推送',
        reasonEn: expect.any(String),
      });
    else if (result.orderNumber === '1700000000000002')
      expect(result).toMatchObject({ accepted: false, reason: '订单不存在：1700000000000002' });
    else expect(result).toEqual({ orderNumber: result.orderNumber, accepted: true, reason: null, reasonEn: null });
  }
  const accepted = good.filter((orderNumber) => orderNumber !== good[7]);
  await expect.poll(() => accepted.flatMap(app.wishesOf).length).toBe(59);
  expect(new Set(accepted.flatMap(app.wishesOf).map(({ data }) => `${data.batchId} ${data.round}`))).toEqual(
    new Set([`${batchId} 1`]),
  );
  expect((await app.mutate('order.pushMany', { orderNumbers: [] }, app.staff)).status).toBe(400);
});

describe('a look before many are pushed', () => {
  const noneWaits = () => app.rows(`update orders set haier_status = 'confirmed' where haier_status = 'push_pending'`);
  beforeEach(noneWaits);
  // By POST, as the admin web asks: a thousand numbers fit in no address.
  const preflightMany = async (orderNumbers: readonly string[]): Promise<BulkPreflight> => {
    const { status, body } = await app.mutate('order.preflightMany', { orderNumbers }, app.staff);
    expect(status).toBe(200);
    return orderApi.preflightMany.output.parse(body.result.data);
  };
  const balances = (...accounts: { balanceFen: number; minutesAgo: number }[]) =>
    app.answers.set('balances', () => ({
      accounts: accounts.map(({ balanceFen, minutesAgo }) => ({
        balanceFen,
        readAt: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
      })),
    }));
  const supplyPrice = (fen: number | null) =>
    app.rows(`update products set supply_price_fen = ? where product_code = 'GA0SZC00U'`, [fen]);

  test('says which can go, why the others cannot, and what they cost beside the balance', async () => {
    await supplyPrice(200_000);
    balances({ balanceFen: 800_000, minutesAgo: 5 }, { balanceFen: 400_000, minutesAgo: 5 });
    const [first, second, pushed] = [await app.paidOrder(), await app.paidOrder(), await app.paidOrder()];
    await pushOrder({ ...app.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber: pushed });
    const local = await app.paidOrder({ lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] });
    const incomplete = await app.paidOrder();
    await app.rows(`update orders set phone = '' where order_number = ?`, [incomplete]);
    const refunded = await app.paidOrder();
    await app.rows(`update orders set status = 'refunded' where order_number = ?`, [refunded]);
    const before = app.asked.length;

    const numbers = [first, pushed, local, incomplete, refunded, '1700000000000009', second, first];
    const found = await preflightMany(numbers);
    expect(found.orders).toEqual([
      { orderNumber: first, canPush: true, reason: null, reasonEn: null, costFen: 400_000 },
      expect.objectContaining({ orderNumber: pushed, canPush: false, reason: '该订单已推送到海尔系统' }),
      expect.objectContaining({ orderNumber: local, canPush: false, reason: '该订单不是海尔产品订单，无需推送' }),
      expect.objectContaining({ orderNumber: incomplete, canPush: false, reason: '订单数据验证失败：缺少手机号' }),
      expect.objectContaining({ orderNumber: refunded, canPush: false, reason: expect.stringContaining('已退款') }),
      expect.objectContaining({ canPush: false, reason: '订单不存在：1700000000000009', costFen: null }),
      expect.objectContaining({ orderNumber: second, canPush: true }),
    ]);
    expect(found).toMatchObject({
      costFen: 800_000,
      unpricedOrders: 0,
      waitingFen: 400_000,
      balance: { balanceFen: 1_200_000, isOld: false },
      money: 'enough',
    });
    expect(app.asked.slice(before).map(({ name }) => name)).toEqual(['balances']);

    // What it says is what happens.
    const { body } = await app.mutate('order.pushMany', { orderNumbers: numbers }, app.staff);
    expect(body.result.data.results.map(({ accepted, reason }: any) => [accepted, reason])).toEqual(
      found.orders.map(({ canPush, reason }) => [canPush, reason]),
    );
  });

  test('warns of a balance that is short, is old, or is not known', async () => {
    await supplyPrice(200_000);
    const orders = [await app.paidOrder(), await app.paidOrder()];
    balances({ balanceFen: 799_999, minutesAgo: 5 });
    expect(await preflightMany(orders)).toMatchObject({ costFen: 800_000, money: 'short' });
    balances({ balanceFen: 800_000, minutesAgo: 90 });
    expect(await preflightMany(orders)).toMatchObject({ balance: { isOld: true }, money: 'unknown' });
    balances();
    expect(await preflightMany(orders)).toMatchObject({ balance: null, money: 'unknown', costFen: 800_000 });
    app.answers.set('balances', () => {
      throw new Error('broken');
    });
    expect(await preflightMany(orders)).toMatchObject({ balance: null, money: 'unknown' });

    // Those that wait for Haier already are paid first.
    balances({ balanceFen: 1_000_000, minutesAgo: 5 });
    expect(await preflightMany(orders)).toMatchObject({ waitingFen: 0, money: 'enough' });
    const waiting = await app.paidOrder();
    await pushOrder({ ...app.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber: waiting });
    expect(await preflightMany(orders)).toMatchObject({ costFen: 800_000, waitingFen: 400_000, money: 'short' });
    await noneWaits();

    await supplyPrice(null);
    balances({ balanceFen: 800_000, minutesAgo: 5 });
    expect(await preflightMany(orders)).toMatchObject({ costFen: 0, unpricedOrders: 2, money: 'unknown' });
    await supplyPrice(200_000);
  });

  test('takes as many as a bulk push does, in a handful of queries', async () => {
    balances({ balanceFen: 1, minutesAgo: 5 });
    const numbers = Array.from({ length: 1_000 }, (_, n) => String(1_700_000_100_000_000 + n));
    const found = await preflightMany([...numbers.slice(1), await app.paidOrder()]);
    expect(found.orders.map(({ canPush }) => canPush)).toEqual([...Array(999).fill(false), true]);
    const tooMany = await app.mutate('order.preflightMany', { orderNumbers: [...numbers, numbers[0]] }, app.staff);
    expect(tooMany.status).toBe(400);
  });
});

describe('a cancel of a pushed order', () => {
  const confirmed = async (): Promise<string> => {
    const orderNumber = await app.paidOrder();
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }));
    return orderNumber;
  };
  const cancel = (orderNumber: string) => app.mutate('order.cancel', { orderNumber, reason: '不要了' }, app.staff);

  test('that the platform takes is awaited, and told once it is known (R71)', async () => {
    app.played.onWish = ({ subject, data }) => app.tell('cancel.accepted', subject, { round: data.round! });
    const orderNumber = await confirmed();
    expect((await cancel(orderNumber)).body.result.data).toMatchObject({
      status: 'paid',
      haierStatus: 'cancel_pending',
      message: '取消已提交，等待回调',
    });
    expect(
      await app.rows(`select actor from audit_entries where resource_id = ? and action = 'haier_cancel_accepted'`, [
        orderNumber,
      ]),
    ).toEqual([{ actor: 'integrations' }]);
    await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { method: 'hmm.scm_heorder.cancel' }));
    expect(await app.order(orderNumber)).toMatchObject({ status: 'cancelled', haierStatus: 'cancelled' });
  });

  test('that was agreed to by callback at once is done', async () => {
    app.played.onWish = ({ subject }) =>
      app.deliver(haierCallback({ PlatformOrderNo: subject, State: 1 }, { method: 'hmm.scm_heorder.cancel' }));
    expect((await cancel(await confirmed())).body.result.data).toMatchObject({ status: 'cancelled', message: null });
  });

  test.each([
    ['upstream', 'SUPPLIER_API_ERROR', '推送易理货取消失败：已出库'],
    ['authentication', 'SUPPLIER_AUTH_FAILED', '易理货系统认证失败，取消不同步'],
  ] as const)(
    'that is refused (%s) leaves the order paid and can be repeated (R73, R74)',
    async (why, code, message) => {
      app.played.onWish = refuseWith(why, '已出库', 'cancel');
      const orderNumber = await confirmed();
      expect(refusalOf(await cancel(orderNumber))).toMatchObject({ status: 502, code, message });
      expect(await app.order(orderNumber)).toMatchObject({
        status: 'paid',
        haierStatus: 'cancel_failed',
        haierFailMessage: '已出库',
      });
      expect(await casesOf(orderNumber)).toEqual([{ kind: 'cancel_refused', status: 'open' }]);
      app.played.onWish = ({ subject, data }) => app.tell('cancel.accepted', subject, { round: data.round! });
      expect((await cancel(orderNumber)).body.result.data).toMatchObject({ haierStatus: 'cancel_pending' });
      expect(app.wishesOf(orderNumber).map(({ data }) => data.round)).toEqual([1, 2]);
    },
  );
});

describe('preflight', () => {
  const preflight = async (orderNumber: string) =>
    (await app.query('order.preflight', { orderNumber }, app.staff)).body.result.data;

  test('asks the platform once our own checks are in order, and a failed check of either stops a push', async () => {
    const orderNumber = await app.paidOrder();
    const stock = (result: string) => ({ checks: [{ check: 'stock', result, detail: '库存 0', detailEn: 'stock 0' }] });
    app.answers.set('preflight', () => stock('ok'));
    expect(await preflight(orderNumber)).toMatchObject({ orderNumber, canPush: true, missing: [] });
    expect(app.asked.at(-1)).toMatchObject({
      name: 'preflight',
      input: { orderNumber, contactName: '张三丰', lines: [{ quantity: 2 }] },
    });
    app.answers.set('preflight', () => stock('failed'));
    const failed = await preflight(orderNumber);
    expect(failed).toMatchObject({ canPush: false });
    expect(failed.checks.map(({ check, result }: any) => `${check} ${result}`)).toEqual([
      'status ok',
      'goods ok',
      'recipient ok',
      'address ok',
      'county ok',
      'sums ok',
      'stock failed',
    ]);
    expect(await app.order(orderNumber)).toMatchObject({ haierStatus: 'none' });
  });

  test('names every missing field and asks nobody', async () => {
    const orderNumber = await app.paidOrder();
    await app.rows(
      `update orders set phone = '', city = ' ', county_code = null, total_fen = 1 where order_number = ?`,
      [orderNumber],
    );
    const before = app.asked.length;
    const found = await preflight(orderNumber);
    expect(found).toMatchObject({ canPush: false, missing: [{ field: 'phone' }, { field: 'city' }] });
    expect(found.checks.map(({ check, result }: any) => `${check} ${result}`)).toEqual([
      'status ok',
      'goods ok',
      'recipient failed',
      'address failed',
      'county warning',
      'sums failed',
    ]);
    expect(app.asked).toHaveLength(before);
  });

  test('does not stop a push because the platform cannot be asked', async () => {
    app.answers.set('preflight', () => {
      throw new Error('broken');
    });
    const found = await preflight(await app.paidOrder());
    expect(found.canPush).toBe(true);
    expect(found.checks.filter(({ result }: any) => result === 'unknown').map(({ check }: any) => check)).toEqual([
      'product',
      'price',
      'stock',
      'balance',
    ]);
  });
});
