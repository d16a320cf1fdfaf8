import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { freePort } from './local/free-port.ts';
import { openOutbound } from './outbound-http.ts';

const LOOPBACK = { plainHttpHosts: ['127.0.0.1'], privateHosts: ['127.0.0.1'] };
const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

const outbound = (rules: Partial<Parameters<typeof openOutbound>[0]> = {}) => {
  const opened = openOutbound({ timeoutMs: 2_000, ...LOOPBACK, ...rules });
  stack.defer(() => opened.close());
  return opened;
};

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;

test('an answer comes with its status, its headers and its text', async () => {
  const url = await serving((request, response) => {
    response.writeHead(201, { 'X-Kind': 'test' }).end(`${request.method} ${request.url} 收到`);
  });

  const result = await outbound().send({ method: 'POST', url: `${url}/a?b=c`, headers: {}, body: '{}' });

  expect(result).toMatchObject({ outcome: 'answered', status: 201, body: 'POST /a?b=c 收到' });
  expect(result.outcome === 'answered' && result.header('X-KIND')).toBe('test');
});

test('a redirect is an answer like any other and is not followed', async () => {
  let reached = 0;
  const target = await serving((_request, response) => {
    reached += 1;
    response.end();
  });
  const url = await serving((_request, response) => response.writeHead(302, { location: target }).end());

  expect(await outbound().send(get(url))).toMatchObject({ outcome: 'answered', status: 302 });
  expect(reached).toBe(0);
});

test('where nobody listens nothing was sent', async () => {
  expect(await outbound().send(get(`http://127.0.0.1:${await freePort()}/`))).toEqual({
    outcome: 'not_sent',
    reason: 'ECONNREFUSED',
  });
});

test('a name that does not exist was not called', async () => {
  expect(await outbound().send(get('https://nobody.invalid/'))).toMatchObject({ outcome: 'not_sent' });
});

test('where TLS cannot be agreed on nothing was sent', async () => {
  const url = await serving((_request, response) => response.end());

  expect(await outbound().send(get(url.replace('http:', 'https:')))).toMatchObject({ outcome: 'not_sent' });
});

test('a connection that breaks after the request may have carried it', async () => {
  const server = createTcpServer((socket) => socket.once('data', () => socket.destroy())).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stack.defer(() => void server.close());

  const { port } = server.address() as AddressInfo;
  expect(await outbound().send(get(`http://127.0.0.1:${port}/`))).toMatchObject({ outcome: 'broken' });
});

test('an answer that does not come in time is broken off', async () => {
  const url = await serving(() => undefined);

  expect(await outbound({ timeoutMs: 150 }).send(get(url))).toEqual({ outcome: 'broken', reason: 'timeout' });
});

test('an answer that drips for longer than the whole call may take is broken off', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(200);
    const dripping = setInterval(() => response.write('.'), 20);
    response.once('close', () => clearInterval(dripping));
  });

  expect(await outbound({ timeoutMs: 200 }).send(get(url))).toEqual({ outcome: 'broken', reason: 'timeout' });
});

test('an answer beyond 1 MiB is broken off', async () => {
  const url = await serving((_request, response) => response.end('x'.repeat(1024 * 1024 + 1)));

  expect(await outbound().send(get(url))).toEqual({ outcome: 'broken', reason: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
});

test('an answer that is no UTF-8 is broken', async () => {
  const url = await serving((_request, response) => response.end(Buffer.from([0xff, 0xfe])));

  expect(await outbound().send(get(url))).toMatchObject({ outcome: 'broken' });
});

test('plain http needs a setting of its own, and so does an address that is not public', async () => {
  let reached = 0;
  const url = await serving((_request, response) => {
    reached += 1;
    response.end();
  });

  const https = await outbound({ plainHttpHosts: [] }).send(get(url));
  const inside = await outbound({ privateHosts: [] }).send(get(url));
  const byName = await outbound({ plainHttpHosts: ['localhost'], privateHosts: [] }).send(
    get(url.replace('127.0.0.1', 'localhost')),
  );

  expect([https, inside, byName]).toEqual([
    { outcome: 'not_sent', reason: '127.0.0.1 may be called over https only' },
    { outcome: 'not_sent', reason: '127.0.0.1 is no public address' },
    { outcome: 'not_sent', reason: 'localhost has no public address' },
  ]);
  expect(reached).toBe(0);
});

test.each([
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[fc00::1]/',
  'https://[fd12:3456::1]/',
  'https://[fe80::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[fec0::1]/',
  'https://[2001::1]/',
  'https://[100::1]/',
  'https://[4000::1]/',
  'https://①②⑦.⓪.⓪.①/',
  'https://198.18.0.1/',
  'https://192.0.0.1/',
  'https://240.0.0.1/',
  'https://localhost./',
  'https://127.0.0.1./',
  'https://user:secret@example.com/',
  'https://user@example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'not a url',
])('%s is never called', async (url) => {
  const rules = { timeoutMs: 2_000, plainHttpHosts: [], privateHosts: [] };

  // One of our own reasons, not one of a network that happened to be away.
  expect(await outbound(rules).send(get(url))).toEqual({
    outcome: 'not_sent',
    reason: expect.stringMatching(/is no public address|over https only|ends in a dot|carries a user name|is no URL/),
  });
});
