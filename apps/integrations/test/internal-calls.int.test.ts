import { setTimeout as delay } from 'node:timers/promises';
import { type InternalCall, internalCalls, type PushOrder } from '@orderbridge/contracts/internal-calls';
import { playedPlatforms } from '@orderbridge/mock-upstreams/testing/played-platforms';
import { type CallDefinition, call } from '@orderbridge/service-kit/nats-calls';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { serveInternalCalls } from '../src/consumers/internal-calls.ts';
import { createContext } from '../src/context.ts';
import { Refused } from '../src/errors.ts';
import { migrate } from '../src/orm.ts';
import { mockSuppliers } from '../src/suppliers/mock-suppliers.ts';
import type { CallOptions, HaierClient, SupplierAnswer, Suppliers, YlhClient } from '../src/suppliers/suppliers.ts';
import { playedConfig } from './_integrations-api.ts';
import { demoSuppliers } from './_platform.ts';
import { answered, refused, silent } from './_scripted-haier.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const database = stack.use(await testDatabase({ template: 'integrations', migrate }));
const nats = stack.use(await testNats());
const made = await createContext(
  readConfig({ APP_PROFILE: 'test', DATABASE_URL: database.url, NATS_URL: nats.url, LOG_LEVEL: 'silent' }),
);
stack.defer(() => made.close());

type Asked = { what: string; args: unknown[]; options: CallOptions };
let asked: Asked[] = [];
let logged: unknown[] = [];
type Script<Client> = { -readonly [Name in keyof Client]?: Client[Name] };
let scripts: { haier: Script<HaierClient>; ylh: Script<YlhClient>; more: Partial<Suppliers> };
let current: () => Promise<Suppliers>;

/** Both platforms as the mock mode plays them, unless the test says otherwise; every call is written down. */
const listened = <Client extends object>(well: Client, script: Partial<Client>): Client =>
  new Proxy(well, {
    get: (_client, what: string) => {
      const method = (script as any)[what] ?? (well as any)[what];
      return (...args: unknown[]) => {
        asked.push({ what, args: args.slice(0, -1), options: args.at(-1) as CallOptions });
        return method(...args);
      };
    },
  });

const context = {
  ...made,
  log: { ...made.log, error: (...line: unknown[]) => void logged.push(line) },
  now: () => new Date('2026-11-20T02:00:00.000Z'),
  suppliers: { current: () => current() },
};
let serving = serveInternalCalls(context);
await made.js.connection.flush();
stack.defer(() => serving.stop());

beforeEach(() => {
  asked = [];
  logged = [];
  scripts = { haier: {}, ylh: {}, more: {} };
  current = async () => ({
    ...mockSuppliers,
    source: 'database',
    haier: listened(mockSuppliers.haier, scripts.haier),
    ylh: listened(mockSuppliers.ylh, scripts.ylh),
    ...scripts.more,
  });
});
afterEach(async () => {
  await made.orm.em.fork().execute('delete from sync_runs');
});

const ask = (name: InternalCall, input: object): Promise<any> =>
  call(made.js.connection, internalCalls[name] as CallDefinition, input, 5_000);
const calls = () => asked.map(({ what, args }) => [what, ...args]);
const runs = () =>
  made.orm.em.fork().execute('select type, status, message, message_en, by, total_count from sync_runs order by id');

const line = (productCode: string, quantity = 1, unitPriceFen = 259_900) => ({
  productCode,
  productName: '冰箱',
  source: 'haier' as const,
  quantity,
  unitPriceFen,
  totalFen: unitPriceFen * quantity,
});
const anOrder = (lines = [line('GA0SZC00U', 2)], more: Partial<PushOrder> = {}): PushOrder => {
  const totalFen = lines.reduce((sum, one) => sum + one.totalFen, 0);
  return {
    orderNumber: '1764297000120001',
    round: 0,
    haierStatus: 'none',
    haierOrderNo: null,
    contactName: '测试客户',
    phone: '00000000000',
    province: '山东省',
    city: '青岛市',
    district: '崂山区',
    town: null,
    addressDetail: '演示路 1 号（虚构）',
    countyCode: '370212',
    note: null,
    cancelReason: null,
    createdAt: '2026-11-20T01:00:00.000Z',
    distributionTime: null,
    installTime: null,
    isGovernmentOrder: false,
    totalFen,
    payableFen: totalFen,
    lines,
    ...more,
  };
};
/** `check result`, with the detail of what is not in order. */
const preflight = async (order: PushOrder): Promise<string[]> =>
  (await ask('preflight', order)).checks.map(({ check, result, detail }: any) =>
    result === 'ok' ? `${check} ok` : `${check} ${result}: ${detail}`,
  );
