import { createLogger } from '@orderbridge/service-kit/logger';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { PERMISSIONS, ROLE_PERMISSIONS, STAFF_ROLES, STOREFRONT_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { ordersApp } from '../src/api/app.ts';
import { ordersRouter } from '../src/api/router.ts';
import { whileAllowed } from '../src/api/while-allowed.ts';
import { readConfig } from '../src/config.ts';
import { createContext, type OrdersContext } from '../src/context.ts';
import { seedDemo } from '../src/catalogue/seed-demo.ts';
import { TooMany } from '../src/errors.ts';
import { pruneMessageFailures } from '../src/callbacks/prune-message-failures.ts';
import { migrate } from '../src/orm.ts';
import { LOG_FIELDS } from '../src/log.ts';
import { relayOnce } from '../src/outbox/relay.ts';
import { pruneSent } from '../src/outbox/prune-sent.ts';
import { findSessionById, signOut } from '../src/staff/find-session.ts';
import { hashPassword, verifyPassword } from '../src/staff/password.ts';
import { pruneSessions } from '../src/staff/prune-sessions.ts';
import { pruneSignInFailures } from '../src/staff/prune-sign-in-failures.ts';
import { StaffMember } from '../src/staff/staff.entity.ts';
import { anOrder } from './_orders.ts';

const TOKEN = 'a-storefront-token-of-this-test';
const PASSWORD = 'a password of this test';

let stack: AsyncDisposableStack;
const lines: string[] = [];
let context: OrdersContext;
let app: ReturnType<typeof ordersApp>;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const database = stack.use(await testDatabase({ template: 'orders', migrate }));
  const nats = stack.use(await testNats());
  const config = readConfig({
    APP_PROFILE: 'test',
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    STOREFRONT_API_TOKEN: TOKEN,
  });
  context = await createContext(config, {
    log: createLogger({
      service: 'orders',
      level: 'info',
      fields: LOG_FIELDS,
      destination: { write: (line) => lines.push(line) },
    }),
  });
  stack.defer(() => context.close());
  await seedDemo(context.orm);
  const em = context.orm.em.fork();
  const passwordHash = await hashPassword(PASSWORD);
  for (const role of STAFF_ROLES)
    em.create(StaffMember, {
      username: role,
      displayName: role,
      passwordHash,
      role,
      isActive: true,
      createdAt: new Date(),
    });
  await em.flush();
  app = ordersApp(context, new AbortController().signal);
});
afterAll(() => stack.disposeAsync());

