import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { expect, test } from 'vitest';
import { asGolden, demoSuppliers, goldenCall, playPlatform, type Reply, wireText } from '../../test/_platform.ts';
import type { YlhClient } from '../suppliers/suppliers.ts';

const manual = { priority: 'manual' } as const;
const ok = (name: string): Reply => ({ body: wireText(goldenCall(`ylh/calls/${name}`).answer) });

/** YLH, which lets anybody sign in and answers everything else like this. */
const playYlh = (answer: Reply) => playPlatform(({ path }) => (path.startsWith('/auth') ? ok('token') : answer));

const plain: PushOrder = {
  orderNumber: '1764297000123456',
  round: 1,
  haierStatus: 'push_pending',
  haierOrderNo: null,
  contactName: '张三',
  phone: '13800000000',
  province: '山东省',
  city: '青岛市',
  district: '黄岛区',
  town: null,
  addressDetail: '示例路 1 号',
  countyCode: '370211',
  note: null,
  cancelReason: null,
  createdAt: '2025-11-28T02:30:00.000Z',
  distributionTime: null,
  installTime: null,
  isGovernmentOrder: false,
  totalFen: 299_900,
  payableFen: 299_900,
  lines: [
    {
      productCode: 'GA0SZC00U',
      productName: '冰箱',
      source: 'haier',
      quantity: 1,
      unitPriceFen: 299_900,
      totalFen: 299_900,
    },
  ],
};

const full: PushOrder = {
  ...plain,
  town: '长江路街道',
  note: '送货前电话联系',
  createdAt: '2025-11-28T02:30:00.123Z',
  // The same moment in two ways of writing it.
  distributionTime: '2025-11-29T15:59:59.000Z',
  installTime: '2025-11-29T23:59:59.000+08:00',
  isGovernmentOrder: true,
  totalFen: 599_980,
  payableFen: 579_960,
  lines: [{ ...plain.lines[0]!, quantity: 2, unitPriceFen: 299_990, totalFen: 599_980 }],
};

const beijing = (text: string) => new Date(`${text}+08:00`);
const times = { distributionTime: beijing('2025-11-29T09:00:00'), installTime: beijing('2025-11-30T00:00:00') };

const CALLS: Readonly<Record<string, (ylh: YlhClient) => Promise<unknown>>> = {
  'create-order': (ylh) => ylh.createOrder(full, manual),
  'create-order-plain': (ylh) => ylh.createOrder(plain, manual),
  'cancel-order': (ylh) =>
    ylh.cancelOrder({ soId: plain.orderNumber, reason: '客户不想要了', at: new Date(1_764_300_600_000) }, manual),
  reschedule: (ylh) => ylh.reschedule({ retailOrderNo: 'SO.20251128.000001', ...times }, manual),
  'delivery-images': (ylh) => ylh.deliveryImages('SO.20251128.000001', manual),
  logistics: (ylh) => ylh.logistics(['SO.20251128.000001', 'SO.20251128.000002'], manual),
};

// Every field, type and header of domain.md §1.9-§1.14, numbers as they are written, each at its own root.
test.each(Object.entries(CALLS))(
  '%s: the sign-in and the call are what the documents have, to the byte',
  async (name, call) => {
    await using ylh = await playYlh(ok(name));
    await using suppliers = demoSuppliers(ylh.url);

    const answer = await call((await suppliers.current()).ylh);

    expect(ylh.seen.map(asGolden)).toEqual([
      goldenCall('ylh/calls/token').request,
      goldenCall(`ylh/calls/${name}`).request,
    ]);
    expect(answer).toMatchObject({ outcome: 'answered' });
  },
);

/** Every object that differs from this one in one name or one type. */
function* slips(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) {
    yield typeof value === 'string' && !value.startsWith('#number')
      ? `#number ${value.length}`
      : String(value).slice(1);
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    for (const slip of slips(part))
      yield Array.isArray(value) ? value.with(Number(key), slip) : { ...value, [key]: slip };
    if (Array.isArray(value)) continue;
    const { [key]: _gone, ...rest } = value as Record<string, unknown>;
    yield rest;
    yield { ...rest, [`${key}X`]: part };
  }
}