const FINE = ['configuration ok', 'product ok', 'price ok', 'stock ok', 'balance ok'];
/** All in order but what is named. */
const but = (...said: string[]) => FINE.map((fine) => said.find((one) => one.startsWith(fine.slice(0, -2))) ?? fine);

const product = (productCode: string, isSales = true, noSalesReason: string | null = null) => ({
  productCode,
  product: { model: null, group: null, brand: null, imageUrl: null, pageUrls: [], isSales, noSalesReason },
});
const price = (productCode: string, supplyPriceFen: number | null) => ({
  productCode,
  price: {
    supplyPriceFen,
    invoicePriceFen: null,
    marketPriceFen: 300_000,
    stockRebate: null,
    stockRebatePolicy: null,
    rebateMoneyFen: null,
  },
});
const account = (balanceFen: number) => ({
  saleGroupCode: null,
  saleGroupName: null,
  payerAccountCode: null,
  payerAccountName: null,
  balanceFen,
});

test('balances are told as Haier said them last, without asking it, and only those of its last answer', async () => {
  const reading = (account: string, balanceFen: number, at: string) =>
    made.orm.em
      .fork()
      .execute(`insert into balance_history (at, account, balance_fen) values (?, ?, ?)`, [at, account, balanceFen]);
  expect(await ask('balances', {})).toEqual({ accounts: [] });
  await reading('old', 1, '2026-11-18T00:30:00.000Z');
  await reading('a', 2, '2026-11-18T00:30:00.000Z');
  await reading('a', 300, '2026-11-18T01:00:00.000Z');
  await reading('b', -50, '2026-11-18T01:00:00.000Z');
  const readAt = '2026-11-18T01:00:00.000Z';
  expect(await ask('balances', {})).toEqual({
    accounts: [
      { balanceFen: 300, readAt },
      { balanceFen: -50, readAt },
    ],
  });
  expect(calls()).toEqual([]);
  await made.orm.em.fork().execute(`delete from balance_history`);
});

