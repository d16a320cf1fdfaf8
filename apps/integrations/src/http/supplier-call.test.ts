import { expect, test } from 'vitest';
import { demoSuppliers, playPlatform, quickClock, realClock, type Reply } from '../../test/_platform.ts';
import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';

const manual: CallOptions = { priority: 'manual' };
const TOKEN: Reply = { body: { access_token: 't1', expires_in: 3_600 } };
const STOCK: Reply = { body: { success: true, data: [{ stock: '3' }] } };

/** What a platform answers one after the other, its last answer for ever; sign-ins always work. */
const playing = (...replies: Reply[]) => {
  let next = 0;
  return playPlatform(({ path }) => {
    if (/oauth/.test(path)) return TOKEN;
    return replies[Math.min(next++, replies.length - 1)]!;
  });
};

type Case = {
  readonly replies: readonly Reply[];
  readonly read: object;
  readonly readCalls: number;
  readonly write: object;
};

const text = { zh: expect.any(String), en: expect.any(String) };
const uncertain = { outcome: 'uncertain', detail: text };
const refused = (why: string, words?: string) => ({
  outcome: 'refused',
  why,
  detail: words === undefined ? text : { zh: words, en: words },
});

test.each<[string, Case]>([
  ['a broken line', { replies: ['drop'], read: uncertain, readCalls: 3, write: uncertain }],
  [
    'nothing in time',
    {
      replies: ['hang'],
      read: { ...uncertain, isTimeout: true, detail: { zh: '网络连接超时，请稍后重试', en: expect.any(String) } },
      readCalls: 3,
      write: { ...uncertain, isTimeout: true },
    },
  ],
  [
    'HTTP 500 with words',
    {
      replies: [{ status: 500, body: { message: '系统繁忙' } }],
      read: {
        outcome: 'uncertain',
        detail: { zh: expect.stringContaining('系统繁忙'), en: expect.stringContaining('系统繁忙') },
      },
      readCalls: 3,
      write: uncertain,
    },
  ],
  ['HTTP 503', { replies: [{ status: 503, body: 'down' }], read: uncertain, readCalls: 3, write: uncertain }],
  [
    'HTTP 503 for two seconds',
    {
      replies: [{ status: 503, headers: { 'retry-after': '2' } }],
      read: { outcome: 'not_sent', retryAfterMs: 2_000, detail: text },
      readCalls: 3,
      // Whatever stands before the platform may say so of what it has passed on.
      write: { outcome: 'uncertain', retryAfterMs: 2_000, detail: text },
    },
  ],
  [
    'HTTP 429 for a minute',
    {
      replies: [{ status: 429, headers: { 'retry-after': '60' } }],
      read: { outcome: 'not_sent', retryAfterMs: 60_000, detail: text },
      readCalls: 1,
      write: { outcome: 'not_sent', retryAfterMs: 60_000, detail: text },
    },
  ],
  [
    'HTTP 429',
    {
      replies: [{ status: 429 }],
      read: { outcome: 'not_sent', retryAfterMs: undefined, detail: text },
      readCalls: 3,
      write: { outcome: 'not_sent', detail: text },
    },
  ],
  [
    'HTTP 403 with words',
    {
      replies: [{ status: 403, body: { description: 'IP不在白名单' } }],
      read: refused('upstream', 'IP不在白名单'),
      readCalls: 1,
      write: refused('upstream', 'IP不在白名单'),
    },
  ],
  [
    'HTTP 404 without words',
    { replies: [{ status: 404, body: '<html>' }], read: refused('upstream'), readCalls: 1, write: refused('upstream') },
  ],
  [
    'success: false',
    {
      replies: [{ body: { success: false, errorMsg: '商品暂不可采' } }],
      read: refused('upstream', '商品暂不可采'),
      readCalls: 1,
      write: refused('upstream', '商品暂不可采'),
    },
  ],
  ['no JSON', { replies: [{ body: '<html>' }], read: refused('unexpected'), readCalls: 1, write: uncertain }],
  [
    'words, and neither yes nor no',
    {
      replies: [{ body: { code: '500', msg: '系统异常' } }],
      read: {
        outcome: 'refused',
        why: 'unexpected',
        detail: { zh: expect.stringContaining('系统异常'), en: expect.stringContaining('系统异常') },
      },
      readCalls: 1,
      write: { outcome: 'uncertain', detail: { zh: expect.stringContaining('系统异常') } },
    },
  ],
  ['wrong types', { replies: [{ body: { data: 7 } }], read: refused('unexpected'), readCalls: 1, write: uncertain }],
  [
    'a redirect',
    {
      replies: [{ status: 302, headers: { location: '/elsewhere' } }],
      read: uncertain,
      readCalls: 1,
      write: uncertain,
    },
  ],
  [
    'a 401, a new token and another 401',
    { replies: [{ status: 401 }], read: refused('authentication'), readCalls: 2, write: refused('authentication') },
  ],
])('%s', async (name, { replies, read, readCalls, write }) => {
  await using platform = await playing(...replies);
  await using suppliers = demoSuppliers(platform.url, { timeoutMs: replies[0] === 'hang' ? 800 : 5_000 });
  const { haier, ylh } = await suppliers.current();

  expect(await haier.stock('A', '370211', manual)).toEqual(read);
  expect(platform.to('/stock/')).toHaveLength(readCalls);
  // What changes something is sent once, whatever happens; after a 401 nothing has changed.
  expect(await ylh.cancelOrder({ soId: '1', reason: 'x', at: new Date() }, manual)).toMatchObject(write);
  expect(platform.to('/intake')).toHaveLength(name.includes('401') ? 2 : 1);
});

