import { syncApi } from '@orderbridge/contracts/integrations-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cancelSync } from '../src/sync/cancel-sync.ts';
import { claimSync } from '../src/sync/claim-sync.ts';
import { listSyncs } from '../src/sync/list-syncs.ts';
import { pruneSyncs } from '../src/sync/prune-syncs.ts';
import { BY_SCHEDULE, scheduleSyncs } from '../src/sync/schedule-syncs.ts';
import { recordRun } from '../src/sync/sync-log.ts';
import { transact } from '../src/transaction.ts';
import { codeOf, refused, silent } from './_scripted-haier.ts';
import { COUNTY, type Syncs, syncsOnDatabase } from './_sync.ts';

let syncs: Syncs;
beforeEach(async () => {
  syncs = await syncsOnDatabase();
});
afterEach(() => syncs[Symbol.asyncDispose]());

const codes = (...numbers: number[]) => numbers.map(codeOf);
/** An address that is taken as it is, and what a message of the broker holds. */
const LONGEST = `https://img.example.com/${'a'.repeat(970)}`;
const BROKER_TAKES_BYTES = 1_000_000;
const partsOf = (item: object) => Object.keys(item).filter((key) => key !== 'productCode');

describe('a run', () => {
  test('of everything asks for at most 20 codes a call and tells all of it, with prices and stock, in events of at most 20', async () => {
    const { id } = await syncs.start({ type: 'products', prices: true, stock: true, countyCode: COUNTY });
    syncs.later(1_500);
    expect(await syncs.work()).toBe(true);

    const run = await syncs.get(id);
    expect(run).toMatchObject({
      type: 'products',
      status: 'success',
      totalCount: 50,
      successCount: 50,
      failedCount: 0,
      doneCount: 50,
      changedCount: 50,
      by: 'staff:tester',
      startedAt: '2026-11-20T02:00:01.500Z',
      durationSeconds: 0,
      failures: [],
      warnings: [],
    });
    const events = await syncs.told(id);
    expect(events.map((items) => items.length).toSorted((a, b) => a - b)).toEqual([10, 20, 20]);
    const items = events.flat();
    expect(items.map((item) => item.productCode).sort()).toEqual(codes(...Array(50).keys()));
    expect(items.find((item) => item.productCode === codeOf(7))).toEqual({
      productCode: codeOf(7),
      product: {
        model: 'M-HR0000007',
        group: '冰箱',
        brand: '海尔',
        imageUrl: 'https://img.example.com/HR0000007.jpg',
        pageUrls: [],
        isSales: true,
        noSalesReason: null,
      },
      price: {
        supplyPriceFen: 200_000,
        invoicePriceFen: 190_000,
        marketPriceFen: 250_007,
        stockRebate: '0.05',
        stockRebatePolicy: 'COM',
        rebateMoneyFen: 3_000,
      },
      // The sum of all warehouses, shown with the one that has most (R113).
      stock: { quantity: 13, warehouseCode: 'WH-MOST', warehouseGrade: '0', countyCode: COUNTY },
    });
    expect(syncs.haier.callsOf('products').map((call) => call.codes.length)).toEqual([20, 20, 10]);
    expect(syncs.haier.callsOf('prices').map((call) => call.codes.length)).toEqual([20, 20, 10]);
    expect(syncs.haier.callsOf('stock')).toHaveLength(50);
    expect(await syncs.rows(`select 1 from sync_items`)).toEqual([]);
    expect(await syncs.work()).toBe(false);
  });

  test('of given codes asks for each once, and one that Haier does not know fails without the others', async () => {
    const run = await syncs.run({ type: 'products', productCodes: [...codes(1, 2, 1), 'NOBODY'] });

    expect(run).toMatchObject({ status: 'partial', totalCount: 3, successCount: 2, failedCount: 1 });
    expect(run.failures).toEqual([
      {
        productCode: 'NOBODY',
        detail: '商品未同步：平台没有返回该产品',
        detailEn: 'The product was not synced: The platform returned nothing about it',
      },
    ]);
    expect(run.message).toBe('共 3 个商品：成功 2（有变化 2，有警告 0），失败 1');
    expect(syncs.haier.calls).toEqual([{ what: 'products', codes: [...codes(1, 2), 'NOBODY'] }]);
    expect((await syncs.told(run.id)).flat().map(partsOf)).toEqual([['product'], ['product']]);
  });

  test.each([
    ['codes', { productCodes: ['GA0SZC00U', 'a b', '；drop'] }, /产品编码无效：a b, ；drop/],
    ['a county', { stock: true, countyCode: '990000' }, /区县代码 990000 无效/],
    ['stock without any county', { stock: true }, /同步库存需要区县编码/],
  ])('is refused for %s before any call', async (_, input, text) => {
    await expect(syncs.start({ type: 'products', ...input })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: text,
    });
    await syncs.work();
    expect([syncs.haier.calls, await syncs.rows(`select 1 from sync_runs`)]).toEqual([[], []]);
  });

  test('of stock takes the county that is set, and another that is named', async () => {
    syncs.context.config.sync.countyCode = COUNTY;
    const first = await syncs.run({ type: 'stock', productCodes: codes(1) });
    const second = await syncs.run({ type: 'stock', productCodes: codes(1), countyCode: '110105' });
    const counties = await Promise.all([first, second].map(async ({ id }) => (await syncs.told(id)).flat()[0]!.stock));
    expect(counties).toMatchObject([{ countyCode: COUNTY }, { countyCode: '110105' }]);
  });

  test('stops with the words of a login that fails', async () => {
    syncs.haier.script.answer = ({ what }) =>
      what === 'prices' ? refused('海尔认证失败', 'authentication') : undefined;
    const run = await syncs.run({ type: 'products', prices: true });
    expect(run).toMatchObject({ status: 'failed', successCount: 0, failedCount: 0 });
    expect(run.message).toBe('同步已停止（完成 0/50）：海尔认证失败');
    expect(await syncs.told(run.id)).toEqual([]);
  });

  test('of an empty list warns', async () => {
    await using empty = await syncsOnDatabase({ size: 0 });
    const run = await empty.run({ type: 'products' });
    expect(run).toMatchObject({ status: 'success', totalCount: 0 });
    expect(run.message).toMatch(/^警告：没有可同步的商品/);
  });

  test('finds the one product for which Haier refuses a whole call', async () => {
    const bad = codeOf(13);
    syncs.haier.script.answer = ({ what, codes: asked }) =>
      what === 'products' && asked.includes(bad) ? refused('产品编码有误') : undefined;
    const run = await syncs.run({ type: 'products' });
    expect(run).toMatchObject({ status: 'partial', successCount: 49, failedCount: 1 });
    expect(run.failures).toMatchObject([{ productCode: bad, detail: '商品未同步：产品编码有误' }]);
  });

  test('asks again while no answer comes, and gives up the rest when none comes at all', async () => {
    let silences = 2;
    syncs.haier.script.answer = () => (silences-- > 0 ? silent : undefined);
    expect(await syncs.run({ type: 'products', productCodes: codes(1) })).toMatchObject({ status: 'success' });

    await using large = await syncsOnDatabase({ size: 1_000 });
    large.haier.script.answer = ({ what }) => (what === 'products' ? silent : undefined);
    const run = await large.run({ type: 'products' });
    expect(run).toMatchObject({ status: 'failed', successCount: 0, totalCount: 1_000 });
    expect(run.failedCount).toBeLessThan(1_000);
    expect(run.message).toMatch(/^同步已停止（完成 \d+\/1000）：超时$/);
    expect(run.failures[0]).toMatchObject({ detail: '商品未同步：超时' });
  });

  test('applies no price that has a reason, and leaves a stock as it was that cannot be asked for', async () => {
    syncs.haier.changed.set(codeOf(1), { priceReason: '价格未生效' });
    syncs.haier.script.answer = ({ what, codes: [code] }) =>
      what === 'stock' && code === codeOf(2) ? refused('库存服务异常') : undefined;
    const all = { productCodes: codes(1, 2, 3), countyCode: COUNTY };
    const whole = await syncs.run({ type: 'products', prices: true, stock: true, ...all });
    expect(whole).toMatchObject({ status: 'success', successCount: 3 });
    expect(whole.warnings).toMatchObject([
      { productCode: codeOf(1), detail: '价格未采用：价格未生效' },
      { productCode: codeOf(2), detail: '库存查询失败，保留原库存：库存服务异常' },
    ]);
    expect((await syncs.told(whole.id)).flat().map(partsOf)).toEqual([
      ['product', 'stock'],
      ['product', 'price'],
      ['product', 'price', 'stock'],
    ]);

    const prices = await syncs.run({ type: 'prices', productCodes: all.productCodes });
    expect(prices).toMatchObject({ status: 'partial', successCount: 2, failedCount: 1 });
    expect(prices.failures).toMatchObject([{ productCode: codeOf(1), detail: '价格未采用：价格未生效' }]);
    const stock = await syncs.run({ type: 'stock', ...all });
    expect(stock).toMatchObject({ status: 'partial', successCount: 2, failedCount: 1 });
  });

  test('tells nothing that orders or a page could choke on', async () => {
    syncs.haier.haier.products = async (asked) => ({
      outcome: 'answered',
      value: asked.map((productCode) => ({
        productCode,
        product: {
          model: `A\u0000B\ud800${'长'.repeat(500)}`,
          group: ' ',
          brand: '海尔',
          imageUrl: 'javascript:alert(1)',
          pageUrls: ['https://img.example.com/1.jpg', 'file:///etc/passwd'],
          isSales: true,
          noSalesReason: null,
        },
      })),
    });
    const run = await syncs.run({ type: 'products', productCodes: codes(1) });
    expect(run.status).toBe('success');
    const [item] = (await syncs.told(run.id)).flat();
    expect(item!.product).toMatchObject({
      group: null,
      imageUrl: null,
      pageUrls: ['https://img.example.com/1.jpg'],
    });
    expect(item!.product!.model).toMatch(/^A B\ufffd长+$/);
    expect(item!.product!.model).toHaveLength(200);
  });

  test('tells no more than one message of the broker holds, whatever addresses the platform makes up', async () => {
    // Each character of it takes nine in an address that is written out.
    const url = `https://img.example.com/${'长'.repeat(900)}`;
    syncs.haier.haier.products = async (asked) => ({
      outcome: 'answered',
      value: asked.map((productCode) => ({
        productCode,
        product: {
          model: '长'.repeat(200),
          group: '长'.repeat(200),
          brand: '长'.repeat(200),
          imageUrl: url,
          pageUrls: [
            ...Array.from({ length: 30 }, () => url),
            ...Array.from({ length: 30 }, (_, n) => `${LONGEST}${n}`),
          ],
          isSales: false,
          noSalesReason: '长'.repeat(200),
        },
      })),
    });
    const run = await syncs.run({ type: 'products', productCodes: codes(...Array.from({ length: 20 }, (_, n) => n)) });
    const [items] = await syncs.told(run.id);
    expect(items).toHaveLength(20);
    expect(items![0]!.product).toMatchObject({ imageUrl: null, pageUrls: expect.arrayContaining([`${LONGEST}9`]) });
    expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThan(BROKER_TAKES_BYTES);
  });

  test('fails a product whose answer makes no sense, and breaks down over none', async () => {
    const { prices } = syncs.haier.haier;
    syncs.haier.haier.prices = async (asked, options) => {
      if (asked.includes(codeOf(2))) throw new Error('a reader broke');
      const answer = await prices(asked, options);
      if (answer.outcome === 'answered') answer.value[0]!.price!.supplyPriceFen = 0.5;
      return answer;
    };
    const odd = await syncs.run({ type: 'prices', productCodes: codes(1) });
    expect(odd.failures).toMatchObject([{ detail: '平台返回的数据无法识别，未采用' }]);
    const broken = await syncs.run({ type: 'prices', productCodes: codes(2) });
    expect(broken).toMatchObject({ status: 'failed', failures: [{ detail: '处理时程序出错，请联系管理员' }] });
  });
});

