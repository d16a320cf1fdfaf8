import { createLogger } from '@orderbridge/service-kit/logger';
import { testDatabase } from '@orderbridge/service-kit/testing/database';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { PERMISSIONS, ROLE_PERMISSIONS, STAFF_ROLES, STOREFRONT_PERMISSIONS } from '@orderbridge/contracts/permissions';
import { ordersApp } from '../src/api/app.ts';
import { ordersRouter } from '../src/api/router.ts';
import { readConfig } from '../src/config.ts';
import { createContext, type OrdersContext } from '../src/context.ts';
import { seedDemo } from '../src/catalogue/seed-demo.ts';
import { migrate } from '../src/orm.ts';
import { LOG_FIELDS } from '../src/log.ts';
import { relayOnce } from '../src/outbox/relay.ts';
import { hashPassword } from '../src/staff/password.ts';
import { StaffMember } from '../src/staff/staff.entity.ts';
import { anOrder } from './_orders.ts';

const TOKEN = 'a-storefront-token-of-this-test';
const PASSWORD = 'a password of this test';

let stack: AsyncDisposableStack;
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
    log: createLogger({ service: 'orders', level: 'silent', fields: LOG_FIELDS }),
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
    expect((await request('/trpc/order.place', init)).status).toBe(status);
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