describe('preflight', () => {
  test('asks everything of every product once, before bulk work, and at the same time', async () => {
    let open = 0;
    let most = 0;
    const held =
      <Args extends unknown[], T>(method: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        most = Math.max(most, (open += 1));
        await delay(20);
        open -= 1;
        return method(...args);
      };
    const { products, prices, balance, stock } = mockSuppliers.haier;
    scripts.haier = { products: held(products), prices: held(prices), balance: held(balance), stock: held(stock) };

    const order = anOrder([line('A', 60), line('B'), line('A', 41)], { payableFen: 259_900 * 102 });
    scripts.haier.balance = held(async () => answered([account(1_000_000_000)]));
    expect(await preflight(order)).toEqual(but('stock failed: A 海尔产品库存不足，当前库存: 100，需要: 101'));
    expect(calls()).toEqual([
      ['products', ['A', 'B']],
      ['prices', ['A', 'B']],
      ['balance'],
      ['stock', 'A', '370212'],
      ['stock', 'B', '370212'],
    ]);
    expect(asked.every(({ options }) => options.priority === 'manual' && options.signal !== undefined)).toBe(true);
    expect(most).toBe(5);
  });

  test('is fine with an order in which nothing is wrong', async () => {
    expect(await preflight(anOrder())).toEqual(FINE);
  });

  test.each<[string, Partial<HaierClient>, string[]]>([
    [
      'is not for sale',
      { products: async () => answered([product('GA0SZC00U', false, '停产')]) },
      ['product failed: GA0SZC00U 不可采购：停产'],
    ],
    [
      'is not listed',
      { products: async () => answered([product('OTHER')]) },
      ['product failed: GA0SZC00U 不在海尔可采购商品之列'],
    ],
    [
      'has no valid price',
      { prices: async () => answered([{ productCode: 'GA0SZC00U', priceReason: '价格未生效' }]) },
      ['price failed: GA0SZC00U 没有有效价格：价格未生效', 'balance unknown: 部分商品没有供货价，无法判断余额是否足够'],
    ],
    [
      'is sold below its supply price',
      { prices: async () => answered([price('GA0SZC00U', 259_901)]) },
      ['price warning: GA0SZC00U 售价 ¥2,599.00 低于供货价 ¥2,599.01'],
    ],
    [
      'is one too few there',
      { stock: async () => answered({ quantity: 1, warehouses: [] }) },
      ['stock failed: GA0SZC00U 海尔产品库存不足，当前库存: 1，需要: 2'],
    ],
    ['costs just what the account has', { balance: async () => answered([account(400_000)]) }, []],
    [
      'costs a fen more than the account has',
      { balance: async () => answered([account(399_999)]) },
      ['balance failed: 账户余额 ¥3,999.99 不足，需要 ¥4,000.00'],
    ],
    [
      'costs more than any one account has',
      { balance: async () => answered([account(399_999), account(1)]) },
      ['balance warning: 没有一个账户的余额（最多 ¥3,999.99）单独够付 ¥4,000.00，合计 ¥4,000.00'],
    ],
    [
      'is to be paid from an overdrawn account',
      { balance: async () => answered([account(-150)]) },
      ['balance failed: 账户余额 -¥1.50 不足，需要 ¥4,000.00'],
    ],
  ])('says that a product %s', async (_what, haier, said) => {
    Object.assign(scripts.haier, haier);
    expect(await preflight(anOrder())).toEqual(but(...said));
  });

  test('a change of price counts: what is told the platform is what is compared', async () => {
    const order = anOrder([line('GA0SZC00U', 2)], { payableFen: 399_998 });
    expect(await preflight(order)).toEqual(but('price warning: GA0SZC00U 售价 ¥1,999.99 低于供货价 ¥2,000.00'));
    const uneven = anOrder([line('GA0SZC00U', 3)], { payableFen: 700_000 });
    expect(await preflight(uneven)).toContain('sums warning: 应付金额无法按件均分到分，推送金额将相差 1 分');
  });

  test.each([[null], ['990000']])('with the county %s nobody is asked for stock', async (countyCode) => {
    const checks = await preflight(anOrder(undefined, { countyCode }));
    expect(checks).toContain('stock unknown: 没有有效的区县编码，无法查询当地库存（不影响推送）');
    expect(checks.includes('county warning: 区县编码 990000 无效，请核对收货地址')).toBe(countyCode !== null);
    expect(calls().map(([what]) => what)).not.toContain('stock');
  });

  test.each<[SupplierAnswer<never>, string]>([
    [silent, '超时'],
    [refused('系统繁忙'), '系统繁忙'],
    [refused('认证失败', 'authentication'), '认证失败'],
    [{ outcome: 'not_sent', detail: { zh: '已暂停调用', en: 'kept back' }, isHeldBack: true }, '已暂停调用'],
  ])('what cannot be asked is unknown, in its words: %j', async (answer, words) => {
    scripts.haier = {
      products: async () => answer,
      prices: async () => answer,
      stock: async () => answer,
      balance: async () => answer,
    };
    const unknown = `unknown: 无法向平台查询：${words}（不影响推送）`;
    expect(await preflight(anOrder([line('A'), line('B')]))).toEqual([
      'configuration ok',
      `product ${unknown}`,
      `price ${unknown}`,
      `stock ${unknown}`,
      `balance ${unknown}`,
    ]);
  });

  test('one product of which nothing is learnt hides nothing of another', async () => {
    scripts.haier.stock = async (code) => (code === 'A' ? silent : answered({ quantity: 0, warehouses: [] }));
    expect(await preflight(anOrder([line('A'), line('B')]))).toEqual(
      but('stock failed: B 海尔产品库存不足，当前库存: 0，需要: 1；无法向平台查询：超时（不影响推送）'),
    );
  });

  test('names what the configuration lacks: for YLH nothing can be pushed, for Haier nothing is known', async () => {
    await using none = demoSuppliers('http://127.0.0.1:9', { values: { client_id: 'x' } });
    current = none.current;
    const [configuration, ...rest] = await preflight(anOrder());
    expect(configuration).toMatch(
      /^configuration failed: 易理货配置错误：缺少 .*ylh_username.*海尔API配置错误：缺少 client_secret/,
    );
    expect(rest.map((one) => one.split(':')[0])).toEqual([
      'product unknown',
      'price unknown',
      'stock unknown',
      'balance unknown',
    ]);
    scripts.more = { problems: { ylh: null, haier: { zh: '缺少 client_id', en: 'client_id missing' } } };
    current = async () => ({ ...mockSuppliers, ...scripts.more });
    expect((await preflight(anOrder()))[0]).toBe('configuration warning: 缺少 client_id');
  });
});

