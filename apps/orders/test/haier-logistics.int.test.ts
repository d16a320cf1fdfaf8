import { PERMISSIONS } from '@orderbridge/contracts/permissions';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pushOrder } from '../src/orders/push-order.ts';
import { placeOrder, type PlaceOrderContext } from '../src/orders/place-order.ts';
import { ordersBesideIntegrations } from './_integrations.ts';
import { anOrder, haierCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersBesideIntegrations>>;
beforeAll(async () => {
  app = await ordersBesideIntegrations({ HAIER_STOCK_CHECK: 'off' });
});
beforeEach(() => {
  app.answers.clear();
  app.asked.length = 0;
});
afterAll(() => app[Symbol.asyncDispose]());

const answered = (value: unknown) => () => ({ outcome: 'answered', value });
const refused = (outcome: string, detail: string) => () => ({ outcome, detail, detailEn: `en:${detail}` });
const refusalOf = ({ status, body }: { status: number; body: any }) => ({
  status,
  code: body.error?.data.errorCode,
  message: body.error?.message,
});
const confirmed = async (withNumber = true): Promise<string> => {
  const orderNumber = await app.paidOrder();
  const number = withNumber ? { ExtOrderNo: `SO.${orderNumber}` } : {};
  await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, ...number }));
  return orderNumber;
};

/** How the other side fails, and what a person reads of it behind the name of what was asked for. */
const FAILURES = [
  ['refused', 'SUPPLIER_API_ERROR', 502],
  ['authentication', 'SUPPLIER_AUTH_FAILED', 502],
  ['not_configured', 'SUPPLIER_NOT_CONFIGURED', 500],
  ['unavailable', 'UPSTREAM_TIMEOUT', 504],
] as const;

describe('logistics', () => {
  const ask = (orderNumber: string) => app.mutate('order.logistics', { orderNumber }, app.staff);
  const parcel = { logisticsCompany: '日日顺', logisticsNo: 'RRS1', deliveryRecordCode: 'D1', snCode: 'S1' };

  test('are asked for by Haier’s number, kept and answered; a confirmed order is shipped by them (R131-R133)', async () => {
    app.answers.set('logistics', answered({ items: [parcel] }));
    const orderNumber = await confirmed();
    expect((await ask(orderNumber)).body.result.data).toMatchObject({ detail: '查询成功', logisticsInfo: [parcel] });
    expect(app.asked).toEqual([{ name: 'logistics', input: { orderNumber, haierOrderNo: `SO.${orderNumber}` } }]);
    expect(await app.order(orderNumber)).toMatchObject({
      status: 'shipped',
      carrier: '日日顺',
      trackingNo: 'RRS1',
      snCode: 'S1',
      parcels: [parcel],
      history: [{}, { fact: 'parcels_learned' }, { fact: 'goods_sent', by: 'staff:operator' }],
    });
  });

  test('say that Haier took an order whose confirmation never came, and ship it', async () => {
    app.answers.set('logistics', answered({ items: [{ ...parcel, logisticsNo: null }] }));
    const orderNumber = await app.paidOrder();
    await pushOrder({ ...app.context, by: 'staff:tester', permissions: PERMISSIONS }, { orderNumber });
    await ask(orderNumber);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', haierStatus: 'push_pending' });

    app.answers.set('logistics', answered({ items: [parcel] }));
    await ask(orderNumber);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'shipped', haierStatus: 'confirmed' });
    // The confirmation that comes after all is a repetition.
    const late = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: `SO.${orderNumber}` });
    expect(await app.deliver(late)).toMatchObject([{ outcome: 'repeated' }]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'shipped', haierOrderNo: `SO.${orderNumber}` });
  });

  test('without Haier’s number go by our own, and nothing found changes nothing', async () => {
    app.answers.set('logistics', answered({ items: [] }));
    const orderNumber = await confirmed(false);
    expect((await ask(orderNumber)).body.result.data).toMatchObject({ detail: '查询成功', logisticsInfo: [] });
    expect(app.asked).toEqual([{ name: 'logistics', input: { orderNumber, haierOrderNo: null } }]);
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', parcels: [] });
  });

  test.each(FAILURES)('that end %s say so and change nothing', async (outcome, code, status) => {
    app.answers.set('logistics', refused(outcome, '系统繁忙'));
    const orderNumber = await confirmed();
    expect(refusalOf(await ask(orderNumber))).toEqual({ status, code, message: '查询物流失败：系统繁忙' });
    expect(await app.order(orderNumber)).toMatchObject({ status: 'paid', parcels: [] });
  });

  test('of an order that was not pushed are not asked for; a broken answer is told', async () => {
    expect(refusalOf(await ask(await app.paidOrder()))).toEqual({
      status: 400,
      code: 'REFUSED',
      message: '该订单未推送到海尔系统',
    });
    expect(refusalOf(await ask('1700000000000003'))).toMatchObject({ status: 404 });
    expect(app.asked).toEqual([]);
    app.answers.set('logistics', () => ({ nonsense: true }));
    expect(refusalOf(await ask(await confirmed()))).toMatchObject({
      status: 502,
      message: expect.stringMatching(/^查询物流失败：/),
    });
  });
});

