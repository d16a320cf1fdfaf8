import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TOKEN_SCOPES } from '@orderbridge/contracts/permissions';
import { type Headers, ordersApi, PASSWORD, TOKEN } from './_api.ts';
import { anOrder } from './_orders.ts';

const DAY_MS = 86_400_000;

let api: Awaited<ReturnType<typeof ordersApi>>;
let admin: Headers;
beforeAll(async () => {
  api = await ordersApi();
  admin = await api.signIn('admin');
});
afterAll(() => api[Symbol.asyncDispose]());

const audit = (actor: string, where = 'true') =>
  api.rows<{ action: string; resource_type: string; resource_id: string; detail: any }>(
    `select action, resource_type, resource_id, detail from audit_entries where actor = ? and ${where} order by id`,
    [actor],
  );
const create = (username: string, more: object = {}) =>
  api.mutate(
    'staff.create',
    { username, displayName: '某人', role: 'viewer', password: 'long enough for us', ...more },
    admin,
  );
const errorOf = ({ body }: { body: any }) => body.error?.data.errorCode;

describe('accounts', () => {
  test('are made, listed page by page and changed, each with its audit row', async () => {
    const made = (await create('alice', { role: 'operator' })).body.result.data;
    expect(made).toEqual({
      username: 'alice',
      displayName: '某人',
      role: 'operator',
      isActive: true,
      createdAt: expect.any(String),
      lastSeenAt: null,
      sessions: 0,
    });
    await api.signIn('alice', {}, 'long enough for us');
    const seen: { username: string; sessions: number; lastSeenAt: string | null }[] = [];
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = (await api.query('staff.list', { limit: 2, ...(cursor && { cursor }) }, admin)).body
        .result.data;
      seen.push(...items);
      if (!nextCursor) break;
      cursor = nextCursor;
    }
    expect(seen.map(({ username }) => username)).toEqual(['alice', 'viewer', 'operator', 'admin']);
    expect(seen[0]).toMatchObject({ sessions: 1, lastSeenAt: expect.any(String) });
    const changed = await api.mutate('staff.update', { username: 'alice', role: 'viewer' }, admin);
    expect(changed.body.result.data).toMatchObject({ role: 'viewer', sessions: 0, lastSeenAt: expect.any(String) });
    expect(await audit('staff:admin', `resource_id = 'alice'`)).toEqual([
      { action: 'staff_created', resource_type: 'staff', resource_id: 'alice', detail: { role: 'operator' } },
      {
        action: 'staff_changed',
        resource_type: 'staff',
        resource_id: 'alice',
        detail: {
          from: { role: 'operator', isActive: true },
          to: { role: 'viewer', isActive: true },
          newPassword: false,
          sessionsEnded: 1,
        },
      },
    ]);
  });

  test.each([
    ['a short password', { password: 'only eleven' }, 'password'],
    ['a name with a blank', { username: 'a b' }, 'username'],
    ['no such role', { role: 'root' }, 'role'],
    ['an unknown key', { isRoot: true }, ''],
    ['a display name of blanks', { displayName: '  ' }, 'displayName'],
  ])('%s is refused by its path', async (_name, more, path) => {
    const { status, body } = await create('bad-input', more);
    expect([status, body.error.data.fields[0].path]).toEqual([400, path]);
    expect(await api.rows(`select 1 from staff where username = 'bad-input'`)).toEqual([]);
  });

  test('a name is taken once, whatever its capitals and however many ask at once', async () => {
    const answers = await Promise.all(['bob', 'BOB', 'Bob', 'bob'].map((name) => create(name)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
    expect(await api.rows(`select count(*)::int as n from staff where lower(username) = 'bob'`)).toEqual([{ n: 1 }]);
  });

  test('what does not exist is not found', async () => {
    expect(errorOf(await api.mutate('staff.update', { username: 'ghost', isActive: false }, admin))).toBe('NOT_FOUND');
    expect(errorOf(await api.mutate('staff.remove', { username: 'ghost' }, admin))).toBe('NOT_FOUND');
    expect(errorOf(await api.query('staff.list', { cursor: 'abc' }, admin))).toBe('BAD_INPUT');
  });

  test('one that never did anything may be removed, any other only switched off (R161)', async () => {
    await create('unused');
    await create('used');
    await create('assigned');
    await api.signIn('used', {}, 'long enough for us');
    await api.rows(
      `insert into exceptions (public_id, kind, dedup_key, detail, detail_en, owner, created_at)
       values (?, 'late_callback', 'assigned', '-', '-', 'assigned', now())`,
      [randomUUID()],
    );
    const remove = (username: string) => api.mutate('staff.remove', { username }, admin);
    expect((await remove('unused')).body.result.data).toEqual({ removed: true });
    for (const username of ['used', 'assigned']) {
      const refused = await remove(username);
      expect([refused.status, refused.body.error.message]).toEqual([400, '该账号已有操作记录，不能删除；请改为停用']);
    }
    expect(
      await api.rows(`select username from staff where username in ('unused', 'used', 'assigned') order by 1`),
    ).toEqual([{ username: 'assigned' }, { username: 'used' }]);
    expect((await create('unused')).status).toBe(200);
  });

  test('the last active admin stays one', async () => {
    for (const change of [{ role: 'viewer' }, { isActive: false }]) {
      const { status, body } = await api.mutate('staff.update', { username: 'admin', ...change }, admin);
      expect([status, body.error.data.errorCode]).toEqual([400, 'REFUSED']);
    }
    await create('off', { role: 'admin' });
    await api.mutate('staff.update', { username: 'off', isActive: false }, admin);
    expect(errorOf(await api.mutate('staff.remove', { username: 'admin' }, admin))).toBe('REFUSED');
    expect(await api.query('session.current', undefined, admin)).toMatchObject({
      body: { result: { data: { role: 'admin' } } },
    });
  });

  test('of two admins who switch each other off at once one stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const pair = [`left-${round}`, `right-${round}`];
      for (const username of pair) await api.account(username, 'admin');
      const sessions = await Promise.all(pair.map((username) => api.signIn(username)));
      await api.rows(`update staff set is_active = (username in (?)) where role = 'admin'`, [pair]);
      const answers = await Promise.all(
        sessions.map((by, n) =>
          api.mutate(
            'staff.update',
            { username: pair[1 - n], ...(round % 2 ? { isActive: false } : { role: 'viewer' }) },
            by,
          ),
        ),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await api.rows(`select count(*)::int as n from staff where role = 'admin' and is_active`)).toEqual([
        { n: 1 },
      ]);
    }
    await api.rows(`update staff set is_active = (username = 'admin') where role = 'admin'`);
  });

  test.each([
    ['a new password', `password_hash = 'another'`],
    ['a switching off', `is_active = false`],
  ])('a sign-in that meets %s after its password was checked leaves no session', async (name, change) => {
    const username = name.replaceAll(' ', '-');
    await api.account(username);
    const em = api.context.orm.em.fork();
    const signedIn = await em.transactional(async (tx) => {
      await tx.execute(`update staff set ${change} where username = ?`, [username], 'run');
      const answer = api.mutate('session.signIn', { username, password: PASSWORD });
      // It stands at the account's lock: the password that it checked was still the right one.
      await expect
        .poll(() =>
          api.rows(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%for share%'`,
          ),
        )
        .toHaveLength(1);
      return { answer };
    });
    expect((await signedIn.answer).status).toBe(401);
    expect(
      await api.rows(`select 1 from staff_sessions s join staff m on m.id = s.staff_id where m.username = ?`, [
        username,
      ]),
    ).toEqual([]);
  });
});

