import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { ordersRouter } from '../src/api/router.ts';
import { pruneMessageFailures } from '../src/callbacks/prune-message-failures.ts';
import { pruneSent } from '@orderbridge/service-kit/outbox/prune-sent';
import { relayOnce } from '@orderbridge/service-kit/outbox/relay';
import { OUTBOX } from '../src/outbox/outbox.ts';
import { pruneSessions } from '../src/staff/prune-sessions.ts';
import { pruneSignInFailures } from '../src/staff/prune-sign-in-failures.ts';
import { type Headers, ordersApi, TOKEN } from './_api.ts';
import { anOrder } from './_orders.ts';

let api: Awaited<ReturnType<typeof ordersApi>>;
let context: typeof api.context;
let lines: readonly string[];
beforeAll(async () => {
  api = await ordersApi();
  ({ context, lines } = api);
});
afterAll(() => api[Symbol.asyncDispose]());

const request = (path: string, init: RequestInit = {}) => api.request(path, init);
const mutate = (procedure: string, input: unknown, headers: Headers = {}) => api.mutate(procedure, input, headers);
const query = (procedure: string, input: unknown, headers: Headers = {}) => api.query(procedure, input, headers);
const signIn = (username: string) => api.signIn(username);

test('the router keeps the contract', () => {
  expectTypeOf(ordersRouter).toExtend<OrdersApi>();
});

const refusalsCounted = async () =>
  (await context.metrics.registry.getSingleMetric('orders_requests_refused_total')!.get()).values.reduce(
    (sum, { value }) => sum + value,
    0,
  );