describe('changed only', () => {
  const all = {
    type: 'products',
    prices: true,
    stock: true,
    countyCode: COUNTY,
    productCodes: codes(1, 2, 3),
  } as const;

  test('tells only the parts that differ from what was told last', async () => {
    await syncs.run(all);
    const same = await syncs.run({ ...all, changedOnly: true });
    expect(same).toMatchObject({ status: 'success', successCount: 3, changedCount: 0 });
    expect(await syncs.told(same.id)).toEqual([]);

    syncs.haier.changed.set(codeOf(2), { marketPriceFen: 1 });
    syncs.haier.changed.set(codeOf(3), { stock: 0 });
    const changed = await syncs.run({ ...all, changedOnly: true });
    expect(changed.changedCount).toBe(2);
    expect((await syncs.told(changed.id)).flat().map((item) => [item.productCode, ...partsOf(item)])).toEqual([
      [codeOf(2), 'price'],
      [codeOf(3), 'stock'],
    ]);
    const elsewhere = await syncs.run({ ...all, countyCode: '110105', changedOnly: true });
    expect((await syncs.told(elsewhere.id)).flat().map(partsOf)).toEqual([['stock'], ['stock'], ['stock']]);
  });

  test('a run of everything tells everything, and says how much of it is new', async () => {
    await syncs.run(all);
    syncs.haier.changed.set(codeOf(2), { model: 'another' });
    const again = await syncs.run(all);
    expect(again.changedCount).toBe(1);
    expect((await syncs.told(again.id)).flat()).toHaveLength(3);
  });

  test('a price of a product that orders was never told of is told again, until it was', async () => {
    const prices = { type: 'prices', productCodes: codes(1), changedOnly: true } as const;
    await syncs.run(prices);
    expect(await syncs.told((await syncs.run(prices)).id)).toHaveLength(1);
    await syncs.run({ ...all, productCodes: codes(1), changedOnly: true });
    expect(await syncs.told((await syncs.run(prices)).id)).toEqual([]);
  });

  test('prints and event are one: what was not told is new the next time', async () => {
    const [{ count: before }] = (await syncs.rows<{ count: string }>(`select count(*) from outbox`)) as [
      { count: string },
    ];
    await syncs.rows(`alter table outbox add constraint no_catalogue check (type <> 'catalogue.synced')`);
    const failed = await syncs.run({ ...all, changedOnly: true });
    expect(failed).toMatchObject({ status: 'failed', failedCount: 3 });
    expect(await syncs.rows(`select 1 from product_prints`)).toEqual([]);
    await syncs.rows(`alter table outbox drop constraint no_catalogue`);
    expect(await syncs.told((await syncs.run({ ...all, changedOnly: true })).id)).toHaveLength(1);
    expect(before).toBe('0');
  });
});

