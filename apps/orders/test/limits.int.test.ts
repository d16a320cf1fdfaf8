import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TooMany } from '../src/errors.ts';
import { hashPassword, verifyPassword } from '../src/staff/password.ts';
import { ordersApi, PASSWORD, TOKEN } from './_api.ts';

const MINUTE_MS = 60_000;

let api: Awaited<ReturnType<typeof ordersApi>>;
beforeAll(async () => {
  api = await ordersApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const attempt = (username: string, password: string, address: string) =>
  api.mutate('session.signIn', { username, password }, { 'x-forwarded-for': address });
const statuses = async (tries: readonly (readonly [string, string, string])[]) => {
  const answers = [];
  for (const [username, password, address] of tries) answers.push((await attempt(username, password, address)).status);
  return answers;
};
const wrong = (count: number, username: string, address: string) =>
  Array.from({ length: count }, () => [username, 'wrong', address] as const);

describe('signing in: five failures a minute, then fifteen minutes of nothing (R149, P12)', () => {
  test('an account from one address is locked, for the right password too, and open again afterwards', async () => {
    await api.account('locked');
    const from = '198.51.100.1';
    expect(await statuses(wrong(6, 'locked', from))).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = await attempt('locked', PASSWORD, from);
    expect(refused).toMatchObject({
      status: 429,
      cookie: undefined,
      body: { error: { message: '登录失败次数过多，请 15 分钟后再试', data: { errorCode: 'TOO_MANY_REQUESTS' } } },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(14 * 60);
    api.later(14 * MINUTE_MS);
    // Trying during the lock does not prolong it.
    expect(await statuses([['locked', PASSWORD, from], ...wrong(8, 'locked', from)])).toEqual(
      Array.from({ length: 9 }, () => 429),
    );
    api.later(MINUTE_MS + 1_000);
    expect((await attempt('locked', PASSWORD, from)).status).toBe(200);
  });

  test('an account that does not exist answers the same, locked and not', async () => {
    await api.account('exists');
    const answersOf = async (username: string, from: string) => {
      const answers = [];
      for (const [name, password, address] of wrong(7, username, from)) {
        const { status, body, headers } = await attempt(name, password, address);
        delete body.error.data.requestId;
        answers.push({ status, body, headers: [...headers.keys()] });
      }
      return answers;
    };
    const [real, ghost] = [await answersOf('exists', '198.51.100.2'), await answersOf('ghost', '198.51.100.3')];
    expect(ghost).toEqual(real);
    expect(real.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  test('four a minute for ever are no lock; a name is one account whatever its capitals', async () => {
    const from = '198.51.100.4';
    for (let minute = 0; minute < 3; minute += 1) {
      expect(await statuses(wrong(4, 'patient', from))).toEqual([401, 401, 401, 401]);
      api.later(MINUTE_MS + 1_000);
    }
    expect(
      await statuses(
        ['capital', 'Capital', 'CAPITAL', 'cApital', 'caPital', 'capitaL'].map((name) => [
          name,
          'wrong',
          '198.51.100.5',
        ]),
      ),
    ).toEqual([401, 401, 401, 401, 401, 429]);
  });

  test('an address that tries many accounts is locked, but not for whoever signs in from there', async () => {
    await api.account('colleague');
    await api.account('newcomer');
    const office = '198.51.100.6';
    expect((await attempt('colleague', PASSWORD, office)).status).toBe(200);
    expect(await statuses([1, 2, 3, 4, 5, 6].map((n) => [`name-${n}`, 'wrong', office]))).toEqual([
      401, 401, 401, 401, 401, 429,
    ]);
    expect((await attempt('newcomer', PASSWORD, office)).status).toBe(429);
    expect((await attempt('newcomer', PASSWORD, '198.51.100.7')).status).toBe(200);
    expect((await attempt('colleague', PASSWORD, office)).status).toBe(200);
    // Their own five failures count as anybody's do.
    expect(await statuses(wrong(5, 'colleague', office))).toEqual([401, 401, 401, 401, 401]);
    expect((await attempt('colleague', PASSWORD, office)).status).toBe(429);
    api.later(16 * MINUTE_MS);
    expect((await attempt('newcomer', PASSWORD, office)).status).toBe(200);
  });

  test('an account tried from many addresses is locked at twenty, but not where its person sits', async () => {
    await api.account('target');
    const desk = '198.51.100.20';
    expect((await attempt('target', PASSWORD, desk)).status).toBe(200);
    const tries = Array.from({ length: 22 }, (_, n) => ['target', 'wrong', `198.51.101.${n}`] as const);
    expect(await statuses(tries)).toEqual([...Array.from({ length: 20 }, () => 401), 429, 429]);
    expect((await attempt('target', PASSWORD, '198.51.101.99')).status).toBe(429);
    expect((await attempt('target', PASSWORD, desk)).status).toBe(200);
    api.later(15 * MINUTE_MS + 1_000);
    expect((await attempt('target', PASSWORD, '198.51.101.99')).status).toBe(200);
  });

  test('IPv6 counts by /64', async () => {
    const tries = Array.from({ length: 6 }, (_, n) => [`v6-${n}`, 'wrong', `2001:db8:0:7::${n + 1}`] as const);
    expect(await statuses(tries)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await statuses([['v6-9', 'wrong', '2001:db8:0:8::1']])).toEqual([401]);
  });

  test('of fifty wrong tries at once at most five are verified', async () => {
    const tries = await Promise.all(Array.from({ length: 50 }, () => attempt('finance', 'wrong', '198.51.100.50')));
    const verified = tries.filter(({ status }) => status === 401).length;
    expect(verified).toBeLessThanOrEqual(5);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(50 - verified);
  });

  test('a success takes back only its own try', async () => {
    const from = '198.51.100.51';
    expect(
      await statuses(['1', '2', '3', '4', PASSWORD, '5', PASSWORD].map((password) => ['operator', password, from])),
    ).toEqual([401, 401, 401, 401, 200, 401, 429]);
  });

  test('a password check counts like a sign-in', async () => {
    await api.account('checker');
    const from = { 'x-forwarded-for': '198.51.100.52' };
    const headers = { ...(await api.signIn('checker', from)), ...from };
    const check = async (password: string) => (await api.mutate('session.stepUp', { password }, headers)).status;
    const answers = [];
    for (const password of ['1', '2', '3', '4', '5', PASSWORD]) answers.push(await check(password));
    expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await attempt('checker', PASSWORD, '198.51.100.52')).status).toBe(429);
    api.later(15 * MINUTE_MS + 1_000);
    expect(await check(PASSWORD)).toBe(200);
  });

  test('more than twenty do not wait for a hash', async () => {
    const passwordHash = await hashPassword(PASSWORD);
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => verifyPassword(passwordHash, PASSWORD)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(22);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(TooMany);
  });

  test('the address is the first from the right that is no proxy of ours', async () => {
    expect((await attempt('viewer', PASSWORD, '203.0.113.9, 198.51.100.60, 127.0.0.1')).status).toBe(200);
    expect(await api.rows(`select source from staff_sessions order by id desc limit 1`)).toEqual([
      { source: '198.51.100.60' },
    ]);
  });
});

describe('calls per minute', () => {
  let strict: typeof api;
  beforeAll(async () => {
    strict = await ordersApi({ API_ANONYMOUS_PER_MINUTE: '5', API_USER_PER_MINUTE: '8' });
  });
  afterAll(() => strict[Symbol.asyncDispose]());

  const calls = async (count: number, headers: Record<string, string>) => {
    const answers = [];
    for (let n = 0; n < count; n += 1) answers.push(await strict.query('order.list', {}, headers));
    return answers;
  };

  test('of nobody: by address, refused in the usual shape with a time to wait', async () => {
    const answers = await calls(6, { 'x-forwarded-for': '198.51.100.70' });
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    const { body, headers } = answers[5]!;
    expect(body.error).toMatchObject({
      message: '请求过于频繁，请稍后再试',
      data: { httpStatus: 429, errorCode: 'TOO_MANY_REQUESTS', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect((await calls(1, { 'x-forwarded-for': '198.51.100.71' }))[0]!.status).toBe(401);
    // A wrong token is nobody.
    expect((await calls(1, { 'x-forwarded-for': '198.51.100.70', authorization: 'Bearer wrong' }))[0]!.status).toBe(
      429,
    );
  });

  test('of a person: by account, whatever the sessions, and never by address', async () => {
    const from = { 'x-forwarded-for': '198.51.100.72' };
    const [one, two] = [await strict.signIn('viewer', from), await strict.signIn('viewer', from)];
    const other = await strict.signIn('operator', from);
    const answers = [...(await calls(5, one)), ...(await calls(5, two))];
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 8 }, () => 200), 429, 429]);
    expect((await calls(1, other))[0]!.status).toBe(200);
    // What the limit refuses is no verb that somebody tried.
    expect((await strict.mutate('order.place', {}, one)).status).toBe(429);
    expect((await strict.request('/exports/orders.csv', { headers: one })).status).toBe(429);
    expect(await strict.rows(`select 1 from audit_entries where action = 'admin_action_refused'`)).toEqual([]);
  });

  test('of a machine: ten times as many', async () => {
    const answers = await calls(81, { authorization: `Bearer ${TOKEN}` });
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 80 }, () => 403), 429]);
  });

  test('health and metrics are no calls', async () => {
    for (let n = 0; n < 20; n += 1) expect((await strict.fetch('/healthz')).status).toBe(200);
  });
});
