import { expect, test } from 'vitest';
import { refusedUpstream } from '../http/answers.ts';
import { endOfDay } from './end-of-day.ts';
import { isRepeatedCancel, isRepeatedOrder } from './is-repeated.ts';
import { readImages } from './read-images.ts';
import { readAcknowledgement, readOrderAnswer } from './read-order-answer.ts';
import { readStoreLogistics } from './read-store-logistics.ts';

// R12: two places, either spelling.
test.each([
  [{ success: true, data: { retailOrderNo: 'SO.1' } }, 'SO.1'],
  [{ success: true, retailOrderNo: 'SO.1' }, 'SO.1'],
  [{ success: true, retail_order_no: 'SO.1' }, 'SO.1'],
  [{ success: true, data: { retail_order_no: 'SO.1' } }, 'SO.1'],
  [{ retailOrderNo: 'SO.1' }, 'SO.1'],
  [{ success: true, data: { retailOrderNo: '' }, retailOrderNo: 'SO.2' }, 'SO.2'],
  [{ success: true, data: null }, null],
  [{ success: 'true' }, null],
])('%j took the order as %j', (body, retailOrderNo) => {
  expect(readOrderAnswer(body)).toEqual({ retailOrderNo });
});

test.each([[{}], [[]], ['SO.1'], [{ success: 'maybe', data: [] }], [{ code: '200' }], [null]])(
  '%j says nothing about the order',
  (body) => {
    expect([readOrderAnswer(body), readAcknowledgement(body)]).toEqual([undefined, undefined]);
  },
);

test('an order number that is no text is no answer', () => {
  expect(readOrderAnswer({ success: true, data: { retailOrderNo: ['SO.1'] } })).toBeUndefined();
});

// R19.
test.each([
  ['子订单号已存在', true],
  ['soId重复，请勿重复提交', true],
  ['该订单已接收', true],
  ['Duplicate soId: 1764297000123456', true],
  ['order already exists', true],
  ['SO_ID already used', true],
  ['请勿重复提交', true],
  ['soId不唯一', true],
  ["Duplicate entry '1764297000123456' for key 'uk_1'", true],
  ["Duplicate entry '88000001' for key 'uk_2'", false],
  ['订单商品重复', false],
  ['订单1764297000123456已存在，商品GA0SZC00U', true],
  ['订单不存在', false],
  ['商品编码重复', false],
  ['库存不足', false],
  ['sourceSystem未授权', false],
])('YLH’s %j is about an order that is there already: %j', (words, repeated) => {
  expect(isRepeatedOrder(refusedUpstream('ylh', words, 200), '1764297000123456', [])).toBe(repeated);
});

test('an installation may know better how YLH says it', () => {
  const answer = refusedUpstream('ylh', '业务异常：ERR-4711', 200);
  expect(isRepeatedOrder(answer, '1', [])).toBe(false);
  expect(isRepeatedOrder(answer, '1', ['单据在途', 'err-4711'])).toBe(true);
});

test.each([
  ['订单已取消，请勿重复操作', true],
  ['取消申请处理中，不能重复取消', true],
  ['already cancelled', true],
  ['订单已出库，不能取消', false],
  ['订单不存在', false],
])('YLH’s %j is about a cancel that it had before: %j', (words, repeated) => {
  expect(isRepeatedCancel(refusedUpstream('ylh', words, 200))).toBe(repeated);
});

test('only YLH’s own no can be about something that was there before', () => {
  const detail = { zh: '订单重复', en: '订单重复' };
  expect(isRepeatedOrder({ outcome: 'uncertain', detail }, '1', [])).toBe(false);
  expect(isRepeatedOrder({ outcome: 'refused', why: 'authentication', detail }, '1', [])).toBe(false);
});

test.each([
  ['2025-11-28T16:00:00.000Z', '2025-11-29T15:59:59.000Z'],
  ['2025-11-29T15:59:59.999Z', '2025-11-29T15:59:59.000Z'],
  ['2025-11-29T16:00:00.000Z', '2025-11-30T15:59:59.000Z'],
  ['2025-12-31T20:00:00.000Z', '2026-01-01T15:59:59.000Z'],
])('%s is in a Beijing day that ends at %s', (instant, end) => {
  expect(endOfDay(new Date(instant)).toISOString()).toBe(end);
});

const A = 'https://img.example.com/a.jpg';
const B = 'http://img.example.com/b.jpg';
test.each([
  [{ success: true, data: [A, B] }, [A, B]],
  [{ success: true, data: [{ imgUrl: A }, { imgUrl: B, type: 'install' }] }, [A, B]],
  [{ success: true, data: [{ imgs: [{ url: A }] }, { imgs: `${A},${B}` }] }, [A, B]],
  [{ success: true, data: { deliveryImg: A, installImg: null } }, [A]],
  [[{ url: A }], [A]],
  [{ success: true, data: null }, []],
  [{ success: true, data: [] }, []],
  [{ success: true, data: ['javascript:alert(1)', 'no address', 7] }, []],
])('the photos of %j', (body, urls) => {
  expect(readImages(body)).toEqual(urls);
});

test.each([[{ success: true, data: A }], [{ data: null }], [{}], ['x'], [null]])('%j are no photos', (body) => {
  expect(readImages(body)).toBeUndefined();
});

test('photos that are nested deeper than anybody nests are not looked for', () => {
  let deep: unknown = A;
  for (let level = 0; level < 10_000; level++) deep = { deep };
  expect(readImages({ success: true, data: deep })).toEqual([]);
});

// R133.
test('parcels in both shapes', () => {
  const flat = {
    orderCode: 'SO.1',
    logisticsCompany: '日日顺',
    logisticsNo: 'R1',
    deliveryRecordCode: 'F1',
    snCode: 'S1',
  };
  const nested = {
    orderCode: 'SO.2',
    deliveryRecordCode: 'F2',
    logisticsList: [
      { logisticsCompany: '德邦', logisticsNo: 'D1', snCode: 'S2' },
      { logisticsCompany: '德邦', logisticsNo: 'D2' },
    ],
  };
  const item = (logisticsCompany: string, logisticsNo: string, deliveryRecordCode: string, snCode: string | null) => ({
    logisticsCompany,
    logisticsNo,
    deliveryRecordCode,
    snCode,
  });
  const read = readStoreLogistics({ success: true, data: [flat, nested] }, ['SO.1', 'SO.2']);
  expect(read).toEqual([
    { orderCode: 'SO.1', item: item('日日顺', 'R1', 'F1', 'S1') },
    { orderCode: 'SO.2', item: item('德邦', 'D1', 'F2', 'S2') },
    { orderCode: 'SO.2', item: item('德邦', 'D2', 'F2', null) },
  ]);
});

test('a parcel without an order belongs to the only one that was asked for, or to nobody', () => {
  const body = { success: true, data: [{ logisticsNo: 'R1' }] };
  expect(readStoreLogistics(body, ['SO.1'])).toMatchObject([{ orderCode: 'SO.1' }]);
  expect(readStoreLogistics(body, ['SO.1', 'SO.2'])).toEqual([]);
  expect(readStoreLogistics({ success: true, data: null }, ['SO.1'])).toEqual([]);
  expect(readStoreLogistics({ success: true, data: 'x' }, ['SO.1'])).toBeUndefined();
});