test.each(Object.entries(CALLS))('%s: one field of another name or type would be noticed', async (name, call) => {
  await using ylh = await playYlh(ok(name));
  await using suppliers = demoSuppliers(ylh.url);
  await call((await suppliers.current()).ylh);
  const sent = asGolden(ylh.seen[1]!);

  const wrong = [...slips(goldenCall(`ylh/calls/${name}`).request)];

  expect(wrong.length).toBeGreaterThan(8);
  for (const request of wrong) expect(sent).not.toEqual(request);
});

test.each<[string, Partial<PushOrder>, object]>([
  [
    'a delivery alone',
    { distributionTime: '2025-11-29T15:59:59.000Z' },
    { deliveryInstall: 'false', distributionTime: 1_764_431_999_000 },
  ],
  [
    'an installation alone',
    { installTime: '2025-11-29T15:59:59.000Z' },
    { deliveryInstall: 'false', installTime: 1_764_431_999_000 },
  ],
  [
    'two days',
    { distributionTime: '2025-11-29T15:59:59.000Z', installTime: '2025-11-30T15:59:59.000Z' },
    { deliveryInstall: 'false', distributionTime: 1_764_431_999_000, installTime: 1_764_518_399_000 },
  ],
  ['neither', {}, { deliveryInstall: 'false' }],
  ['an empty town and note', { town: '', note: '' }, {}],
])('an order with %s', async (_name, change, expected) => {
  await using ylh = await playYlh(ok('create-order'));
  await using suppliers = demoSuppliers(ylh.url);
  await (await suppliers.current()).ylh.createOrder({ ...plain, ...change }, manual);

  const sent = JSON.parse(ylh.seen[1]!.body) as object;
  expect(sent).toMatchObject(expected);
  const timesSent = Object.keys(sent).filter((key) => /Time$|town|remark/.test(key) && key !== 'createTime');
  expect(timesSent).toEqual(Object.keys(expected).filter((key) => key.endsWith('Time')));
});

test('an order of several lines: all units, and sums that fit', async () => {
  await using ylh = await playYlh(ok('create-order'));
  await using suppliers = demoSuppliers(ylh.url);
  const [line] = plain.lines;
  const lines = [
    { ...line!, quantity: 3, unitPriceFen: 10_000, totalFen: 30_000 },
    { ...line!, productCode: 'BS01U000N', quantity: 1, unitPriceFen: 20_000, totalFen: 20_000 },
  ];
  await (await suppliers.current()).ylh.createOrder({ ...plain, lines, totalFen: 50_000, payableFen: 44_444 }, manual);

  expect(JSON.parse(ylh.seen[1]!.body)).toMatchObject({
    totalQty: 4,
    totalAmt: 500,
    itemList: [
      { productCode: 'GA0SZC00U', itemQty: 3, retailPrice: 100, discountAmount: 11.11, actualPrice: 88.89 },
      { productCode: 'BS01U000N', itemQty: 1, retailPrice: 200, discountAmount: 22.23, actualPrice: 177.77 },
    ],
  });
});

test('an order sold for more than its price has no discount', async () => {
  await using ylh = await playYlh(ok('create-order'));
  await using suppliers = demoSuppliers(ylh.url);
  await (await suppliers.current()).ylh.createOrder({ ...plain, payableFen: 310_000 }, manual);

  expect(ylh.seen[1]!.body).toContain('"retailPrice":2999.00,"discountAmount":0.00,"actualPrice":3100.00');
});