describe('an order at the platform', () => {
  const times = { distributionTime: '2026-11-25T03:00:00.000Z', installTime: null };
  const change = { orderNumber: '1764297000120001', retailOrderNo: 'SO.1', ...times };

  test('gets other times, of which the end of their day in Beijing is answered (R134)', async () => {
    expect(await ask('reschedule', change)).toEqual({
      outcome: 'answered',
      value: { distributionTime: '2026-11-25T15:59:59.000Z', installTime: null },
    });
    expect(calls()).toEqual([
      ['reschedule', { retailOrderNo: 'SO.1', distributionTime: new Date(times.distributionTime), installTime: null }],
    ]);
  });

  test('may have got them when no answer came, and that is said', async () => {
    scripts.ylh.reschedule = async () => silent;
    expect(await ask('reschedule', change)).toMatchObject({
      outcome: 'unavailable',
      detail: '超时（平台可能已改约，可用相同时间重试）',
    });
  });

  test.each([
    ['SO.1', 'SO.1'],
    [null, '1764297000120001'],
    ['', '1764297000120001'],
  ])(
    'with the Haier number %j: parcels are asked for by %s, and the query is in the sync log',
    async (haierOrderNo, number) => {
      const item = { logisticsCompany: '日日顺', logisticsNo: 'RRS1', deliveryRecordCode: null, snCode: null };
      scripts.ylh.logistics = async () =>
        answered([
          { orderCode: number, item },
          { orderCode: 'ANOTHER', item: { ...item, logisticsNo: 'RRS2' } },
        ]);
      expect(await ask('logistics', { orderNumber: '1764297000120001', haierOrderNo })).toEqual({
        outcome: 'answered',
        value: { items: [item] },
      });
      expect(calls()).toEqual([['logistics', [number]]]);
      expect(await runs()).toEqual([
        {
          type: 'logistics',
          status: 'success',
          message: '订单 1764297000120001：查询到 1 个包裹',
          message_en: 'Order 1764297000120001: parcels found: 1',
          by: 'system',
          total_count: 1,
        },
      ]);
    },
  );

  test('of whose parcels nothing is learnt leaves a failed entry', async () => {
    scripts.ylh.logistics = async () => refused('系统繁忙');
    expect(await ask('logistics', { orderNumber: '1', haierOrderNo: null })).toMatchObject({ outcome: 'refused' });
    expect(await runs()).toMatchObject([{ status: 'failed', message: '订单 1：系统繁忙', total_count: 1 }]);
  });

  test('has photos (R135)', async () => {
    expect(await ask('deliveryImages', { orderNumber: '1', haierOrderNo: 'SO.1' })).toEqual({
      outcome: 'answered',
      value: { urls: ['https://mock.invalid/delivery/SO.1/1.jpg'] },
    });
  });
});

describe('stock for an order that is being placed', () => {
  const wanted = { productCode: 'GA0SZC00U', countyCode: '370212' };

  test('is that of all warehouses', async () => {
    expect(await ask('stock', wanted)).toEqual({ outcome: 'answered', value: { quantity: 100 } });
    expect(calls()).toEqual([['stock', 'GA0SZC00U', '370212']]);
  });

  test.each([[{ ...wanted, countyCode: '990000' }], [{ ...wanted, productCode: '冰箱' }]])(
    'is asked of nobody for %j',
    async (input) => {
      await expect(ask('stock', input)).rejects.toMatchObject({ name: 'CallRefused', code: 'BAD_INPUT' });
      expect(asked).toEqual([]);
    },
  );

  test('is given up in time for the buyer to hear of it', async () => {
    await serving.stop();
    serving = serveInternalCalls(context, { askedByStaffMs: 33_000, placingMs: 50 });
    scripts.haier.stock = (_code, _county, { signal }) =>
      new Promise((resolve) => signal!.addEventListener('abort', () => resolve(silent)));
    expect(await ask('stock', wanted)).toEqual({
      outcome: 'unavailable',
      detail: '网络连接超时，请稍后重试',
      detailEn: 'the platform did not answer in time; try again shortly',
    });
  });
});