describe('photos', () => {
  const ask = (orderNumber: string) => app.mutate('order.deliveryImages', { orderNumber }, app.staff);

  test('are asked for by Haier’s number and kept (R135)', async () => {
    const urls = ['https://img.example.com/1.jpg'];
    app.answers.set('deliveryImages', answered({ urls }));
    const orderNumber = await confirmed();
    expect((await ask(orderNumber)).body.result.data).toMatchObject({ detail: '查询成功', urls });
    expect(app.asked).toEqual([{ name: 'deliveryImages', input: { orderNumber, haierOrderNo: `SO.${orderNumber}` } }]);
    expect((await app.order(orderNumber)).deliveryImages).toEqual(urls);
  });

  test.each(FAILURES)('that end %s say so', async (outcome, code, status) => {
    app.answers.set('deliveryImages', refused(outcome, '系统繁忙'));
    expect(refusalOf(await ask(await confirmed()))).toEqual({
      status,
      code,
      message: '查询配送安装照片失败：系统繁忙',
    });
  });
});

describe('other times at Haier', () => {
  const reschedule = (orderNumber: string, times: object) =>
    app.mutate('order.reschedule', { orderNumber, ...times }, app.staff);
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  const endOfDay = (at: Date): string =>
    `${new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(at)}T15:59:59.000Z`;
  const agree = () => app.answers.set('reschedule', (input) => ({ outcome: 'answered', value: input }));

  test('are the end of their day in China, and the order has them once the platform took them (R134)', async () => {
    agree();
    const orderNumber = await confirmed();
    const times = { distributionTime: inDays(2).toISOString(), installTime: inDays(3).toISOString() };
    const kept = { distributionTime: endOfDay(inDays(2)), installTime: endOfDay(inDays(3)) };
    expect((await reschedule(orderNumber, times)).body.result.data).toMatchObject(kept);
    expect(app.asked).toEqual([
      { name: 'reschedule', input: { orderNumber, retailOrderNo: `SO.${orderNumber}`, ...kept } },
    ]);
    // The same again calls nobody; one of them alone asks for that one only.
    expect((await reschedule(orderNumber, times)).body.result.data).toMatchObject(kept);
    expect(app.asked).toHaveLength(1);
    await app.rows(`update orders set status = 'shipped' where order_number = ?`, [orderNumber]);
    await reschedule(orderNumber, { installTime: inDays(4).toISOString() });
    expect(app.asked.at(-1)!.input).toMatchObject({ distributionTime: null, installTime: endOfDay(inDays(4)) });
    expect(await app.order(orderNumber)).toMatchObject({ ...kept, installTime: endOfDay(inDays(4)) });
  });

  test('midnight in China belongs to the day that begins', async () => {
    agree();
    const orderNumber = await confirmed();
    await reschedule(orderNumber, { distributionTime: '2099-03-01T16:00:00.000Z' });
    await reschedule(orderNumber, { installTime: '2099-03-02T15:59:59.999Z' });
    expect(await app.order(orderNumber)).toMatchObject({
      distributionTime: '2099-03-02T15:59:59.000Z',
      installTime: '2099-03-02T15:59:59.000Z',
    });
  });

  test('that lie in the past, cross each other or are taken away are refused before any call', async () => {
    agree();
    const orderNumber = await confirmed();
    const messages = [];
    for (const times of [
      { distributionTime: inDays(-1).toISOString() },
      { distributionTime: inDays(3).toISOString(), installTime: inDays(2).toISOString() },
      { installTime: null },
    ])
      messages.push(refusalOf(await reschedule(orderNumber, times)));
    expect(messages).toEqual([
      { status: 400, code: 'BAD_INPUT', message: '配送和安装日期不能早于今天' },
      { status: 400, code: 'BAD_INPUT', message: '安装时间不能早于配送时间' },
      { status: 400, code: 'BAD_INPUT', message: expect.stringContaining('不能取消') },
    ]);
    expect(refusalOf(await reschedule(await confirmed(false), { installTime: inDays(2).toISOString() }))).toMatchObject(
      {
        message: 'retailOrderNo为必填参数',
      },
    );
    await app.rows(`update orders set status = 'completed' where order_number = ?`, [orderNumber]);
    expect(refusalOf(await reschedule(orderNumber, { installTime: inDays(2).toISOString() }))).toMatchObject({
      code: 'INVALID_ORDER_STATUS',
    });
    expect(app.asked).toEqual([]);
  });

  test.each(FAILURES)('that end %s leave the order as it was', async (outcome, code, status) => {
    app.answers.set('reschedule', refused(outcome, '不允许改约'));
    const orderNumber = await confirmed();
    const answer = await reschedule(orderNumber, { installTime: inDays(2).toISOString() });
    expect(refusalOf(answer)).toEqual({ status, code, message: '改约失败：不允许改约' });
    expect(await app.order(orderNumber)).toMatchObject({ distributionTime: null, installTime: null });
  });
});

