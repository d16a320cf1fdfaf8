import { randomUUID } from 'node:crypto';
import { callbackApi, CallbackFilter } from '@orderbridge/contracts/orders-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countCallbacks } from '../src/callbacks/count-callbacks.ts';
import { keepRefused } from '../src/callbacks/keep-refused.ts';
import { listCallbacks } from '../src/callbacks/list-callbacks.ts';
import { readReplayBatch } from '../src/callbacks/read-replay-batch.ts';
import { replayMany } from '../src/callbacks/replay-many.ts';
import { anOrder, haierCallback, ordersOnDatabase, paymentCallback } from './_orders.ts';

let app: Awaited<ReturnType<typeof ordersOnDatabase>>;
beforeAll(async () => {
  app = await ordersOnDatabase();
});
afterAll(() => app[Symbol.asyncDispose]());

const em = () => app.orm.em.fork();
const list = (input: object) => listCallbacks(em(), callbackApi.list.input.parse(input));
const found = async (input: object) => (await list({ limit: 100, ...input })).items.map(({ id }) => id);
const count = (filter: object) => countCallbacks(em(), CallbackFilter.parse(filter));
const DAY = { receivedFrom: '2026-11-20T00:00:00Z', receivedTo: '2026-11-21T00:00:00Z' };

describe('callbacks are found by', () => {
  test('the transaction id they name, and the payment that has it', async () => {
    const order = await app.place();
    const payment = await app.openPayment(order.orderNumber);
    const paid = paymentCallback(payment, { transaction_id: 'T-searched' }, app.now);
    await app.deliver(paid);
    const orphan = paymentCallback(
      { ...payment, id: randomUUID(), orderNumber: '1700000000000001' },
      { transaction_id: 'T-searched', order_number: '1700000000000001' },
      app.now,
    );
    await app.deliver(orphan);
    await app.deliver(haierCallback({ PlatformOrderNo: order.orderNumber, State: 1 }));
    expect(await found({ transactionId: 'T-searched' })).toEqual([orphan.id, paid.id]);

    // One of before the column is found by the payment.
    await app.rows(`update callbacks set transaction_id = null where public_id = ?`, [paid.id]);
    expect(await found({ transactionId: 'T-searched' })).toEqual([orphan.id, paid.id]);
    expect(await found({ transactionId: 'T-search' })).toEqual([]);
  });

  test('the phone tail of their order, provider, outcome and receipt', async () => {
    const { orderNumber } = await app.paidOrder({ address: { ...anOrder().address, phone: '13911117777' } });
    const confirm = haierCallback({ PlatformOrderNo: orderNumber, State: 1 }, { at: app.now });
    await app.deliver(confirm);
    expect(await found({ phoneTail: '7777' })).toHaveLength(2);
    expect(await found({ phoneTail: '7777', provider: 'haier' })).toEqual([confirm.id]);
    expect(await found({ phoneTail: '7777', provider: 'haier', outcome: 'orphan' })).toEqual([]);
    expect(await found({ phoneTail: '0001' })).toEqual([]);
    expect(await found({ orderNumber, ...DAY })).toHaveLength(2);
    expect(await found({ orderNumber, receivedFrom: '2026-11-20T02:00:00.001Z' })).toEqual([]);
    expect(await found({ orderNumber, receivedTo: '2026-11-20T01:59:59.999Z' })).toEqual([]);
    expect(callbackApi.list.input.safeParse({ phoneTail: '13911117777' }).success).toBe(false);
  });

  test('a field of their body, with an order number or a short range', async () => {
    const { orderNumber } = await app.paidOrder();
    const confirm = haierCallback({ PlatformOrderNo: orderNumber, State: 1, ExtOrderNo: 'SO.field' }, { at: app.now });
    await app.deliver(confirm);
    expect(await found({ field: 'Data.ExtOrderNo=SO.field', ...DAY })).toEqual([confirm.id]);
    expect(await found({ field: 'ExtOrderNo=SO.field', orderNumber })).toEqual([confirm.id]);
    expect(await found({ field: 'State=1', orderNumber })).toEqual([confirm.id]);
    expect(await found({ field: 'State=0', orderNumber })).toEqual([]);
    expect(await count({ field: 'ExtOrderNo=SO.field', ...DAY })).toEqual({
      matching: 1,
      replayable: 1,
      isExact: true,
    });
    for (const bounds of [{}, { receivedFrom: DAY.receivedFrom }, { ...DAY, receivedTo: '2026-11-27T00:00:00.001Z' }])
      await expect(list({ field: 'State=1', ...bounds })).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('7 天'),
      });
    for (const field of ['State', '=1', '']) expect(callbackApi.list.input.safeParse({ field }).success).toBe(false);
  });

  test('a field, page by page, without gaps', async () => {
    const { orderNumber } = await app.paidOrder();
    for (let n = 0; n < 5; n += 1)
      await app.deliver(haierCallback({ PlatformOrderNo: orderNumber, State: 1, FailMsg: `m${n}` }, { at: app.now }));
    const all = await found({ field: 'State=1', orderNumber });
    expect(all).toHaveLength(5);
    const paged: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await list({ field: 'State=1', orderNumber, limit: 2, ...(cursor ? { cursor } : {}) });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(paged).toEqual(all);
  });
});