describe('what the platform said', () => {
  const noConfiguration: SupplierAnswer<never> = {
    outcome: 'refused',
    why: 'not_configured',
    detail: { zh: '缺少 client_id', en: 'client_id missing' },
  };
  const detail = { zh: '话', en: 'words' };
  const said = { detail: '话', detailEn: 'words' };

  test.each<[SupplierAnswer<never>, object]>([
    [
      { outcome: 'refused', why: 'upstream', detail },
      { outcome: 'refused', ...said },
    ],
    [
      { outcome: 'refused', why: 'unexpected', detail },
      { outcome: 'refused', ...said },
    ],
    [
      { outcome: 'refused', why: 'authentication', detail },
      { outcome: 'authentication', ...said },
    ],
    [
      { outcome: 'not_sent', detail },
      { outcome: 'unavailable', ...said },
    ],
    [
      { outcome: 'uncertain', detail },
      { outcome: 'unavailable', ...said },
    ],
    [noConfiguration, { outcome: 'not_configured', detail: '缺少 client_id', detailEn: 'client_id missing' }],
  ])('is told as what it is: %j', async (answer, expected) => {
    scripts.ylh.deliveryImages = async () => answer;
    expect(await ask('deliveryImages', { orderNumber: '1', haierOrderNo: 'SO.1' })).toEqual(expected);
    expect(logged).toEqual(
      answer === noConfiguration ? [['supplier not configured', { reason: 'client_id missing' }]] : [],
    );
  });

  test('a configuration that does not open is refused in its words', async () => {
    current = async () => {
      throw new Refused('SUPPLIER_NOT_CONFIGURED', '密钥无法解密', 'the secrets do not open');
    };
    await expect(ask('stock', { productCode: 'A', countyCode: '370212' })).rejects.toMatchObject({
      name: 'CallRefused',
      code: 'SUPPLIER_NOT_CONFIGURED',
      message: '密钥无法解密',
      messageEn: 'the secrets do not open',
    });
  });
});

test('the real clients and played platforms: from the preflight to the photos', async () => {
  await using played = await playedPlatforms();
  await using real = demoSuppliers(played.url, { values: playedConfig(played.url) });
  current = real.current;
  const order = anOrder([line('GA0SZC00U', 2, 299_900), line('BS01U000N', 1, 129_999)]);
  expect(await preflight(order)).toEqual(FINE);

  await played.control('catalogue', {
    changes: [
      { productCode: 'GA0SZC00U', stock: 1, supplyPrice: '3000.00' },
      { productCode: 'BS01U000N', isSales: false, noSalesReason: '停产', priceReason: '价格未生效' },
    ],
  });
  expect(await preflight(order)).toEqual([
    'configuration ok',
    expect.stringMatching(/^product failed: BS01U000N .*停产/),
    'price failed: BS01U000N 没有有效价格：价格未生效；GA0SZC00U 售价 ¥2,999.00 低于供货价 ¥3,000.00',
    expect.stringMatching(/^stock failed: GA0SZC00U .*当前库存: 1，需要: 2/),
    'balance unknown: 部分商品没有供货价，无法判断余额是否足够',
  ]);
  expect(await ask('stock', { productCode: 'GA0SZC00U', countyCode: '370212' })).toEqual({
    outcome: 'answered',
    value: { quantity: 1 },
  });

  const pushed = await (await real.current()).ylh.createOrder(order, { priority: 'manual' });
  if (pushed.outcome !== 'answered') throw new Error(pushed.detail.en);
  const { orderNumber } = order;
  const retailOrderNo = pushed.value.retailOrderNo!;
  await played.control('orders/confirm', { soId: orderNumber });
  expect(
    await ask('reschedule', {
      orderNumber,
      retailOrderNo,
      distributionTime: '2026-11-28T15:59:59.000Z',
      installTime: null,
    }),
  ).toMatchObject({ outcome: 'answered', value: { distributionTime: '2026-11-28T15:59:59.000Z' } });
  await played.control('orders/deliver', { soId: orderNumber });
  expect(await ask('logistics', { orderNumber, haierOrderNo: retailOrderNo })).toMatchObject({
    outcome: 'answered',
    value: { items: [{ snCode: 'SNGA0SZC00U1' }, { snCode: 'SNBS01U000N2' }] },
  });
  expect(await ask('deliveryImages', { orderNumber, haierOrderNo: retailOrderNo })).toMatchObject({
    outcome: 'answered',
    value: { urls: ['delivery', 'install', 'delivery', 'install'].map((part) => expect.stringContaining(part)) },
  });
});