describe('bad input', () => {
  test.each([
    ['an unknown key', { ...anOrder(), status: 'paid' }, ''],
    ['no lines', { ...anOrder(), lines: [] }, 'lines'],
    [
      'a product twice',
      { ...anOrder(), lines: [1, 2].map((quantity) => ({ productCode: 'GA0SZC00U', quantity })) },
      'lines',
    ],
    ['half a piece', { ...anOrder(), lines: [{ productCode: 'GA0SZC00U', quantity: 0.5 }] }, 'lines.0.quantity'],
    ['a short county code', { ...anOrder(), address: { ...anOrder().address, countyCode: '1' } }, 'address.countyCode'],
    ['NUL in the note', { ...anOrder(), note: 'a\u0000b' }, 'note'],
    ['a lone surrogate', { ...anOrder(), buyer: '\ud800' }, 'buyer'],
    ['a time that is none', { ...anOrder(), installTime: 'tomorrow' }, 'installTime'],
  ])('%s is told by its path', async (_name, input, path) => {
    const { status, body } = await mutate('order.place', input, { authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(400);
    expect(body.error.data.errorCode).toBe('BAD_INPUT');
    expect(body.error.data.fields[0].path).toBe(path);
  });

  test.each([
    [
      'no JSON',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` } },
      400,
    ],
    ['a form', { method: 'POST', body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    [
      'another site',
      { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' } },
      403,
    ],
    [
      'too much',
      { method: 'POST', body: JSON.stringify('x'.repeat(300_000)), headers: { 'content-type': 'application/json' } },
      413,
    ],
  ])('%s gets an answer, not an accident', async (_name, init, status) => {
    const before = await refusalsCounted();
    const answer = await request('/trpc/order.place', init);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({
      message: expect.stringMatching(/[\u4e00-\u9fff]/),
      code: expect.any(Number),
      data: {
        code: expect.any(String),
        httpStatus: status,
        errorCode: expect.any(String),
        messageEn: expect.stringMatching(/^[ -~]+$/),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    expect(await refusalsCounted()).toBe(before + 1);
    expect(lines.filter((line) => line.includes(answer.body.error.data.requestId))).toHaveLength(1);
  });

  test.each([
    ['an unknown procedure', '/trpc/no.such', 404],
    ['an unknown path', '/nothing/here', 404],
    ['a long address', `/trpc/order.list?input=${'x'.repeat(17_000)}`, 414],
    ['nobody', '/trpc/order.list', 401],
  ])('%s leaves one line and one count', async (_name, path, status) => {
    const before = await refusalsCounted();
    const answer = await request(path);
    expect(answer).toMatchObject({ status, body: { error: { data: { httpStatus: status } } } });
    expect(await refusalsCounted()).toBe(before + 1);
    const { requestId, errorCode } = answer.body.error.data;
    // The code that the caller sees, so that a report and the log can be laid side by side.
    expect(lines.filter((line) => line.includes(requestId)).map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: 'request refused', status, errorCode }),
    ]);
  });

  test('a list without input is its first page; a strange cursor is refused', async () => {
    const headers = await signIn('viewer');
    expect((await request('/trpc/order.list', { headers })).body.result.data).toMatchObject({
      items: expect.any(Array),
    });
    expect((await query('order.list', { cursor: 'abc' }, headers)).body.error.data.errorCode).toBe('BAD_INPUT');
    expect((await request('/trpc/no.such', { headers })).status).toBe(404);
  });
});

test('no statement, lock or forgotten transaction stalls for ever', async () => {
  const em = context.orm.em.fork();
  const shown = async (name: string) => Object.values((await em.execute<object[]>(`show ${name}`))[0]!)[0];
  expect(await shown('search_path')).toBe('orders');
  expect(await shown('idle_in_transaction_session_timeout')).toBe('1min');
  expect(await shown('lock_timeout')).toBe('20s');
});

test('what is over is pruned', async () => {
  const em = context.orm.em.fork();
  const at = (days: number) => new Date(Date.now() - days * 86_400_000);
  for (const days of [0, 2])
    await em.execute(`insert into sign_in_failures (key, at) values ('prune', ?)`, [at(days)], 'run');
  for (const days of [6, 8])
    await em.execute(
      `insert into message_failures (transport_key, attempts, last_error, last_at) values (?, 1, 'x', ?)`,
      [`prune-${days}`, at(days)],
      'run',
    );
  for (const days of [29, 31])
    await em.execute(
      `insert into outbox (event_id, type, subject, data, at, sent_at) values (gen_random_uuid(), ?, '-', '{}', now(), ?)`,
      [`prune-${days}`, at(days)],
      'run',
    );
  for (const seen of [0, 1])
    await em.execute(
      `insert into staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at, authenticated_at, source)
       select ?, min(id), now(), ?, now() + interval '1 hour', now(), '-' from staff`,
      [`prune-${seen}`, at(seen)],
      'run',
    );
  const now = new Date();
  await pruneSignInFailures(context.orm, now);
  await pruneMessageFailures(context.orm, now);
  await pruneSent(context.orm, now);
  await pruneSessions(context.orm, now);
  const left = await em.execute<{ what: string }[]>(
    `select 'failure' as what from sign_in_failures where key = 'prune'
     union all select transport_key from message_failures where transport_key like 'prune%'
     union all select type from outbox where type like 'prune%'
     union all select token_hash from staff_sessions where token_hash like 'prune%'`,
  );
  expect(left.map(({ what }) => what)).toEqual(['failure', 'prune-6', 'prune-29', 'prune-0']);
});

describe('the list', () => {
  test('pages by keyset without gaps and finds by number, phone tail and status', async () => {
    const headers = await signIn('viewer');
    const placed: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      const order = {
        ...anOrder(),
        buyer: `list-${n}`,
        address: { ...anOrder().address, phone: n === 3 ? '13900009876' : '13800001234' },
      };
      placed.push(
        (await mutate('order.place', order, { authorization: `Bearer ${TOKEN}` })).body.result.data.orderNumber,
      );
    }
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = (await query('order.list', { limit: 3, ...(cursor ? { cursor } : {}) }, headers))
        .body.result.data;
      seen.push(...items.map((item: { orderNumber: string }) => item.orderNumber));
      if (!nextCursor) break;
      cursor = nextCursor;
    }
    expect(seen.slice(0, 7)).toEqual(placed.toReversed());
    const found = async (input: object) =>
      (await query('order.list', input, headers)).body.result.data.items.map(
        (item: { orderNumber: string }) => item.orderNumber,
      );
    expect(await found({ q: placed[2] })).toEqual([placed[2]]);
    expect(await found({ q: '9876' })).toEqual([placed[3]]);
    expect(await found({ q: '%' })).toEqual([]);
    expect(await found({ status: 'paid' })).toEqual([]);
    expect(await found({ status: ['pending', 'paid'], limit: 2 })).toEqual(placed.toReversed().slice(0, 2));
    expect(await found({ createdTo: '2020-01-01T00:00:00Z' })).toEqual([]);

    const ours = { q: '1234', sort: 'oldest' };
    const [first, ...others] = placed.filter((_number, n) => n !== 3);
    for (const time of [{}, { createdFrom: '2020-01-01T00:00:00Z' }]) {
      const { items, nextCursor } = (await query('order.list', { ...ours, ...time, limit: 1 }, headers)).body.result
        .data;
      expect(items[0].orderNumber).toBe(first);
      expect(await found({ ...ours, ...time, cursor: nextCursor })).toEqual(others);
    }
  });
});

test('the feed resumes after an event and tells a gap', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  await mutate('order.place', anOrder(), headers);
  await expect
    .poll(() =>
      relayOnce(context, OUTBOX).then(() =>
        context.orm.em.fork().execute(`select 1 from outbox where sent_at is null`),
      ),
    )
    .toEqual([]);
  const read = async (lastEventId: string, count: number) => {
    const stop = new AbortController();
    const entries = [];
    for await (const entry of context.feed.after(lastEventId, stop.signal)) {
      entries.push(entry);
      if (entries.length === count) stop.abort();
    }
    return entries;
  };
  await expect
    .poll(
      async () =>
        (await Promise.race([read('0', 2), new Promise<[]>((resolve) => setTimeout(resolve, 200, []))])).length,
    )
    .toBe(2);
  const [first, second] = await read('0', 2);
  expect(await read(String(first!.position), 1)).toEqual([second]);
  expect(await read('999999999', 1)).toMatchObject([{ change: { kind: 'reset' } }]);
  expect(await read('nonsense', 1)).toMatchObject([{ change: { kind: 'reset' } }]);
});

test('health tells each dependency, readiness and metrics', async () => {
  expect(await request('/healthz')).toMatchObject({
    status: 200,
    body: { success: true, data: { services: { database: { status: 'healthy' }, jetstream: { status: 'healthy' } } } },
  });
  expect(await request('/readyz')).toMatchObject({ status: 200, body: { ready: true } });
  expect(await (await api.fetch('/metrics')).text()).toContain('orders_callbacks_total');
});