describe('many at once', () => {
  const orphans = async (n: number) => {
    const orders = await Promise.all(Array.from({ length: n }, () => app.paidOrder()));
    const callbacks = orders.map(({ orderNumber }) =>
      haierCallback({ PlatformOrderNo: `9${orderNumber}`, State: 1 }, { at: app.now }),
    );
    for (const callback of callbacks) await app.deliver(callback);
    for (const { orderNumber } of orders)
      await app.rows(`update orders set order_number = ? where order_number = ?`, [`9${orderNumber}`, orderNumber]);
    return { ids: callbacks.map(({ id }) => id), numbers: orders.map(({ orderNumber }) => `9${orderNumber}`) };
  };
  const context = () => ({ ...app.context, log: { error: () => {} } });
  const run = (which: Parameters<typeof replayMany>[1]['which'], batchId: string = randomUUID()) =>
    replayMany(context(), { batchId, which, reason: '订单已补录' });

  test('by id, the oldest first, each alone, kept as a batch and audited', async () => {
    const { ids, numbers } = await orphans(3);
    const refused = randomUUID();
    await keepRefused(app.orm, [
      {
        id: refused,
        provider: 'haier',
        reason: 'bad_signature',
        receivedAt: app.now.toISOString(),
        source: '1.1.1.1',
        path: '/',
        contentType: '',
        bodyBase64: '',
      },
    ]);
    const batchId = randomUUID();
    expect(await readReplayBatch(em(), batchId)).toBeNull();
    const { results } = await run({ ids: [...ids.toReversed(), refused] }, batchId);
    expect(results).toMatchObject([
      ...ids.map((id, index) => ({ id, orderNumber: numbers[index], outcome: 'applied' })),
      { id: refused, outcome: null, detail: '签名未通过的请求不能重放' },
    ]);
    for (const number of numbers) expect(await app.order(number)).toMatchObject({ haierStatus: 'confirmed' });
    expect(await readReplayBatch(em(), batchId)).toMatchObject({
      total: 4,
      done: 4,
      failed: 1,
      finishedAt: expect.any(String),
    });
    expect(
      await app.rows(`select actor, detail from audit_entries where resource_id = ? order by id`, [batchId]),
    ).toEqual([
      { actor: 'staff:tester', detail: { total: 4, reason: '订单已补录' } },
      { actor: 'staff:tester', detail: { total: 4, failed: [refused] } },
    ]);
    expect(
      await app.rows(`select 1 from audit_entries where action = 'callback_replayed' and resource_id in (?)`, [ids]),
    ).toHaveLength(3);
    await expect(run({ ids }, batchId)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(run({ ids: [randomUUID()] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('all that match, but only as many as were counted', async () => {
    const { ids } = await orphans(2);
    const filter = CallbackFilter.parse({ outcome: 'orphan', provider: 'haier', ...DAY });
    const { matching, replayable, isExact } = await count(filter);
    expect([matching, replayable, isExact]).toEqual([2, 2, true]);
    await expect(run({ filter, expectedCount: 3 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('现在是 2 条'),
    });
    const { results } = await run({ filter, expectedCount: 2 });
    expect(results.map(({ id, outcome }) => [id, outcome])).toEqual(ids.map((id) => [id, 'applied']));
    expect(await count(filter)).toMatchObject({ matching: 0 });
  });

  test('refused samples are counted but never replayed, and no more than 500', async () => {
    const before = await count({ ...DAY, field: 'State=7' });
    expect(before).toEqual({ matching: 0, replayable: 0, isExact: true });
    await app.rows(
      `insert into callbacks (public_id, provider, transport_key, outcome, secret, source, path, content_type, body, received_at, decided_at)
       select gen_random_uuid(), 'mock', 'many:' || n, case when n <= 3 then 'refused' else 'orphan' end, 'current', 's', '/', '', 'a=1', '2020-01-01', '2020-01-01'
         from generate_series(1, 504) n`,
    );
    const filter = CallbackFilter.parse({ provider: 'mock' });
    expect(await count(filter)).toEqual({ matching: 504, replayable: 501, isExact: true });
    expect(
      await count({
        ...filter,
        field: 'a=1',
        receivedFrom: '2020-01-01T00:00:00Z',
        receivedTo: '2020-01-02T00:00:00Z',
      }),
    ).toEqual({
      matching: 504,
      replayable: 501,
      isExact: true,
    });
    await expect(run({ filter, expectedCount: 500 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('500'),
    });
  });
});