test('where nobody listens nothing was sent', async () => {
  const platform = await playing(STOCK);
  await platform[Symbol.asyncDispose]();
  await using suppliers = demoSuppliers(platform.url);
  const { haier, ylh } = await suppliers.current();

  expect(await haier.balance(manual)).toMatchObject({ outcome: 'not_sent' });
  expect(await ylh.cancelOrder({ soId: '1', reason: 'x', at: new Date(0) }, manual)).toMatchObject({
    outcome: 'not_sent',
  });
});

test('a read that fails twice and then works, works, after waits of 0.5 s and 1 s', async () => {
  await using platform = await playing({ status: 500 }, 'drop', STOCK);
  const clock = quickClock();
  await using suppliers = demoSuppliers(platform.url, { clock, random: () => 0.5 });

  expect(await (await suppliers.current()).haier.stock('A', '370211', manual)).toMatchObject({ outcome: 'answered' });
  expect(clock.waits).toEqual([500, 1_000]);
});

test('a call that is given up while it waits is not attempted again', async () => {
  const gaveUp = new AbortController();
  await using platform = await playPlatform(({ path }) => {
    if (/oauth/.test(path)) return TOKEN;
    gaveUp.abort();
    return 'hang';
  });
  await using suppliers = demoSuppliers(platform.url);
  const call = { priority: 'bulk', signal: gaveUp.signal } as const;
  const client = (await suppliers.current()).haier;

  expect(await client.stock('A', '370211', call)).toMatchObject({ outcome: 'uncertain' });
  expect(await client.stock('A', '370211', call)).toMatchObject({ outcome: 'not_sent' });
  expect(platform.to('/stock/')).toHaveLength(1);
});

// P20.
test('500 concurrent calls without a token make one token request', async () => {
  await using platform = await playPlatform(async ({ path }) => {
    if (!/oauth/.test(path)) return STOCK;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return TOKEN;
  });
  await using suppliers = demoSuppliers(platform.url, { callsPerSecond: 100_000 });
  const { haier } = await suppliers.current();
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) => haier.stock(`P${index}`, '370211', { priority: 'bulk' })),
  );

  expect(answers.filter(({ outcome }) => outcome === 'answered')).toHaveLength(500);
  expect([platform.to('/oauth2/').length, platform.to('/stock/').length]).toEqual([1, 500]);
});

test('500 concurrent calls whose token is no longer taken make one new sign-in and one repeat each', async () => {
  let valid = 't1';
  await using platform = await playPlatform(({ path, headers }) => {
    if (/oauth/.test(path)) return { body: { access_token: valid } };
    return headers['authorization'] === valid ? STOCK : { status: 401 };
  });
  await using suppliers = demoSuppliers(platform.url, { callsPerSecond: 100_000 });
  const { haier } = await suppliers.current();
  await haier.stock('first', '370211', manual);
  valid = 't2';
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, index) => haier.stock(`P${index}`, '370211', { priority: 'bulk' })),
  );

  expect(answers.filter(({ outcome }) => outcome === 'answered')).toHaveLength(500);
  expect([platform.to('/oauth2/').length, platform.to('/stock/').length]).toEqual([2, 1_001]);
});