const NO = { zh: expect.any(String), en: expect.any(String) };
test.each<[string, Reply, object]>([
  ['no number', { body: { success: true, data: null } }, { outcome: 'answered', value: { retailOrderNo: null } }],
  [
    'the number at the top',
    { body: { success: true, retail_order_no: 'SO.1' } },
    { outcome: 'answered', value: { retailOrderNo: 'SO.1' } },
  ],
  [
    'its own no',
    { body: { success: false, code: '500', errorMsg: '收货人手机号格式错误' } },
    { outcome: 'refused', why: 'upstream', detail: { zh: '收货人手机号格式错误', en: '收货人手机号格式错误' } },
  ],
  [
    'a no because it was there already',
    { body: { success: false, message: 'soId已存在' } },
    { outcome: 'refused', why: 'upstream', duplicate: true, detail: { zh: 'soId已存在', en: 'soId已存在' } },
  ],
  [
    'the same with another status',
    { status: 409, body: { message: '订单重复' } },
    { outcome: 'refused', why: 'upstream', duplicate: true, detail: { zh: '订单重复', en: '订单重复' } },
  ],
  ['neither yes nor no', { body: { success: 'maybe', data: [] } }, { outcome: 'uncertain', detail: NO }],
  ['no JSON', { body: '<html>' }, { outcome: 'uncertain', detail: NO }],
])('a created order that is answered with %s', async (_name, reply, expected) => {
  await using ylh = await playYlh(reply);
  await using suppliers = demoSuppliers(ylh.url);

  expect(await (await suppliers.current()).ylh.createOrder(plain, manual)).toEqual(expected);
  expect(ylh.to('/intake')).toHaveLength(1);
});

test('a cancel without a reason has one, and one that was heard before says so', async () => {
  await using ylh = await playYlh({ body: { success: false, msg: '订单已取消' } });
  await using suppliers = demoSuppliers(ylh.url);
  const client = (await suppliers.current()).ylh;

  const answer = await client.cancelOrder({ soId: '1', reason: '  ', at: new Date(1_764_300_600_000) }, manual);

  expect(JSON.parse(ylh.seen[1]!.body)).toMatchObject({ cancelReason: '商家取消订单' });
  expect(answer).toMatchObject({ outcome: 'refused', duplicate: true });
});

test('times of an appointment come back as they were sent, and only those', async () => {
  await using ylh = await playYlh(ok('reschedule'));
  await using suppliers = demoSuppliers(ylh.url);
  const client = (await suppliers.current()).ylh;

  expect(await client.reschedule({ retailOrderNo: 'SO.1', ...times, installTime: null }, manual)).toEqual({
    outcome: 'answered',
    value: { distributionTime: beijing('2025-11-29T23:59:59'), installTime: null },
  });
  expect(Object.keys(JSON.parse(ylh.seen[1]!.body) as object)).toEqual(['retailOrderNo', 'distributionTime']);
});

test.each([
  [{ retailOrderNo: ' ', ...times }, 'retailOrderNo为必填参数'],
  [{ retailOrderNo: 'SO.1', distributionTime: null, installTime: null }, '请至少填写配送时间或安装时间'],
])('an appointment that makes no sense is refused before any call', async (change, zh) => {
  await using ylh = await playYlh(ok('reschedule'));
  await using suppliers = demoSuppliers(ylh.url);

  const answer = await (await suppliers.current()).ylh.reschedule(change, manual);
  expect(answer).toMatchObject({ outcome: 'refused', why: 'unexpected', detail: { zh } });
  expect(ylh.seen).toEqual([]);
});

test('250 numbers go a hundred at a time, and none nowhere', async () => {
  await using ylh = await playYlh({ body: { success: true, data: [] } });
  await using suppliers = demoSuppliers(ylh.url);
  const client = (await suppliers.current()).ylh;
  const numbers = Array.from({ length: 250 }, (_, index) => `SO.${index}`);

  expect(await client.logistics(numbers, manual)).toEqual({ outcome: 'answered', value: [] });
  expect(await client.logistics([], manual)).toEqual({ outcome: 'answered', value: [] });

  const asked = ylh.to('/stock').map(({ body }) => JSON.parse(body) as string[]);
  expect(asked.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(asked.flat()).toEqual(numbers);
});
