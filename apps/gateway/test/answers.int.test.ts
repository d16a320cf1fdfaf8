import type { CallbackEnvelope, CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { formatHaierTime, HAIER_CALLBACK_PATHS } from '@orderbridge/contracts/haier-callback';
import { PAYMENT_CALLBACK_PREFIXES } from '@orderbridge/contracts/payment-callback';
import { streams, subjects } from '@orderbridge/contracts/subjects';
import { type TestNats, testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  fakeOrders,
  FORM,
  haierBody,
  HAIER_PATH,
  haierFields,
  paymentBody,
  paymentSignature,
  startGateway,
  until,
} from './gateway-under-test.ts';

let nats: TestNats;
let decide: (envelope: CallbackEnvelope) => Partial<CallbackOutcome> | undefined = () => ({});
let orders: Awaited<ReturnType<typeof fakeOrders>>;
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  nats = await testNats();
  orders = await fakeOrders(nats.url, (envelope) => decide(envelope));
  gateway = await startGateway({
    natsUrl: nats.url,
    env: { CALLBACK_WAIT_MS: '700', CALLBACK_FAILURES_PER_MINUTE: '1000' },
  });
  await gateway.connected();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await orders[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

const read = async (response: Response) => [response.status, await response.json()];
const haierAnswer = (change: object) => ({
  success: true,
  code: 'success',
  description: '成功',
  timeStamp: '20260102110405',
  data: { statusCode: '200', message: '成功', platformOrderNo: '1764297000123456' },
  ...change,
});
const haierFailure = (description: string, code = 'error', timeStamp: unknown = '20260102110405') => ({
  success: false,
  code,
  description,
  timeStamp,
  data: {},
});
const NOW = expect.stringMatching(/^20\d{12}$/);
const withSlash = (paths: readonly string[]) => paths.flatMap((path) => [path, `${path}/`]);
const payment = { id: 101, order: 7, amount: '2999.00', method: 'generic', status: 'succeeded' };

describe('addresses and verbs', () => {
  test.each(withSlash(HAIER_CALLBACK_PATHS))('POST %s', async (path) => {
    decide = () => ({});
    expect(await read(await gateway.post(path, haierBody()))).toEqual([200, haierAnswer({})]);
    expect(orders.taken.at(-1)).toMatchObject({
      provider: 'haier',
      path,
      source: '127.0.0.1',
      contentType: FORM,
      late: false,
      secret: 'current',
    });
  });

  test.each(withSlash(PAYMENT_CALLBACK_PREFIXES.flatMap((prefix) => [`${prefix}/generic`, `${prefix}/mock`])))(
    'POST %s',
    async (path) => {
      decide = () => ({ payment });
      expect(await read(await gateway.post(path, paymentBody()))).toEqual([200, payment]);
      expect(orders.taken.at(-1)).toMatchObject({ provider: path.includes('mock') ? 'mock' : 'generic' });
    },
  );

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s is not allowed', async (method) => {
    for (const path of [
      HAIER_PATH,
      '/api/payments/callback/generic/',
      '/api/payments/callback/nobody',
      '/api/payments/refund-callback/generic/',
    ]) {
      const response = await fetch(gateway.url + path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
      const answer =
        path === HAIER_PATH ? haierFailure('不支持的请求方法', 'error', NOW) : { detail: 'method not allowed' };
      expect(JSON.parse((await response.text()) || 'null')).toEqual(method === 'HEAD' ? null : answer);
    }
  });

  test.each([
    '/api/payments/callback/wechat/',
    '/api/payments/callback/constructor',
    '/api/payments/callback/__proto__/',
    '/api/payments/refund-callback/nobody/',
    '/api/v1/payments/refund-callback/alipay',
  ])('POST %s is an unsupported provider', async (path) => {
    expect(await read(await gateway.post(path, paymentBody()))).toEqual([400, { detail: 'unsupported provider' }]);
  });

  test.each([
    '/',
    '/api',
    '/api/v1/haier',
    '/api/payments/callback',
    '/api/payments/callback/generic/more',
    '/api/v1/haier/callback//',
    '/%zz',
    '/api/payments/callback/%ff',
  ])('%s is nobody', async (path) => {
    const response = await gateway.post(path, paymentBody());
    expect([400, 404]).toContain(response.status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('the mock provider is closed in production', async () => {
    await using production = await startGateway({ natsUrl: nats.url, env: { APP_PROFILE: 'production' } });
    expect(await read(await production.post('/api/payments/callback/mock/', paymentBody()))).toEqual([
      403,
      { detail: 'mock callback only enabled in development' },
    ]);
    expect(await production.metric('callback_requests_total', { result: 'provider_disabled' })).toBe(1);
  });
});

describe('outcomes', () => {
  test.each<[string, Partial<CallbackOutcome>, object]>([
    ['applied', {}, haierAnswer({})],
    ['repeated', { outcome: 'repeated' }, haierAnswer({})],
    ['conflict', { outcome: 'conflict' }, haierAnswer({})],
    ['parked', { outcome: 'parked' }, haierAnswer({})],
    [
      'a cancel',
      { method: 'hmm.scm_heorder.cancel' },
      haierAnswer({ data: { statusCode: 200, message: '成功', platformOrderNo: '1764297000123456' } }),
    ],
    ['orphan', { outcome: 'orphan' }, haierFailure('订单不存在', 'order_not_found')],
    [
      'orphan by the seeds\u2019 method',
      { outcome: 'orphan', method: 'OrderStatusChange' },
      haierFailure('订单不存在'),
    ],
    ['late', { outcome: 'late' }, haierFailure('请求已过期')],
    ['malformed', { outcome: 'malformed' }, haierFailure('数据格式错误')],
    ['unknown method', { outcome: 'unknown_method', method: 'hmm.x' }, haierFailure('未知的回调方法: hmm.x')],
  ])('Haier: %s', async (_, outcome, body) => {
    decide = () => outcome;
    expect(await read(await gateway.post(HAIER_PATH, haierBody()))).toEqual([200, body]);
  });

  test.each<[string, Partial<CallbackOutcome>, number, object]>([
    ['applied', { payment }, 200, payment],
    ['repeated', { outcome: 'repeated', payment }, 200, payment],
    ['conflict', { outcome: 'conflict', payment }, 200, payment],
    ['parked', { outcome: 'parked' }, 200, { detail: 'accepted' }],
    ['orphan', { outcome: 'orphan' }, 404, { detail: 'payment not found' }],
    ['malformed', { outcome: 'malformed' }, 400, { detail: 'malformed callback' }],
    [
      'amount mismatch',
      { outcome: 'amount_mismatch' },
      400,
      { detail: '支付金额不匹配', code: 'INVALID_PAYMENT_AMOUNT' },
    ],
  ])('payment: %s', async (_, outcome, status, body) => {
    decide = () => outcome;
    expect(await read(await gateway.post('/api/payments/callback/generic/', paymentBody()))).toEqual([status, body]);
  });

  test('a payment as JSON keeps its body as it was sent', async () => {
    decide = () => ({ payment });
    const fields = { payment_id: '101', amount: '2999.00', status: 'success' };
    const body = `{"payment_id":101,"amount":2999.00,"status":"success","sign":"${paymentSignature(fields)}"}`;
    expect(
      await read(await gateway.post('/api/payments/callback/generic', body, { 'content-type': 'application/json' })),
    ).toEqual([200, payment]);
    expect(orders.taken.at(-1)).toMatchObject({
      body,
      contentType: 'application/json',
      transportKey: `generic:${paymentSignature(fields)}`,
    });
  });

  test('the same callback again is answered byte for byte as the first time', async () => {
    decide = () => ({});
    const body = haierBody();
    const first = await (await gateway.post(HAIER_PATH, body)).text();
    decide = () => ({ outcome: 'repeated' });
    expect(await (await gateway.post(HAIER_PATH, body)).text()).toBe(first);
    const [one, other] = orders.taken.slice(-2);
    expect(one!.transportKey).toBe(other!.transportKey);
    expect(one!.id).not.toBe(other!.id);
  });

  test('no outcome in time: it is kept, so the answer is accepted', async () => {
    decide = () => undefined;
    const startedMs = performance.now();
    const answers = await Promise.all([
      gateway.post(HAIER_PATH, haierBody()).then(read),
      gateway.post(HAIER_PATH, haierBody({ Method: 'hmm.scm_heorder.cancel' })).then(read),
      gateway.post(HAIER_PATH, haierBody({ Data: 'nothing to read' })).then(read),
      gateway.post('/api/payments/callback/generic/', paymentBody()).then(read),
    ]);
    expect(answers).toEqual([
      [200, haierAnswer({ timeStamp: NOW })],
      [
        200,
        haierAnswer({
          timeStamp: NOW,
          data: { statusCode: 200, message: '成功', platformOrderNo: '1764297000123456' },
        }),
      ],
      [200, haierAnswer({ timeStamp: NOW, data: { statusCode: '200', message: '成功', platformOrderNo: '' } })],
      [200, { detail: 'accepted' }],
    ]);
    expect(performance.now() - startedMs).toBeGreaterThan(650);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  test('a reply that is no outcome is not believed', async () => {
    decide = () => ({ outcome: 'paid' as never });
    expect(await read(await gateway.post('/api/payments/callback/generic/', paymentBody()))).toEqual([
      200,
      { detail: 'accepted' },
    ]);
  });
});

describe('age', () => {
  const now = new Date('2026-03-01T12:00:00.000Z');
  const stampAt = (offsetSeconds: number) => formatHaierTime(new Date(now.getTime() + offsetSeconds * 1_000));

  test.each([
    [-301, true],
    [-300, false],
    [-299, false],
    [0, false],
    [299, false],
    [300, false],
    [301, true],
  ])('%i s from now is late: %s', async (offset, late) => {
    await using timed = await startGateway({ natsUrl: nats.url, overrides: { now: () => now } });
    await timed.connected();
    decide = (envelope) => ({ outcome: envelope.late ? 'late' : 'applied' });
    const [, body] = await read(await timed.post(HAIER_PATH, haierBody({ TimeStamp: stampAt(offset) })));
    expect(body.description).toBe(late ? '请求已过期' : '成功');
    expect(orders.taken.at(-1)).toMatchObject({ late, receivedAt: now.toISOString() });
  });

  test.each(['', '20260101', '20261301000000', '2026-01-01 00:00', '1767225600000'])(
    '%j is no time: not late, orders says malformed',
    async (TimeStamp) => {
      decide = (envelope) => ({ outcome: envelope.late ? 'late' : 'malformed' });
      expect(await read(await gateway.post(HAIER_PATH, haierBody({ TimeStamp })))).toEqual([
        200,
        haierFailure('数据格式错误'),
      ]);
    },
  );

  test('a late one that was applied before is answered as the first time', async () => {
    decide = () => ({ outcome: 'repeated' });
    expect(await read(await gateway.post(HAIER_PATH, haierBody({ TimeStamp: '20200101000000' })))).toEqual([
      200,
      haierAnswer({}),
    ]);
  });

  test('a late one without an outcome is no success', async () => {
    decide = () => undefined;
    expect(await read(await gateway.post(HAIER_PATH, haierBody({ TimeStamp: '20200101000000' })))).toEqual([
      200,
      haierFailure('请求已过期', 'error', NOW),
    ]);
  });

  test('the configured window counts', async () => {
    await using wide = await startGateway({
      natsUrl: nats.url,
      env: { CALLBACK_MAX_AGE_SECONDS: '600' },
      overrides: { now: () => now },
    });
    await wide.connected();
    decide = () => ({});
    await wide.post(HAIER_PATH, haierBody({ TimeStamp: stampAt(-600) }));
    expect(orders.taken.at(-1)).toMatchObject({ late: false });
  });
});

describe('refusals', () => {
  const forged = () => new URLSearchParams({ ...haierFields(), Sign: '0'.repeat(32) }).toString();

  test('a forgery reaches neither the stream nor the logs in full, and leaves a line, a metric and a sample', async () => {
    const before = orders.taken.length;
    const counted = await gateway.metric('callback_requests_total', { provider: 'haier', result: 'bad_signature' });
    expect(await read(await gateway.post(HAIER_PATH, forged()))).toEqual([
      200,
      haierFailure('签名验证失败', 'error', NOW),
    ]);
    expect(orders.taken.length).toBe(before);
    expect(await gateway.metric('callback_requests_total', { provider: 'haier', result: 'bad_signature' })).toBe(
      counted + 1,
    );
    expect(gateway.logged('callback refused').at(-1)).toMatchObject({
      level: 'warn',
      provider: 'haier',
      reason: 'bad_signature',
      source: '127.0.0.1',
      status: 200,
    });
    const expected = haierFields()['Sign']!;
    expect(JSON.stringify(gateway.lines)).not.toContain(expected);

    const { manager } = gateway.ctx.broker.session!.js;
    const lastSample = () =>
      manager.streams.getMessage(streams.refusals.name, { last_by_subj: subjects.refusal('haier') });
    await until(async () => (await lastSample())?.json<{ reason: string }>().reason === 'bad_signature');
    expect((await lastSample())!.json()).toMatchObject({
      provider: 'haier',
      reason: 'bad_signature',
      source: '127.0.0.1',
      path: HAIER_PATH,
    });
  });

  test('a wrong secret, a foreign AppKey and a payment forgery', async () => {
    expect(await read(await gateway.post(HAIER_PATH, haierBody({}, 'another-secret-of-somebody')))).toEqual([
      200,
      haierFailure('签名验证失败', 'error', NOW),
    ]);
    expect(await read(await gateway.post(HAIER_PATH, haierBody({ AppKey: 'somebody' })))).toEqual([
      200,
      haierFailure('签名验证失败', 'error', NOW),
    ]);
    const body = paymentBody().replace('2999.00', '0.01');
    expect(await read(await gateway.post('/api/payments/callback/generic/', body))).toEqual([
      403,
      { detail: 'signature verification failed' },
    ]);
  });

  test('unset secrets refuse everything', async () => {
    await using bare = await startGateway({
      natsUrl: nats.url,
      env: { HAIER_CALLBACK_APP_KEY: '', HAIER_CALLBACK_SECRET: '', PAYMENT_CALLBACK_SECRET: '' },
    });
    expect(await read(await bare.post(HAIER_PATH, haierBody()))).toEqual([
      200,
      haierFailure('签名验证失败', 'error', NOW),
    ]);
    expect(await read(await bare.post('/api/payments/callback/generic/', paymentBody()))).toEqual([
      403,
      { detail: 'signature verification failed' },
    ]);
  });

  test('during a rotation both secrets pass, and the envelope says which', async () => {
    await using rotated = await startGateway({
      natsUrl: nats.url,
      env: { HAIER_CALLBACK_SECRET: 'the-next-haier-secret', HAIER_CALLBACK_SECRET_PREVIOUS: 'test-haier-secret-0001' },
    });
    await rotated.connected();
    decide = () => ({});
    for (const [secret, name] of [
      ['the-next-haier-secret', 'current'],
      ['test-haier-secret-0001', 'previous'],
    ] as const) {
      expect((await rotated.post(HAIER_PATH, haierBody({}, secret))).status).toBe(200);
      expect(orders.taken.at(-1)).toMatchObject({ secret: name });
    }
  });

  test('beyond 20 failures a minute forgeries get 429 and few lines, verified callbacks still pass', async () => {
    await using limited = await startGateway({ natsUrl: nats.url });
    await limited.connected();
    decide = () => ({});
    const statuses: number[] = [];
    for (let at = 0; at < 40; at++) statuses.push((await limited.post(HAIER_PATH, forged())).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), ...Array.from({ length: 20 }, () => 429)]);
    const refused = await limited.post(HAIER_PATH, forged());
    expect([refused.headers.get('retry-after'), (await refused.json()).description]).toEqual([
      '3',
      '请求过于频繁，请稍后再试',
    ]);
    expect((await limited.post(HAIER_PATH, haierBody())).status).toBe(200);
    expect(await limited.metric('callback_requests_total', { result: 'too_many_failures' })).toBe(21);
    expect(limited.logged('callback refused').length).toBeLessThan(30);
    expect(await (await limited.post('/api/payments/callback/generic/', 'sign=x')).json()).toEqual({
      detail: 'too many requests',
    });
  });

  test('samples of refused requests are few', async () => {
    await using gateway = await startGateway({
      natsUrl: nats.url,
      env: { CALLBACK_FAILURES_PER_MINUTE: '1000' },
      overrides: { now: () => new Date('2026-03-01T12:00:00Z') },
    });
    await gateway.connected();
    const { manager } = gateway.ctx.broker.session!.js;
    const count = async () => (await manager.streams.info(streams.refusals.name)).state.messages;
    const before = await count();
    for (let at = 0; at < 12; at++) await gateway.post(HAIER_PATH, forged());
    await until(async () => (await count()) >= before + 5);
    expect(await count()).toBe(before + 5);
  });

  test('allow-lists are per family and see through trusted proxies only', async () => {
    const env = {
      TRUSTED_PROXIES: '127.0.0.1',
      HAIER_CALLBACK_ALLOWED_CIDRS: '198.51.100.0/24',
      PAYMENT_CALLBACK_ALLOWED_CIDRS: '203.0.113.0/24',
    };
    await using strict = await startGateway({ natsUrl: nats.url, env });
    await strict.connected();
    decide = () => ({});
    const from = (address: string) => ({
      'content-type': FORM,
      'x-forwarded-for': address,
      'x-real-ip': '198.51.100.7',
    });
    expect((await strict.post(HAIER_PATH, haierBody(), from('198.51.100.7'))).status).toBe(200);
    expect(orders.taken.at(-1)).toMatchObject({ source: '198.51.100.7' });
    expect(await read(await strict.post(HAIER_PATH, haierBody(), from('203.0.113.7')))).toEqual([
      403,
      haierFailure('来源地址不允许', 'error', NOW),
    ]);
    expect(await read(await strict.post(HAIER_PATH, haierBody(), from('198.51.100.7, 192.0.2.1')))).toEqual([
      403,
      haierFailure('来源地址不允许', 'error', NOW),
    ]);
    expect((await strict.post('/api/payments/callback/generic/', paymentBody(), from('203.0.113.7'))).status).toBe(200);
    expect(
      await read(await strict.post('/api/payments/callback/generic/', paymentBody(), from('198.51.100.7'))),
    ).toEqual([403, { detail: 'source address not allowed' }]);
  });

  test('beyond the most waiting callbacks: 503, and nothing is kept', async () => {
    await using narrow = await startGateway({
      natsUrl: nats.url,
      env: { MAX_WAITING_CALLBACKS: '3', CALLBACK_WAIT_MS: '500' },
    });
    await narrow.connected();
    decide = () => undefined;
    const before = orders.taken.length;
    const responses = await Promise.all(Array.from({ length: 10 }, () => narrow.post(HAIER_PATH, haierBody())));
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 200, 200, 503, 503, 503, 503, 503, 503, 503,
    ]);
    const busy = responses.find(({ status }) => status === 503)!;
    expect([busy.headers.get('retry-after'), await busy.json()]).toEqual([
      '5',
      haierFailure('服务暂时不可用，请稍后重试', 'error', NOW),
    ]);
    expect(orders.taken.length).toBe(before + 3);
  });
});

test('one line for each verified callback, with the whole story', async () => {
  decide = () => ({});
  await gateway.post(HAIER_PATH, haierBody());
  expect(gateway.logged('callback received').at(-1)).toMatchObject({
    level: 'info',
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    provider: 'haier',
    outcome: 'applied',
    status: 200,
    durationMs: expect.any(Number),
    late: false,
    kept: 'stream',
    source: '127.0.0.1',
  });
});

test('health', async () => {
  const get = async (path: string) => read(await fetch(gateway.url + path));
  expect(await get('/readyz')).toEqual([200, { ready: true, waitingFor: [] }]);
  expect(await get('/healthz')).toMatchObject([
    200,
    { success: true, data: { services: { nats: { status: 'healthy' }, spool: { status: 'healthy' } } } },
  ]);
  expect(await get('/livez')).toEqual([200, { alive: true }]);
  expect(await gateway.metric('jetstream_connected')).toBe(1);
  expect(await gateway.metric('callbacks_waiting')).toBe(0);
});