test('a 401 before an order was taken is followed by one sign-in and the same order', async () => {
  let valid = 't1';
  await using platform = await playPlatform(({ path, headers }) => {
    if (/oauth/.test(path)) return { body: { access_token: valid } };
    return headers['authorization'] === `Bearer ${valid}` ? { body: { success: true } } : { status: 401 };
  });
  await using suppliers = demoSuppliers(platform.url);
  const { ylh } = await suppliers.current();
  await ylh.cancelOrder({ soId: '1', reason: 'x', at: new Date(0) }, manual);
  valid = 't2';

  expect(await ylh.cancelOrder({ soId: '2', reason: 'x', at: new Date(0) }, manual)).toMatchObject({
    outcome: 'answered',
  });
  expect(platform.to('/auth/')).toHaveLength(2);
  expect(platform.to('/intake').map(({ body }) => (JSON.parse(body) as { soId: string }).soId)).toEqual([
    '1',
    '2',
    '2',
  ]);
});

test('a sign-in that never works opens the breaker, and 500 more calls make no storm', async () => {
  await using platform = await playPlatform(() => ({ status: 500 }));
  const clock = quickClock();
  await using suppliers = demoSuppliers(platform.url, { clock });
  const { haier } = await suppliers.current();
  let answer: SupplierAnswer<unknown> | undefined;
  for (let call = 0; call < 10; call++) answer = await haier.balance({ priority: 'bulk' });

  expect(answer).toMatchObject({ outcome: 'not_sent', retryAfterMs: expect.any(Number), isHeldBack: true });
  const seenBefore = platform.seen.length;
  // Of 3 attempts at both addresses each.
  expect(seenBefore).toBe(20);
  const storm = await Promise.all(Array.from({ length: 500 }, () => haier.balance({ priority: 'bulk' })));
  expect(storm.every(({ outcome }) => outcome === 'not_sent')).toBe(true);
  expect(platform.seen).toHaveLength(seenBefore);

  clock.skip(30_000);
  await Promise.all(Array.from({ length: 500 }, () => haier.balance({ priority: 'bulk' })));
  // One try, and it is open again.
  expect(platform.seen).toHaveLength(seenBefore + 1);
  expect(await suppliers.metrics()).toMatch(/integrations_upstream_breaker\{[^}]*upstream="haier"[^}]*\} 2/);
});

test('one platform that fails keeps nobody from the other one', async () => {
  await using platform = await playPlatform(({ path }) =>
    path.startsWith('/yilihuo') ? { status: 500 } : path.includes('oauth') ? TOKEN : { body: { success: true } },
  );
  await using suppliers = demoSuppliers(platform.url);
  const { haier, ylh } = await suppliers.current();
  for (let call = 0; call < 10; call++) await haier.balance(manual);

  expect(await haier.balance(manual)).toMatchObject({ outcome: 'not_sent', retryAfterMs: expect.any(Number) });
  expect(await ylh.cancelOrder({ soId: '1', reason: 'x', at: new Date(0) }, manual)).toMatchObject({
    outcome: 'answered',
  });
});

// P21, on the clock and the wire: what arrives counts.
test('200 concurrent calls arrive at no more than 80 in any second, a person’s among the first', async () => {
  await using platform = await playing(STOCK);
  await using suppliers = demoSuppliers(platform.url, { callsPerSecond: 80, clock: realClock });
  const { haier } = await suppliers.current();
  await haier.stock('first', '370211', manual);
  const bulk = Array.from({ length: 200 }, (_, index) => haier.stock(`P${index}`, '370211', { priority: 'bulk' }));
  await haier.stock('person', '370211', manual);
  const place = platform.seen.findIndex(({ body }) => body.includes('person'));
  await Promise.all(bulk);

  const times = platform.seen.map(({ atMs }) => atMs);
  const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at <= from + 1_000).length));
  expect(times).toHaveLength(203);
  expect(most).toBeLessThanOrEqual(80);
  expect(place).toBeLessThan(15);
}, 10_000);

test('calls are counted by platform, operation and outcome', async () => {
  await using platform = await playing({ status: 500 }, STOCK);
  await using suppliers = demoSuppliers(platform.url);
  await (await suppliers.current()).haier.stock('A', '370211', manual);

  const metrics = await suppliers.metrics();
  const count = (outcome: string, operation: string) =>
    new RegExp(
      `integrations_upstream_calls_total\\{(?=[^}]*upstream="haier")(?=[^}]*operation="${operation}")(?=[^}]*outcome="${outcome}")[^}]*\\} 1`,
    );
  expect(metrics).toMatch(count('uncertain', 'stock'));
  expect(metrics).toMatch(count('answered', 'stock'));
  expect(metrics).toMatch(count('answered', 'token'));
  expect(metrics).toMatch(/integrations_upstream_tokens_total\{[^}]*outcome="answered"[^}]*\} 1/);
  expect(metrics).toMatch(/integrations_upstream_seconds_count\{[^}]*operation="stock"[^}]*\} 2/);
});