describe('Haier’s stock when an order is placed', () => {
  const place = (haierStockCheck: PlaceOrderContext['haierStockCheck'], change: object = {}) =>
    placeOrder(
      { ...app.context, by: 'storefront', permissions: [], paymentTimeoutMs: 60_000, haierStockCheck },
      { ...anOrder(), ...change },
    );
  const refusalWith = (haierStockCheck: PlaceOrderContext['haierStockCheck']) =>
    place(haierStockCheck).then(
      () => undefined,
      ({ code, message }: { code: string; message: string }) => ({ code, message }),
    );

  test('is asked for by county, and too little refuses the order', async () => {
    const tooLittle = { code: 'INSUFFICIENT_STOCK', message: '海尔产品库存不足，当前库存: 1，需要: 2' };
    app.answers.set('stock', answered({ quantity: 1 }));
    expect([await refusalWith('required'), await refusalWith('best-effort')]).toEqual([tooLittle, tooLittle]);
    expect(app.asked[0]).toEqual({ name: 'stock', input: { productCode: 'GA0SZC00U', countyCode: '370212' } });
    app.answers.set('stock', answered({ quantity: 2 }));
    expect((await place('required')).status).toBe('pending');
  });

  test.each([
    ['authentication', 'SUPPLIER_AUTH_FAILED', '海尔库存查询失败：认证失败'],
    ['refused', 'SUPPLIER_API_ERROR', '海尔库存查询失败：无法获取库存信息'],
    ['unavailable', 'SUPPLIER_API_ERROR', '海尔库存查询失败：无法获取库存信息'],
    ['not_configured', 'SUPPLIER_API_ERROR', '海尔库存查询失败：无法获取库存信息'],
  ])('that is not known (%s) refuses an order only where it is required', async (outcome, code, message) => {
    app.answers.set('stock', refused(outcome, '系统繁忙'));
    expect(await refusalWith('required')).toEqual({ code, message });
    expect(await refusalWith('best-effort')).toBeUndefined();
  });

  test('is not asked for when switched off, without a county code, or for local goods', async () => {
    const { countyCode: _code, ...address } = anOrder().address;
    await place('off');
    await place('required', { address });
    await place('required', { lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 1 }] });
    expect(app.asked).toEqual([]);
  });
});
