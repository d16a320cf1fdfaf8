import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { BACKGROUND_HEADER } from '@orderbridge/contracts/request-headers';
import { applyCallbacks } from '../src/callbacks/apply-callbacks.ts';
import { anOrder, paymentCallback } from './_orders.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MikroORM } from '@mikro-orm/postgresql';
import { ordersRouter } from '../src/api/router.ts';
import type { Principal } from '../src/staff/principal.ts';
import { watchAccess } from '../src/staff/watch-access.ts';
import { type Headers, ordersApi, ORIGIN, PASSWORD, TOKEN } from './_api.ts';

const MINUTE_MS = 60_000;

let api: Awaited<ReturnType<typeof ordersApi>>;
beforeAll(async () => {
  api = await ordersApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const whoIs = async (headers: Headers) => (await api.query('session.current', undefined, headers)).body.result.data;
const sessionsOf = (username: string) =>
  api.rows<{ id: string; public_id: string; token_hash: string }>(
    `select s.id, s.public_id, s.token_hash from staff_sessions s join staff m on m.id = s.staff_id where m.username = ? order by s.id`,
    [username],
  );
const newStaff = (username: string) => ({
  username,
  displayName: username,
  role: 'viewer',
  password: 'long enough for us',
});
const stepUp = async (headers: Headers) => ({
  cookie: (await api.mutate('session.stepUp', { password: PASSWORD }, headers)).cookie!,
});

describe('ASVS 5.0 V7.2: session tokens', () => {
  test('V7.2.1 only the service decides: a changed, shortened or foreign token is nobody', async () => {
    const { cookie } = await api.signIn('viewer');
    const [name, token] = cookie.split('=') as [string, string];
    expect(await whoIs({ cookie })).toMatchObject({ username: 'viewer' });
    const flipped = `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`;
    const { token_hash } = (await sessionsOf('viewer'))[0]!;
    for (const other of [flipped, token.slice(1), '', `${token}A`, token_hash, token_hash.slice(0, 43)])
      expect(await whoIs({ cookie: `${name}=${other}` })).toBeNull();
    expect(await whoIs({ cookie: `__Host-${name}=${token}` })).toBeNull();
    expect(await whoIs({ authorization: `Bearer ${token}` })).toBeNull();
  });

  test('V7.2.2 tokens are made per session: no two are the same, none is given by the client', async () => {
    const own = 'A'.repeat(43);
    const { cookie } = await api.signIn('viewer', { cookie: `orderbridge=${own}` });
    expect(cookie).not.toContain(own);
    expect(await whoIs({ cookie: `orderbridge=${own}` })).toBeNull();
  });

  test('V7.2.3 a token is a reference of 256 random bits, stored as SHA-256 only', async () => {
    const tokens = new Set<string>();
    for (let n = 0; n < 5; n += 1) tokens.add((await api.signIn('viewer')).cookie.split('=')[1]!);
    expect(tokens.size).toBe(5);
    const stored = JSON.stringify(await api.rows(`select * from staff_sessions`));
    for (const token of tokens) {
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(stored).not.toContain(token);
    }
  });

  test('V7.2.4 signing in again and a new password check give a new token and end the old one', async () => {
    const first = await api.signIn('operator');
    const second = await api.signIn('operator', first);
    expect(await whoIs(first)).toBeNull();
    expect(await whoIs(second)).toMatchObject({ username: 'operator' });
    const [before] = await sessionsOf('operator');
    const third = await stepUp(second);
    expect(third.cookie).not.toBe(second.cookie);
    expect(await whoIs(second)).toBeNull();
    expect(await whoIs(third)).toMatchObject({ username: 'operator' });
    // The same session goes on, so that its open stream and its end stay as they were.
    expect((await sessionsOf('operator')).map(({ id }) => id)).toEqual([before!.id]);
  });

  test('a failed sign-in ends nothing', async () => {
    const headers = await api.signIn('operator');
    const from = { ...headers, 'x-forwarded-for': '203.0.113.1' };
    expect((await api.mutate('session.signIn', { username: 'operator', password: 'wrong' }, from)).status).toBe(401);
    expect(await whoIs(headers)).toMatchObject({ username: 'operator' });
  });
});

describe('ASVS 5.0 V7.3: timeouts', () => {
  test('V7.3.1 thirty minutes without a call end a session', async () => {
    const headers = await api.signIn('viewer');
    api.later(29 * MINUTE_MS);
    expect(await whoIs(headers)).toMatchObject({ username: 'viewer' });
    api.later(31 * MINUTE_MS);
    expect(await whoIs(headers)).toBeNull();
    expect((await api.query('order.list', {}, headers)).status).toBe(401);
  });

  test('V7.3.1 what a page asks by itself while nobody is there does not keep the session', async () => {
    const headers = await api.signIn('viewer');
    const background = { ...headers, [BACKGROUND_HEADER]: '1' };
    api.later(20 * MINUTE_MS);
    expect((await api.query('callback.list', {}, background)).status).toBe(200);
    api.later(11 * MINUTE_MS);
    expect((await api.query('callback.list', {}, background)).status).toBe(401);
    expect(await whoIs(headers)).toBeNull();
  });

  test('V7.3.2 twelve hours end it however busy it was, and a password check adds none', async () => {
    let headers = await api.signIn('viewer');
    const { expiresAt } = await whoIs(headers);
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      api.later(20 * MINUTE_MS);
      if (minutes === 600) headers = await stepUp(headers);
      expect(await whoIs(headers)).toMatchObject({ username: 'viewer', expiresAt });
    }
    api.later(20 * MINUTE_MS);
    expect(await whoIs(headers)).toBeNull();
  });
});

describe('ASVS 5.0 V7.4: ending', () => {
  test('V7.4.1 signing out ends it at the service, not only in the browser', async () => {
    const headers = await api.signIn('viewer');
    const answer = await api.mutate('session.signOut', undefined, headers);
    expect(answer.body.result.data).toEqual({ signedOut: true });
    expect(answer.headers.getSetCookie()).toEqual(['orderbridge=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0']);
    expect(await whoIs(headers)).toBeNull();
    expect((await api.mutate('session.signOut', undefined, headers)).body.result.data).toEqual({ signedOut: false });
  });

  test('V7.4.2 switching an account off ends all its sessions, and they stay dead when it is on again', async () => {
    await api.account('leaver');
    const two = [await api.signIn('leaver'), await api.signIn('leaver')];
    const admin = await api.signIn('admin');
    const update = (isActive: boolean) => api.mutate('staff.update', { username: 'leaver', isActive }, admin);
    expect((await update(false)).body.result.data).toMatchObject({ isActive: false, sessions: 0 });
    for (const headers of two) expect(await whoIs(headers)).toBeNull();
    expect((await api.mutate('session.signIn', { username: 'leaver', password: PASSWORD })).status).toBe(401);
    await update(true);
    for (const headers of two) expect(await whoIs(headers)).toBeNull();
    expect(await whoIs(await api.signIn('leaver'))).toMatchObject({ username: 'leaver' });
  });

  test('V7.4.3 a new password ends the sessions that the old one opened; another role does too', async () => {
    await api.account('changer');
    const admin = await api.signIn('admin');
    const before = await api.signIn('changer');
    await api.mutate('staff.update', { username: 'changer', password: 'another long one' }, admin);
    expect(await whoIs(before)).toBeNull();
    expect((await api.mutate('session.signIn', { username: 'changer', password: PASSWORD })).status).toBe(401);
    const after = await api.signIn('changer', {}, 'another long one');
    await api.mutate('staff.update', { username: 'changer', displayName: 'Chang Er', role: 'viewer' }, admin);
    expect(await whoIs(after)).toMatchObject({ displayName: 'Chang Er' });
    await api.mutate('staff.update', { username: 'changer', role: 'operator' }, admin);
    expect(await whoIs(after)).toBeNull();
  });

  test('V7.4.5 an admin ends the sessions of one account, and of everybody but the own one', async () => {
    await api.account('one');
    await api.account('two');
    const admin = await api.signIn('admin');
    const [one, two] = [await api.signIn('one'), await api.signIn('two')];
    const kill = async (input: object) => (await api.mutate('session.kill', input, admin)).body.result.data;
    expect(await kill({ username: 'one' })).toEqual({ ended: 1 });
    expect([await whoIs(one), (await whoIs(two)).username]).toEqual([null, 'two']);
    const { ended } = await kill({ everybody: true, exceptCurrent: true });
    expect(ended).toBeGreaterThanOrEqual(1);
    expect([await whoIs(two), (await whoIs(admin)).username]).toEqual([null, 'admin']);
    expect(await api.rows(`select count(*)::int as n from staff_sessions`)).toEqual([{ n: 1 }]);
  });
});

describe('ASVS 5.0 V7.5: abuse of a session', () => {
  const mustBeFresh = [
    'staff.create',
    'staff.update',
    'staff.remove',
    'token.create',
    'order.requestRefund',
    'refund.retry',
    'order.reveal',
  ];
  const procedures = ordersRouter._def.procedures as unknown as Record<string, { _def: { meta?: { fresh?: true } } }>;

  test('V7.5.1 and V7.5.3 accounts, tokens, refunds and personal data need a password check within five minutes', async () => {
    const fresh = Object.keys(procedures).filter((name) => procedures[name]!._def.meta?.fresh);
    expect(fresh).toEqual(expect.arrayContaining(mustBeFresh));
    let headers = await api.signIn('admin');
    const signedIn = await whoIs(headers);
    expect(Date.parse(signedIn.freshUntil)).toBeGreaterThan(api.context.now().getTime() + 4 * MINUTE_MS);
    for (const name of fresh) expect([name, (await api.mutate(name, 17, headers)).status]).toEqual([name, 400]);

    api.later(5 * MINUTE_MS + 1);
    expect(await whoIs(headers)).toMatchObject({ freshUntil: null });
    for (const name of fresh) {
      const { status, body } = await api.mutate(name, 17, headers);
      expect([name, status]).toEqual([name, 403]);
      expect(body.error).toMatchObject({
        message: expect.stringMatching(/输入密码/),
        data: { errorCode: 'STEP_UP_REQUIRED', messageEn: expect.stringMatching(/enter your password/) },
      });
    }
    expect((await api.mutate('staff.create', newStaff('too-late'), headers)).status).toBe(403);
    expect(await api.rows(`select 1 from staff where username = 'too-late'`)).toEqual([]);

    headers = await stepUp(headers);
    expect((await whoIs(headers)).freshUntil).toMatch(/^\d{4}-/);
    for (const name of fresh) expect([name, (await api.mutate(name, 17, headers)).status]).toEqual([name, 400]);
  });

  test('cancelling what was paid is a refund too: the password comes first; what was not paid needs none', async () => {
    const storefront = { authorization: `Bearer ${TOKEN}` };
    const place = async (): Promise<string> =>
      (await api.mutate('order.place', anOrder(), storefront)).body.result.data.orderNumber;
    const [paid, unpaid] = [await place(), await place()];
    const payment = (await api.mutate('payment.open', { orderNumber: paid, method: 'generic' }, storefront)).body.result
      .data as PaymentView;
    await applyCallbacks(api.context, [paymentCallback(payment, {}, api.context.now())]);

    let headers = await api.signIn('operator');
    api.later(5 * MINUTE_MS + 1);
    const cancel = (orderNumber: string) => api.mutate('order.cancel', { orderNumber, reason: '测试' }, headers);
    expect(await cancel(paid)).toMatchObject({
      status: 403,
      body: { error: { data: { errorCode: 'STEP_UP_REQUIRED' } } },
    });
    expect(await api.rows(`select status from orders where order_number = '${paid}'`)).toEqual([{ status: 'paid' }]);
    expect((await cancel(unpaid)).status).toBe(200);
    headers = await stepUp(headers);
    expect((await cancel(paid)).body.result.data).toMatchObject({ status: 'cancelled', refunds: [{}] });
    expect((await cancel(paid)).status).toBe(200);
  });

  test('a wrong password opens nothing and keeps the session; a machine has none to give', async () => {
    await api.account('unsure', 'admin');
    const headers = { ...(await api.signIn('unsure')), 'x-forwarded-for': '203.0.113.2' };
    api.later(6 * MINUTE_MS);
    const wrong = await api.mutate('session.stepUp', { password: 'wrong' }, headers);
    expect(wrong).toMatchObject({
      status: 401,
      cookie: undefined,
      body: { error: { data: { errorCode: 'SIGN_IN_FAILED' } } },
    });
    expect(await whoIs(headers)).toMatchObject({ username: 'unsure', freshUntil: null });
    expect((await api.mutate('session.stepUp', { password: PASSWORD })).status).toBe(401);
    expect((await api.mutate('session.stepUp', { password: PASSWORD }, { authorization: 'Bearer x' })).status).toBe(
      401,
    );
  });

  test('of two pages that check the password at once one changes the token; both keep a session', async () => {
    await api.account('twofold');
    const headers = await api.signIn('twofold');
    const answers = await Promise.all([1, 2].map(() => api.mutate('session.stepUp', { password: PASSWORD }, headers)));
    const done = answers.filter(({ status }) => status === 200);
    // One of both may also have come so late that its token was over.
    expect(answers.every(({ status }) => [200, 409, 401].includes(status))).toBe(true);
    expect(done).toHaveLength(1);
    expect(await whoIs({ cookie: done[0]!.cookie! })).toMatchObject({ username: 'twofold' });
  });

  test('V7.5.2 everybody sees their sessions and, after a password check, ends any of them', async () => {
    await api.account('owner');
    await api.account('stranger');
    const phone = await api.signIn('owner', {
      'user-agent': `Phone/1.0 é${'x'.repeat(300)}`,
      'x-forwarded-for': '203.0.113.3',
    });
    const desk = await api.signIn('owner', { 'user-agent': 'Desk/2.0' });
    const list = async (headers: Headers, input: object = {}) => (await api.query('session.list', input, headers)).body;
    const { items } = (await list(desk)).result.data;
    expect(items).toMatchObject([
      { username: 'owner', userAgent: 'Desk/2.0', isCurrent: true },
      { username: 'owner', userAgent: `Phone/1.0 ${'x'.repeat(190)}`, source: '203.0.113.3', isCurrent: false },
    ]);
    expect(JSON.stringify(items)).not.toContain((await sessionsOf('owner'))[0]!.token_hash);

    const stranger = await api.signIn('stranger');
    expect((await list(stranger, { username: 'owner' })).error.data.errorCode).toBe('NOT_ALLOWED');
    const [, { id: phoneId }] = items;
    expect((await api.mutate('session.kill', { id: phoneId }, stranger)).body.error.data.errorCode).toBe('NOT_FOUND');
    for (const input of [{ username: 'owner' }, { everybody: true }])
      expect((await api.mutate('session.kill', input, stranger)).body.error.data.errorCode).toBe('NOT_ALLOWED');
    expect(await whoIs(phone)).toMatchObject({ username: 'owner' });

    api.later(6 * MINUTE_MS);
    expect((await api.mutate('session.kill', { id: phoneId }, desk)).body.error.data.errorCode).toBe(
      'STEP_UP_REQUIRED',
    );
    const checked = await stepUp(desk);
    expect((await api.mutate('session.kill', { id: phoneId }, checked)).body.result.data).toEqual({ ended: 1 });
    expect([await whoIs(phone), (await whoIs(checked)).username]).toEqual([null, 'owner']);
    expect((await api.mutate('session.kill', { id: phoneId }, checked)).status).toBe(404);
    // One's own session needs no password to end.
    api.later(6 * MINUTE_MS);
    const [{ id }] = (await list(checked)).result.data.items;
    expect((await api.mutate('session.kill', { id }, checked)).body.result.data).toEqual({ ended: 1 });
    expect(await whoIs(checked)).toBeNull();
  });
});

describe('the cookie', () => {
  const setCookie = async (of: typeof api) =>
    (await of.mutate('session.signIn', { username: 'admin', password: PASSWORD })).headers.getSetCookie();

  test('is for no script and no other site', async () => {
    expect(await setCookie(api)).toEqual([
      expect.stringMatching(/^orderbridge=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43\d{3}$/),
    ]);
  });

  test('is bound to host and https where there is https', async () => {
    await using secure = await ordersApi({ SESSION_COOKIE_SECURE: 'true' });
    const [cookie] = await setCookie(secure);
    expect(cookie).toMatch(
      /^__Host-orderbridge=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43\d{3}; Secure$/,
    );
    const [, token] = /=([\w-]{43});/.exec(cookie!)!;
    expect(
      (await secure.query('session.current', undefined, { cookie: `orderbridge=${token}` })).body.result.data,
    ).toBeNull();
  });
});

describe('requests of other sites change nothing, even with the cookie', () => {
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify(newStaff('smuggled'));
  const post = (headers: Headers, sent: BodyInit = body): RequestInit => ({ method: 'POST', headers, body: sent });
  const path = '/trpc/staff.create';
  const inAddress = `${path}?input=${encodeURIComponent(body)}`;
  const form = new FormData();
  form.set('input', body);
  const shapes: readonly (readonly [string, string, RequestInit])[] = [
    ['fetch from another site', path, post({ ...json, 'sec-fetch-site': 'cross-site' })],
    ['fetch from another port or subdomain', path, post({ ...json, 'sec-fetch-site': 'same-site' })],
    ['no-cors fetch of text', path, post({ 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' })],
    ['text without fetch metadata', path, post({ 'content-type': 'text/plain' })],
    ['text that calls its charset JSON', path, post({ 'content-type': 'text/plain; charset=application/json' })],
    [
      'a form',
      path,
      post({ 'content-type': 'application/x-www-form-urlencoded' }, `input=${encodeURIComponent(body)}`),
    ],
    ['a form that looks like JSON', path, post({ 'content-type': 'text/plain' }, `${body.slice(0, -1)},"x":"="}`)],
    ['a multipart form', path, post({}, form)],
    ['a blob without a type', path, post({}, new Blob([body]))],
    ['an unknown site', path, post({ ...json, 'sec-fetch-site': 'whatever' })],
    ['another origin without fetch metadata', path, post({ ...json, origin: 'https://evil.example' })],
    ['a sandboxed page', path, post({ ...json, origin: 'null' })],
    ['another port', path, post({ ...json, origin: `${ORIGIN}:9999` })],
    ['an origin that begins like ours', path, post({ ...json, origin: `${ORIGIN}.evil.example` })],
    ['an origin that holds ours as user', path, post({ ...json, origin: 'http://localhost@evil.example' })],
    ['a beacon', path, post({ ...json, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })],
    ['a link', inAddress, {}],
    ['an image', inAddress, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' } }],
    ['a link that names another method', inAddress, { headers: { 'x-http-method-override': 'POST' } }],
    [
      'a top-level navigation',
      inAddress,
      { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
    ],
    ['PUT', path, { method: 'PUT', headers: json, body }],
    ['PATCH', path, { method: 'PATCH', headers: json, body }],
    ['DELETE', inAddress, { method: 'DELETE' }],
    ['HEAD', inAddress, { method: 'HEAD' }],
    [
      'a preflight',
      path,
      { method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } },
    ],
    ['a batch', `${path},staff.create?batch=1`, post(json, `{"0":${body},"1":${body}}`)],
    ['a batch of one', `${path}?batch=1`, post(json, `{"0":${body}}`)],
  ];
  const state = () =>
    api.rows(
      `select (select count(*)::int from staff) as staff, (select count(*)::int from api_tokens) as tokens,
              (select string_agg(token_hash, ',' order by id) from staff_sessions) as sessions`,
    );

  test.each(shapes)('%s', async (_name, address, { headers, ...init }) => {
    const { cookie } = await api.signIn('admin');
    const before = await state();
    const response = await api.fetch(address, { ...init, headers: { ...(headers as Headers), cookie } });
    expect(response.status === 204 || response.status >= 400).toBe(true);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(await state()).toEqual(before);
  });

  test('while our own page and a program may', async () => {
    const cookie = await api.signIn('admin');
    const ours: Headers[] = [
      { 'sec-fetch-site': 'same-origin', origin: ORIGIN },
      { origin: ORIGIN },
      { origin: 'https://admin.example', 'x-forwarded-host': 'admin.example' },
      {},
    ];
    for (const [n, headers] of ours.entries())
      expect((await api.mutate('staff.create', newStaff(`ours-${n}`), { ...cookie, ...headers })).status).toBe(200);
  });
});

describe('an open stream is dead within a second', () => {
  const open = async (headers: Headers) => {
    const response = await api.fetch('/trpc/order.changes', { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const reader = response.body!.getReader();
    await reader.read();
    const ended = (async () => {
      while (!(await reader.read()).done);
      return performance.now();
    })();
    return { ended, cancel: () => reader.cancel() };
  };
  const endedWithin = async (streams: { ended: Promise<number> }[], work: () => Promise<{ status: number }>) => {
    expect((await work()).status).toBe(200);
    const doneMs = performance.now();
    return Math.max(...(await Promise.all(streams.map(({ ended }) => ended)))) - doneMs;
  };

  test.each([
    [
      'the session is killed',
      () => api.signIn('admin').then((by) => api.mutate('session.kill', { username: 'reader' }, by)),
    ],
    [
      'the account is switched off',
      () => api.signIn('admin').then((by) => api.mutate('staff.update', { username: 'reader', isActive: false }, by)),
    ],
    [
      'the role changes',
      () => api.signIn('admin').then((by) => api.mutate('staff.update', { username: 'reader', role: 'operator' }, by)),
    ],
    [
      'the password changes',
      () =>
        api
          .signIn('admin')
          .then((by) => api.mutate('staff.update', { username: 'reader', password: 'yet another one' }, by)),
    ],
  ])('when %s', async (_name, work) => {
    await api.rows(`delete from staff_sessions where staff_id in (select id from staff where username = 'reader')`);
    await api.rows(`delete from staff where username = 'reader'`);
    await api.account('reader');
    await api.account(`bystander-${_name.replaceAll(' ', '-')}`);
    const reader = await api.signIn('reader');
    const streams = [await open(reader), await open(reader)];
    const other = await open(await api.signIn(`bystander-${_name.replaceAll(' ', '-')}`));
    expect(await endedWithin(streams, work)).toBeLessThan(1_000);
    expect(await Promise.race([other.ended, Promise.resolve('open')])).toBe('open');
    await other.cancel();
  });

  test('when its reader signs out', async () => {
    const reader = await api.signIn('operator');
    const stream = await open(reader);
    expect(await endedWithin([stream], () => api.mutate('session.signOut', undefined, reader))).toBeLessThan(1_000);
  });

  test('when its machine’s token is revoked', async () => {
    const admin = await api.signIn('admin');
    const { token, id } = (await api.mutate('token.create', { name: 'feed', scopes: ['orders.view'] }, admin)).body
      .result.data;
    const stream = await open({ authorization: `Bearer ${token}` });
    expect(await endedWithin([stream], () => api.mutate('token.revoke', { id }, admin))).toBeLessThan(1_000);
  });

  test('a new password check keeps it, under its new token', async () => {
    const reader = await api.signIn('viewer');
    const stream = await open(reader);
    const checked = await stepUp(reader);
    // The end of the other stream shows that the watcher has looked since.
    const other = await open(await api.signIn('operator'));
    await api.rows(`delete from staff_sessions where staff_id in (select id from staff where username = 'operator')`);
    await other.ended;
    expect(await Promise.race([stream.ended, Promise.resolve('open')])).toBe('open');
    await api.mutate('session.signOut', undefined, checked);
    await stream.ended;
  });
});

test('any number of streams costs one question at a time, and a database that is away throws nobody out', async () => {
  await api.account('watched');
  await api.signIn('watched');
  const { id } = (await sessionsOf('watched'))[0]!;
  const principal = { kind: 'staff', sessionId: Number(id) } as Principal;
  let asked = 0;
  let away = true;
  const orm = {
    em: {
      fork: () => ({
        execute: async (sql: string, params: unknown[]) => {
          asked += 1;
          if (away) throw new Error('Connection terminated');
          return api.context.orm.em.fork().execute(sql, params);
        },
      }),
    },
  } as unknown as MikroORM;
  const { log, now } = api.context;
  const access = watchAccess({ orm, log, now });
  let lost = 0;
  for (let n = 0; n < 50; n += 1) access.watch(principal, 'orders.view', () => (lost += 1));
  const [neverHad, noLonger] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  access.watch(principal, 'staff.manage', neverHad.resolve);
  access.watch(principal, 'orders.view', noLonger.resolve);
  await expect.poll(() => asked, { timeout: 10_000 }).toBe(3);
  expect(lost).toBe(0);
  away = false;
  await neverHad.promise;
  expect([lost, asked]).toEqual([0, 4]);
  await api.rows(`delete from staff_sessions where id = ?`, [id]);
  await noLonger.promise;
  expect(lost).toBe(50);
  expect(asked).toBeLessThanOrEqual(6);
  access.stop();
});