describe('the end of a run before its end', () => {
  /** Holds back calls from the n-th on until they are let go. */
  function holdFrom(n: number) {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let count = 0;
    syncs.haier.script.answer = async ({ what }) => {
      if (what !== 'products' || (count += 1) < n) return;
      reached.resolve();
      await gate.promise;
    };
    return { reached: reached.promise, letGo: () => gate.resolve() };
  }

  test('comes when a person cancels it: batches under way are told, the rest is not', async () => {
    await syncs[Symbol.asyncDispose]();
    syncs = await syncsOnDatabase({ size: 2_000 });
    const held = holdFrom(3);
    const { id } = await syncs.start({ type: 'products' });
    const working = syncs.work();
    await held.reached;
    await expect.poll(async () => (await syncs.get(id)).successCount).toBe(40);
    expect(await cancelSync(syncs.context, { id })).toMatchObject({ status: 'processing', cancelRequested: true });
    // The worker hears of it at its next report, which shows in its lease.
    syncs.later(5_000);
    const leasedUntil = new Date(syncs.context.now().getTime() + 20_000);
    await expect
      .poll(() => syncs.rows(`select 1 from sync_runs where leased_until = ?`, [leasedUntil]), { timeout: 10_000 })
      .toHaveLength(1);
    held.letGo();
    await working;

    const run = await syncs.get(id);
    expect(run).toMatchObject({ status: 'partial', totalCount: 2_000, failedCount: 0 });
    expect(run.message).toBe(`同步已取消（完成 ${run.successCount}/2000）`);
    expect(run.successCount).toBeGreaterThanOrEqual(40);
    expect(run.successCount).toBeLessThanOrEqual(42 * 20);
    expect((await syncs.told(id)).flat()).toHaveLength(run.successCount);
    await expect(cancelSync(syncs.context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(
      await syncs.rows(`select data->>'action' as action from outbox where type = 'staff.acted' order by id`),
    ).toEqual([{ action: 'sync_started' }, { action: 'sync_cancelled' }]);
  });

  test('that is asked for too late changes nothing: everything was done', async () => {
    const held = holdFrom(1);
    const { id } = await syncs.start({ type: 'products', productCodes: codes(1, 2) });
    const working = syncs.work();
    await held.reached;
    await cancelSync(syncs.context, { id });
    syncs.later(5_000);
    const leasedUntil = new Date(syncs.context.now().getTime() + 20_000);
    await expect
      .poll(() => syncs.rows(`select 1 from sync_runs where leased_until = ?`, [leasedUntil]), { timeout: 10_000 })
      .toHaveLength(1);
    held.letGo();
    await working;
    expect(await syncs.get(id)).toMatchObject({
      status: 'success',
      successCount: 2,
      message: '共 2 个商品：成功 2（有变化 2，有警告 0），失败 0',
    });
  });

  test('comes before the first call when it was cancelled in time', async () => {
    const { id } = await syncs.start({ type: 'products' });
    await cancelSync(syncs.context, { id });
    await syncs.work();
    expect(await syncs.get(id)).toMatchObject({ status: 'failed', message: '同步已取消（完成 0/0）' });
    expect(syncs.haier.calls).toEqual([]);
    await expect(cancelSync(syncs.context, { id: crypto.randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is put off when the process stops: another goes on where it stopped, and no product is told twice', async () => {
    await syncs[Symbol.asyncDispose]();
    syncs = await syncsOnDatabase({ size: 1_000 });
    const held = holdFrom(10);
    const stopping = new AbortController();
    const { id } = await syncs.start({ type: 'products' });
    const working = syncs.work(stopping.signal);
    await held.reached;
    stopping.abort();
    held.letGo();
    await working;
    const stopped = await syncs.get(id);
    expect(stopped).toMatchObject({ status: 'processing', completedAt: null });
    expect((await syncs.rows(`select 1 from sync_items where state = 'waiting'`)).length).toBeGreaterThan(0);

    syncs.haier.script.answer = () => undefined;
    expect(await syncs.work()).toBe(true);
    expect(await syncs.get(id)).toMatchObject({ status: 'success', successCount: 1_000 });
    const told = (await syncs.told(id)).flat().map((item) => item.productCode);
    expect([told.length, new Set(told).size]).toEqual([1_000, 1_000]);
    expect(syncs.haier.callsOf('all')).toHaveLength(1);
  });

  test('leaves a list that broke off to be made anew', async () => {
    let lists = 0;
    const whole = syncs.haier.haier.allProductCodes;
    syncs.haier.haier.allProductCodes = async function* (options) {
      lists += 1;
      if (lists === 1) {
        yield { outcome: 'answered', value: 'GONE-TOMORROW' } as const;
        return yield silent;
      }
      yield* whole(options);
    };
    const run = await syncs.run({ type: 'products' });
    expect(run).toMatchObject({ status: 'success', totalCount: 50 });
  });

  test('belongs to whoever holds the run; who lost it writes nothing more', async () => {
    const held = holdFrom(1);
    const { id } = await syncs.start({ type: 'products', productCodes: codes(1) });
    const working = syncs.work();
    await held.reached;
    expect(await claimSync(syncs.context.orm, syncs.context.now())).toBeUndefined();
    // The holder sleeps for longer than its lease, and somebody else takes the run over.
    await syncs.rows(`update sync_runs set leased_until = ?, leased_by = ? where public_id = ?`, [
      new Date(syncs.context.now().getTime() + 60_000),
      crypto.randomUUID(),
      id,
    ]);
    held.letGo();
    await working;
    expect(await syncs.get(id)).toMatchObject({ status: 'processing', completedAt: null });
  });
});

describe('the sync log', () => {
  const finished = {
    by: 'system',
    startedAt: new Date('2026-11-19T00:00:00Z'),
    completedAt: new Date('2026-11-19T00:00:02.500Z'),
  };
  const record = (type: 'order' | 'logistics' | 'manual', successCount: number, failedCount: number) =>
    transact(syncs.context, (tx) =>
      recordRun(tx, { type, successCount, failedCount, message: { zh: '推送', en: 'pushed' }, ...finished }),
    );
  const list = (input: object = {}) => listSyncs(syncs.context.orm.em.fork(), { limit: 20, ...input });

  test('keeps what others did, with the status that follows from the counts, and shows it by type and status', async () => {
    await record('order', 1, 0);
    await record('logistics', 1, 1);
    await record('manual', 0, 2);
    const { items } = await list();
    expect(items.map((run) => [run.type, run.status, run.totalCount, run.durationSeconds])).toEqual([
      ['manual', 'failed', 2, 2.5],
      ['logistics', 'partial', 2, 2.5],
      ['order', 'success', 1, 2.5],
    ]);
    expect((await list({ type: 'order' })).items).toHaveLength(1);
    expect((await list({ status: 'partial' })).items).toMatchObject([{ type: 'logistics' }]);
    const first = await list({ limit: 2 });
    expect((await list({ limit: 2, cursor: first.nextCursor! })).items).toMatchObject([{ type: 'order' }]);
    const thatDay = { createdFrom: '2026-11-19T00:00:00Z', createdTo: '2026-11-20T00:00:00Z' };
    const newest = await list({ ...thatDay, limit: 2 });
    expect(newest.items).toMatchObject([{ type: 'manual' }, { type: 'logistics' }]);
    expect((await list({ ...thatDay, cursor: newest.nextCursor! })).items).toMatchObject([{ type: 'order' }]);
    expect((await list({ createdFrom: thatDay.createdTo })).items).toEqual([]);
    expect(syncApi.list.input.parse(undefined)).toEqual({ limit: 10 });
    await expect(list({ cursor: 'x' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('forgets what ended long ago, with its products, and nothing that is not over', async () => {
    await record('order', 1, 0);
    await syncs.run({ type: 'products', productCodes: ['NOBODY'] });
    await syncs.start({ type: 'products' });
    const day = 86_400_000;
    await pruneSyncs(syncs.context.orm, new Date(finished.completedAt.getTime() + 90 * day), 90);
    expect((await list()).items).toHaveLength(3);
    await pruneSyncs(syncs.context.orm, new Date(syncs.context.now().getTime() + 90 * day + 1), 90);
    expect((await list()).items).toMatchObject([{ status: 'pending' }]);
    expect(await syncs.rows(`select 1 from sync_items`)).toEqual([]);
  });
});

describe('the schedule', () => {
  const schedule = (everyMinutes: object, source = 'database') =>
    scheduleSyncs({
      ...syncs.context,
      config: {
        sync: { countyCode: COUNTY, logDays: 90, everyMinutes: { products: 0, prices: 0, stock: 0, ...everyMinutes } },
      },
      suppliers: { current: async () => ({ source }) as never },
    });

  test('plans what is due, one at a time, changed only, and never a second one before the first has ended', async () => {
    expect(await schedule({})).toBe(0);
    expect(await schedule({ products: 60 }, 'none')).toBe(0);
    const planned = await Promise.all(Array.from({ length: 6 }, () => schedule({ products: 60, stock: 5 })));
    expect(planned.reduce((sum, one) => sum + one, 0)).toBe(2);
    expect(await syncs.rows(`select type, by, status, options from sync_runs order by id`)).toEqual([
      {
        type: 'products',
        by: BY_SCHEDULE,
        status: 'pending',
        options: { parts: ['product', 'price'], countyCode: null, changedOnly: true, from: 'haier' },
      },
      {
        type: 'stock',
        by: BY_SCHEDULE,
        status: 'pending',
        options: { parts: ['stock'], countyCode: COUNTY, changedOnly: true, from: 'catalogue' },
      },
    ]);
    syncs.later(61 * 60_000);
    expect(await schedule({ products: 60 })).toBe(0);
    await syncs.work();
    expect(await schedule({ products: 60 })).toBe(1);
    expect(await schedule({ products: 60 })).toBe(0);
  });
});
