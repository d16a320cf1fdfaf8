import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { afterEach, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { jsonLog } from './json-log.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

test('a call reaches its service with cookie, body and the client address, and its answer comes back whole', async () => {
  const seen: {
    url?: string | undefined;
    method?: string | undefined;
    headers?: IncomingMessage['headers'];
    body?: string;
  } = {};
  const { admin } = await start(async (req, res) => {
    Object.assign(seen, { url: req.url, method: req.method, headers: req.headers, body: await textOf(req) });
    res.writeHead(201, {
      'content-type': 'application/json',
      'set-cookie': ['a=1; HttpOnly', 'b=2'],
      connection: 'close',
    });
    res.end('{"result":{"data":1}}');
  });

  const answer = await fetch(`${admin}/trpc/orders/session.signIn?x=%E4%BD%A0`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: 'sid=secret',
      te: 'trailers',
      'x-forwarded-for': '203.0.113.9',
    },
    body: '{"username":"张三"}',
  });

  expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([
    201,
    '{"result":{"data":1}}',
    ['a=1; HttpOnly', 'b=2'],
  ]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(seen).toMatchObject({ url: '/trpc/session.signIn?x=%E4%BD%A0', method: 'POST', body: '{"username":"张三"}' });
  expect(seen.headers).toMatchObject({
    cookie: 'sid=secret',
    'content-length': '21',
    'x-forwarded-for': '203.0.113.9, 127.0.0.1',
    'x-forwarded-proto': 'http',
  });
  expect(seen.headers).not.toHaveProperty('te');
});

test('events of a stream arrive one by one, and a client that leaves closes the stream at the service', async () => {
  let left: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const { admin } = await start(
    async (req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('event: connected\ndata: {}\n\n');
      req.socket.on('close', () => left?.());
      // Longer than the service may otherwise be silent.
      await sleep(300);
      res.write('id: 7\ndata: {"kind":"order.moved"}\n\n');
    },
    { timeoutMs: 100 },
  );
  const client = new AbortController();
  const answer = await fetch(`${admin}/trpc/orders/order.changes`, { signal: client.signal });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();

  expect((await reader.read()).value).toBe('event: connected\ndata: {}\n\n');
  expect((await reader.read()).value).toBe('id: 7\ndata: {"kind":"order.moved"}\n\n');
  client.abort();
  await gone;
});

test('a client that leaves before the answer takes its question back', async () => {
  let left: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => (left = resolve));
  let arrived: (() => void) | undefined;
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  const { admin } = await start((req) => {
    req.socket.on('close', () => left?.());
    arrived?.();
  });
  const client = new AbortController();
  const answer = fetch(`${admin}/trpc/orders/order.list`, { signal: client.signal }).catch(() => 'left');
  await asked;
  client.abort();
  await gone;
  expect(await answer).toBe('left');
});

test('an export streams through with its file name, and a cut one is cut here too', async () => {
  const seen: string[] = [];
  let cut: (() => void) | undefined;
  const { admin } = await start(
    async (req, res) => {
      seen.push(`${req.method} ${req.url} ${req.headers.cookie}`);
      res.writeHead(200, {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="orders.csv"',
      });
      res.write('\ufeffa,b\r\n');
      cut = () => res.destroy();
      if (req.url!.includes('cut')) return;
      // Longer than the service may otherwise be silent.
      await sleep(300);
      res.end('1,2\r\n');
    },
    { timeoutMs: 100 },
  );
  const whole = await fetch(`${admin}/exports/orders.csv?status=paid&status=shipped`, { headers: { cookie: 'sid=1' } });
  expect(whole.headers.get('content-disposition')).toBe('attachment; filename="orders.csv"');
  expect(whole.headers.get('cache-control')).toBe('no-store');
  expect(Buffer.from(await whole.arrayBuffer()).toString()).toBe('\ufeffa,b\r\n1,2\r\n');
  expect(seen).toEqual(['GET /exports/orders.csv?status=paid&status=shipped sid=1']);

  const broken = await fetch(`${admin}/exports/payments.csv?cut`);
  const reader = broken.body!.getReader();
  expect((await reader.read()).done).toBe(false);
  cut!();
  await expect(reader.read()).rejects.toThrow('terminated');
});

test('a reader who leaves an export closes it at the service', async () => {
  let left: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const { admin } = await start((req, res) => {
    res.writeHead(200, { 'content-type': 'text/csv', 'content-disposition': 'attachment' });
    res.write('a\r\n');
    req.socket.on('close', () => left?.());
  });
  const client = new AbortController();
  const answer = await fetch(`${admin}/exports/orders.csv`, { signal: client.signal });
  await answer.body!.getReader().read();
  client.abort();
  await expect(gone).resolves.toBeUndefined();
});