describe('bearer tokens', () => {
  const make = async (name: string, scopes: readonly string[], more: object = {}) =>
    (await api.mutate('token.create', { name, scopes, ...more }, admin)).body.result.data as {
      id: string;
      token: string;
    };
  const list = (token: string) => api.query('order.list', {}, { authorization: `Bearer ${token}` });

  test('are shown once, kept as a hash, and carry exactly their scopes', async () => {
    const made = await make('erp', ['orders.view', 'orders.place', 'orders.view']);
    expect(made).toEqual({
      id: expect.any(String),
      name: 'erp',
      scopes: ['orders.view', 'orders.place'],
      createdBy: 'staff:admin',
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      token: expect.stringMatching(/^ob_[\w-]{43}$/),
    });
    expect(JSON.stringify(await api.rows(`select * from api_tokens`))).not.toContain(made.token.slice(3));
    expect(JSON.stringify(await api.rows(`select * from audit_entries`))).not.toContain(made.token.slice(3));
    expect(JSON.stringify((await api.query('token.list', {}, admin)).body)).not.toContain(made.token.slice(3));

    expect((await list(made.token)).status).toBe(200);
    expect(errorOf(await api.query('callback.list', {}, { authorization: `Bearer ${made.token}` }))).toBe(
      'NOT_ALLOWED',
    );
    const placed = await api.mutate('order.place', anOrder(), { authorization: `Bearer ${made.token}` });
    expect(await audit('token:erp')).toEqual([
      expect.objectContaining({ resource_id: placed.body.result.data.orderNumber }),
    ]);
    for (const wrong of [made.token.slice(0, -1), `${made.token}A`, made.token.slice(3), `ob_${'A'.repeat(43)}`])
      expect((await list(wrong)).status).toBe(401);
  });

  test('"last used" is written once a minute, not at every call', async () => {
    const { token, id } = await make('counter', ['orders.view']);
    const usedAt = async () =>
      (await api.rows(`select last_used_at from api_tokens where public_id = ?`, [id]))[0].last_used_at;
    await list(token);
    const first = await usedAt();
    expect(first).not.toBeNull();
    await list(token);
    expect(await usedAt()).toEqual(first);
    api.later(61_000);
    await list(token);
    expect(await usedAt()).not.toEqual(first);
  });

  test('end when they are revoked, twice is once, or when their days are over', async () => {
    const revoked = await make('revoked', ['orders.view']);
    for (let n = 0; n < 2; n += 1)
      expect((await api.mutate('token.revoke', { id: revoked.id }, admin)).body.result.data).toMatchObject({
        revokedAt: expect.any(String),
      });
    expect(await audit('staff:admin', `action = 'token_revoked' and resource_id = '${revoked.id}'`)).toHaveLength(1);
    expect((await list(revoked.token)).status).toBe(401);
    expect(errorOf(await api.mutate('token.revoke', { id: randomUUID() }, admin))).toBe('NOT_FOUND');
    expect((await make('revoked', ['orders.view'])).id).not.toBe(revoked.id);

    const short = await make('short', ['orders.view'], { expiresInDays: 1 });
    expect((await list(short.token)).status).toBe(200);
    api.later(DAY_MS + 1_000);
    expect((await list(short.token)).status).toBe(401);
    admin = await api.signIn('admin');
  });

  test('no token may manage people, reveal, or take a name in use', async () => {
    expect(TOKEN_SCOPES).not.toEqual(expect.arrayContaining(['staff.manage']));
    for (const scope of ['orders.reveal', 'staff.manage', 'sessions.manage', 'tokens.manage', 'everything'])
      expect(errorOf(await api.mutate('token.create', { name: 'greedy', scopes: [scope] }, admin))).toBe('BAD_INPUT');
    expect(errorOf(await api.mutate('token.create', { name: 'greedy', scopes: [] }, admin))).toBe('BAD_INPUT');
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.mutate('token.create', { name: 'unique', scopes: ['orders.view'] }, admin)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  });
});