const env = { incoming: { socket: { remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' } } };
async function request(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: any; cookie: string | undefined }> {
  const response = await app.request(path, init, env);
  const text = await response.text();
  // A refused subscription says so in its first event.
  const event = /event: serialized-error\ndata: (.+)/.exec(text)?.[1];
  const body = event ? { error: JSON.parse(event) } : JSON.parse(text);
  return {
    status: event ? body.error.data.httpStatus : response.status,
    body,
    cookie: response.headers.getSetCookie()[0]?.split(';')[0],
  };
}
const mutate = (procedure: string, input: unknown, headers: Record<string, string> = {}) =>
  request(`/trpc/${procedure}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json', ...headers },
  });
const query = (procedure: string, input: unknown, headers: Record<string, string> = {}) =>
  request(`/trpc/${procedure}${input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, {
    headers,
  });
const signIn = async (username: string) => ({
  cookie: (await mutate('session.signIn', { username, password: PASSWORD })).cookie!,
});

test('the router keeps the contract', () => {
  expectTypeOf(ordersRouter).toExtend<OrdersApi>();
});

describe('permissions', () => {
  const procedures = Object.entries(
    ordersRouter._def.procedures as unknown as Record<
      string,
      { _def: { type: string; meta?: { permission: string } } }
    >,
  );

  test('every procedure was born with one', () => {
    expect(procedures.length).toBeGreaterThan(8);
    for (const [name, { _def }] of procedures) {
      const permission = _def.meta?.permission;
      expect([
        name,
        permission === 'anybody'
          ? name.startsWith('session.')
          : (PERMISSIONS as readonly string[]).includes(permission ?? ''),
      ]).toEqual([name, true]);
    }
  });

  const callers = [
    ['nobody', async () => ({}), []],
    ['the storefront', async () => ({ authorization: `Bearer ${TOKEN}` }), STOREFRONT_PERMISSIONS],
    ['a wrong token', async () => ({ authorization: 'Bearer something-else-altogether' }), []],
    ...STAFF_ROLES.map((role) => [role, () => signIn(role), ROLE_PERMISSIONS[role]] as const),
  ] as const;
  test.each(callers)('%s may call exactly what is allowed', async (_name, credentials, allowed) => {
    const headers = (await credentials()) as Record<string, string>;
    for (const [name, { _def }] of procedures) {
      const permission = _def.meta!.permission;
      if (permission === 'anybody') continue;
      // An input of the wrong shape: whoever gets as far as its refusal was let in.
      const { status, body } =
        _def.type === 'mutation' ? await mutate(name, 17, headers) : await query(name, 17, headers);
      const expected = (allowed as readonly string[]).includes(permission)
        ? 400
        : Object.keys(headers).length === 0 || _name === 'a wrong token'
          ? 401
          : 403;
      expect([name, status]).toEqual([name, expected]);
      expect(body.error.data).toMatchObject({
        errorCode: expect.any(String),
        messageEn: expect.any(String),
        requestId: expect.any(String),
      });
      expect(JSON.stringify(body)).not.toContain('stack');
    }
  });
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
    expect(lines.filter((line) => line.includes(answer.body.error.data.requestId))).toHaveLength(1);
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

describe('sessions', () => {
  test('the cookie is for no script and no other site; signing out ends it', async () => {
    const response = await app.request(
      '/trpc/session.signIn',
      {
        method: 'POST',
        body: JSON.stringify({ username: 'admin', password: PASSWORD }),
        headers: { 'content-type': 'application/json' },
      },
      env,
    );
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^orderbridge=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    const headers = await signIn('admin');
    expect((await query('session.current', undefined, headers)).body.result.data).toMatchObject({
      username: 'admin',
      role: 'admin',
    });
    expect((await mutate('session.signOut', undefined, headers)).body.result.data).toEqual({ signedOut: true });
    expect((await query('session.current', undefined, headers)).body.result.data).toBeNull();
  });

  test('the stored hash is not the token', async () => {
    const { cookie } = await signIn('admin');
    const rows = await context.orm.em.fork().execute<{ token_hash: string }[]>(`select token_hash from staff_sessions`);
    for (const { token_hash } of rows) expect(cookie).not.toContain(token_hash);
  });

  test('unknown account and wrong password are one answer; the sixth try waits', async () => {
    const answers = [];
    for (let n = 0; n < 6; n += 1)
      answers.push(
        await mutate('session.signIn', { username: 'ghost', password: 'wrong' }, { 'x-forwarded-for': '198.51.100.7' }),
      );
    expect(answers.slice(0, 5).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(answers[5]).toMatchObject({ status: 429 });
    const wrong = await mutate(
      'session.signIn',
      { username: 'viewer', password: 'wrong' },
      { 'x-forwarded-for': '198.51.100.8' },
    );
    expect(wrong.body.error.message).toBe(answers[0]!.body.error.message);
  });
});

describe('signing in', () => {
  test('of fifty wrong tries at once at most five are verified', async () => {
    const tries = await Promise.all(
      Array.from({ length: 50 }, () =>
        mutate('session.signIn', { username: 'finance', password: 'wrong' }, { 'x-forwarded-for': '198.51.100.50' }),
      ),
    );
    const verified = tries.filter(({ status }) => status === 401).length;
    expect(verified).toBeLessThanOrEqual(5);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(50 - verified);
  });

  test('a success takes back only its own try', async () => {
    const from = { 'x-forwarded-for': '198.51.100.51' };
    const attempt = async (password: string) =>
      (await mutate('session.signIn', { username: 'operator', password }, from)).status;
    const answers = [];
    for (const password of ['1', '2', '3', '4', PASSWORD, '5', PASSWORD]) answers.push(await attempt(password));
    expect(answers).toEqual([401, 401, 401, 401, 200, 401, 429]);
  });

  test('more than twenty do not wait for a hash', async () => {
    const passwordHash = await hashPassword(PASSWORD);
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => verifyPassword(passwordHash, PASSWORD)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(22);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TooMany);
  });

  test('the address is the first from the right that is no proxy of ours', async () => {
    const { cookie } = await signInFrom('203.0.113.9, 198.51.100.60, 127.0.0.1');
    expect(cookie).toBeDefined();
    const rows = await context.orm.em.fork().execute(`select source from staff_sessions order by id desc limit 1`);
    expect(rows).toEqual([{ source: '198.51.100.60' }]);
  });
});

const signInFrom = (forwardedFor: string) =>
  mutate('session.signIn', { username: 'viewer', password: PASSWORD }, { 'x-forwarded-for': forwardedFor });

test('a live feed ends with the session of its reader', async () => {
  await signInFrom('198.51.100.61');
  const em = context.orm.em.fork();
  const [row] = await em.execute<{ id: string }[]>(`select id from staff_sessions order by id desc limit 1`);
  const principal = (await findSessionById(em, Number(row!.id), new Date()))!;
  const stream = whileAllowed(
    { ...context, principal },
    'orders.view',
    undefined,
    (until) => context.feed.after(undefined, until),
    20,
  );
  const next = stream.next();
  expect(await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 100, 'open'))])).toBe('open');
  await signOut(em, principal.sessionId);
  expect(await next).toEqual({ done: true, value: undefined });
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
      `insert into staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at, source)
       select ?, min(id), now(), ?, now() + interval '1 hour', '-' from staff`,
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
  });
});

test('the feed resumes after an event and tells a gap', async () => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  await mutate('order.place', anOrder(), headers);
  await expect
    .poll(() =>
      relayOnce(context).then(() => context.orm.em.fork().execute(`select 1 from outbox where sent_at is null`)),
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
  expect(await (await app.request('/metrics', {}, env)).text()).toContain('orders_callbacks_total');
});