test('a stream ends cleanly when its service dies and when this server goes down', async () => {
  const { admin, upstream, shutdown } = await start((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('data: 1\n\n');
  });
  const first = await fetch(`${admin}/trpc/orders/order.changes`);
  const whole = first.text();
  await sleep(50);
  upstream.closeAllConnections();
  expect(await whole).toBe('data: 1\n\n');

  const second = await fetch(`${admin}/trpc/orders/order.changes`);
  shutdown.abort();
  expect(await second.text()).toBe('data: 1\n\n');
});

test('a service that is down or silent is answered in the shape of an API error', async () => {
  const { admin, upstream } = await start(() => {}, { timeoutMs: 100 });
  const silent = await fetch(`${admin}/trpc/orders/order.list`);
  expect([silent.status, await silent.json()]).toMatchObject([504, { error: { data: { errorCode: 'UNAVAILABLE' } } }]);

  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  const down = await fetch(`${admin}/trpc/orders/order.list`);
  expect(down.status).toBe(502);
  expect(await down.json()).toEqual({
    error: {
      message: '订单服务暂时连接不上，请稍后重试',
      code: -32_603,
      data: {
        code: 'BAD_GATEWAY',
        httpStatus: 502,
        errorCode: 'UNAVAILABLE',
        messageEn: 'The orders service cannot be reached right now. Try again in a moment.',
        requestId: down.headers.get('x-request-id'),
      },
    },
  });
});

test.each([
  ['/trpc/orders/order.list,order.get', 'GET', {}, undefined, 404],
  ['/trpc/orders/..%2Fadmin', 'GET', {}, undefined, 404],
  ['/trpc/orders/__proto__/x', 'GET', {}, undefined, 404],
  ['/trpc/toString/order.list', 'GET', {}, undefined, 404],
  ['/trpc/gateway/order.list', 'GET', {}, undefined, 404],
  ['/trpc/orders/order.place', 'DELETE', {}, undefined, 405],
  ['/exports/orders.csv', 'POST', {}, '{}', 405],
  ['/exports/orders.csv', 'HEAD', {}, undefined, 405],
  ['/exports/orders.csv', 'GET', { 'sec-fetch-site': 'cross-site' }, undefined, 403],
  ['/exports/..%2Ftrpc%2Forder.list', 'GET', {}, undefined, 404],
  ['/exports/orders.xlsx', 'GET', {}, undefined, 404],
  ['/trpc/orders/order.place', 'POST', { 'sec-fetch-site': 'same-site' }, '{}', 403],
  ['/trpc/orders/order.place', 'POST', { origin: 'http://evil.example' }, '{}', 403],
  ['/trpc/orders/order.place', 'POST', { origin: 'null' }, '{}', 403],
  ['/trpc/orders/order.place', 'POST', {}, 'x'.repeat(1024 * 1024 + 1), 413],
])('%s by %s is refused here and never reaches a service (%#)', async (path, method, headers, body, status) => {
  let calls = 0;
  const { admin } = await start((_req, res) => {
    calls++;
    res.end();
  });
  expect(await rawStatus(`${admin}${path}`, method, headers, body)).toBe(status);
  expect(calls).toBe(0);
});

test('a body of exactly 1 MiB passes', async () => {
  const { admin } = await start(async (req, res) => {
    res.end(String((await textOf(req)).length));
  });
  const answer = await fetch(`${admin}/trpc/orders/order.place`, { method: 'POST', body: 'x'.repeat(1024 * 1024) });
  expect(await answer.text()).toBe(String(1024 * 1024));
});

async function start(service: RequestListener, { timeoutMs = 5_000 } = {}) {
  const shutdown = new AbortController();
  const upstream = createServer(service);
  const app = createApp({
    config: {
      services: { orders: new URL(await listen(upstream)), integrations: new URL('http://127.0.0.1:9') },
      gateway: new URL('http://127.0.0.1:9'),
      buildDir: '/nonexistent',
    },
    log: jsonLog(
      'silent',
      () => {},
      () => new Date(),
    ),
    shutdown: shutdown.signal,
    serviceTimeoutMs: timeoutMs,
  });
  const admin = await listen(createAdaptorServer({ fetch: app.fetch }) as Server);
  return { admin, upstream, shutdown };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

// fetch would rewrite the path and refuse to send these headers.
function rawStatus(
  url: string,
  method: string,
  headers: object,
  body: string | undefined,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