describe('what a person tried is in the audit', () => {
  const refusals = (actor: string) => audit(actor, `action = 'admin_action_refused'`);

  test('a verb that was refused, for whatever reason, by whomever', async () => {
    await api.account('trier');
    const trier = await api.signIn('trier');
    const phone = '13800001234';
    await api.mutate('order.place', anOrder(), trier);
    await api.mutate('staff.create', { username: 'mallory', password: 'a secret password' }, trier);
    await api.mutate(
      'session.stepUp',
      { password: 'my real password, mistyped' },
      { ...trier, 'x-forwarded-for': '203.0.113.77' },
    );
    await api.mutate('session.kill', { id: '11111111-2222-4333-8444-555555555555' }, trier);
    await api.mutate('session.kill', { username: phone }, trier);
    await api.request('/trpc/session.kill', {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', ...trier },
    });
    const rows = await refusals('staff:trier');
    expect(
      rows.map(({ resource_type, resource_id, detail }) => [
        detail.procedure,
        `${resource_type} ${resource_id}`,
        detail.errorCode,
      ]),
    ).toEqual([
      ['order.place', 'order -', 'NOT_ALLOWED'],
      ['staff.create', 'staff mallory', 'NOT_ALLOWED'],
      ['session.stepUp', 'session -', 'SIGN_IN_FAILED'],
      ['session.kill', 'session 11111111-2222-4333-8444-555555555555', 'NOT_FOUND'],
      ['session.kill', 'session -', 'NOT_ALLOWED'],
      ['session.kill', 'session -', 'BAD_INPUT'],
    ]);
    for (const { detail } of rows) {
      expect(detail).toMatchObject({
        message: expect.stringMatching(/[\u4e00-\u9fff]/),
        messageEn: expect.not.stringMatching(/[\u4e00-\u9fff]/),
        requestId: expect.any(String),
      });
      expect(JSON.stringify(detail)).not.toMatch(/secret password|my real|mistyped|13800001234|张三丰|海尔路/);
    }
  });

  test('input that does not fit is told by path and kind, never by what was typed', async () => {
    const from = { authorization: `Bearer ${TOKEN}` };
    await api.mutate('order.place', { ...anOrder(), 张三丰: '13900001111', lines: [] }, from);
    const [row] = (await refusals('storefront')).slice(-1);
    expect(row!.detail).toEqual({
      procedure: 'order.place',
      errorCode: 'BAD_INPUT',
      message: expect.stringMatching(/^输入有误：.*lines: too_small/),
      messageEn: expect.stringMatching(/^The input is wrong: .*lines: too_small/),
      requestId: expect.any(String),
    });
    expect(JSON.stringify(row)).not.toMatch(/张三丰|13900001111/);
  });

  test('a verb without its password check names the step that is missing', async () => {
    const headers = await api.signIn('admin');
    api.later(6 * 60_000);
    await api.mutate('staff.remove', { username: 'bob' }, headers);
    expect((await refusals('staff:admin')).at(-1)).toMatchObject({
      resource_type: 'staff',
      resource_id: 'bob',
      detail: { procedure: 'staff.remove', errorCode: 'STEP_UP_REQUIRED' },
    });
    admin = await api.signIn('admin');
  });

  test('nobody and a question leave no row; a sign-in over a session none either', async () => {
    const count = async () => (await api.rows(`select count(*)::int as n from audit_entries`))[0].n;
    const headers = await api.signIn('viewer');
    const before = await count();
    await api.mutate('order.place', anOrder());
    await api.query('staff.list', {}, headers);
    await api.query('order.get', { orderNumber: 'none' }, headers);
    await api.mutate(
      'session.signIn',
      { username: 'my password', password: 'x' },
      { ...headers, 'x-forwarded-for': '203.0.113.78' },
    );
    expect(await count()).toBe(before);
  });

  test('a verb that a person did has one row that names them, with or without a change', async () => {
    await api.account('doer');
    const headers = await api.signIn('doer');
    const staffId = Number((await api.rows(`select id from staff where username = 'doer'`))[0].id);
    await api.mutate('session.kill', { username: 'doer', exceptCurrent: true }, headers);
    await api.mutate('session.signOut', undefined, headers);
    expect(await audit('staff:doer')).toEqual([
      expect.objectContaining({ action: 'user_login' }),
      {
        action: 'admin_action',
        resource_type: 'staff',
        resource_id: 'doer',
        detail: { procedure: 'session.kill', adminId: staffId, requestId: expect.any(String) },
      },
      expect.objectContaining({ action: 'user_logout' }),
    ]);
  });

  test('a row that cannot be written changes no answer', async () => {
    const headers = await api.signIn('viewer');
    await api.rows(`alter table audit_entries rename to audit_entries_away`);
    const refused = await api.mutate('order.place', anOrder(), headers);
    await api.rows(`alter table audit_entries_away rename to audit_entries`);
    expect([refused.status, errorOf(refused)]).toEqual([403, 'NOT_ALLOWED']);
    expect(api.lines.filter((line) => line.includes('verb not audited'))).toHaveLength(1);
  });
});
