import { getEventListeners } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type LookupFunction } from 'node:net';
import type * as dns from 'node:dns';
import { lookup } from 'node:dns';
import { afterAll, expect, test, vi } from 'vitest';
import { freePort } from './local/free-port.ts';
import { openOutbound } from './outbound-http.ts';

vi.mock('node:dns', async (original) => {
  const real = await original<typeof dns>();
  return { ...real, lookup: vi.fn<typeof real.lookup>(real.lookup) };
});

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

test('a call may have less time than the rest', async () => {
  const url = await serving(() => undefined);

  expect(await outbound().send({ ...get(url), timeoutMs: 100 })).toEqual({ outcome: 'broken', reason: 'timeout' });
});

test('whoever asked may break the call off, and one that was broken off before is never made', async () => {
  const asking = new AbortController();
  let reached = 0;
  const url = await serving(() => {
    reached += 1;
    asking.abort();
  });
  const client = outbound();

  expect(await client.send({ ...get(url), signal: asking.signal })).toEqual({ outcome: 'broken', reason: 'aborted' });
  expect(await client.send({ ...get(url), signal: asking.signal })).toEqual({ outcome: 'not_sent', reason: 'aborted' });
  expect(reached).toBe(1);
});

test('calls that ended leave nothing behind with a signal that lives on', async () => {
  const living = new AbortController();
  const url = await serving((_request, response) => response.end('x'));
  const client = outbound();

  await client.send({ ...get(url), signal: living.signal });
  await client.send({ ...get(`http://127.0.0.1:${await freePort()}/`), signal: living.signal });
  const stream = await client.stream({ ...get(url), signal: living.signal });
  if (stream.outcome === 'answered') for await (const _part of stream.body);

  await expect.poll(() => getEventListeners(living.signal, 'abort')).toEqual([]);
});

test('a long answer is read as it comes', async () => {
  const url = await serving((_request, response) => {
    response.writeHead(200, { 'X-Kind': 'long' });
    for (let part = 0; part < 3; part++) response.write('x'.repeat(1024 * 1024));
    response.end();
  });

  const result = await outbound({ answerMaxBytes: 4 * 1024 * 1024 }).stream(get(url));

  if (result.outcome !== 'answered') throw new Error(result.reason);
  let bytes = 0;
  for await (const part of result.body) bytes += part.length;
  expect([result.status, result.header('x-kind'), bytes]).toEqual([200, 'long', 3 * 1024 * 1024]);
});

test('a long answer that stops coming breaks off where it is read, and so does one that is longer than allowed', async () => {
  const stalled = await serving((_request, response) => response.writeHead(200).write('['));
  const endless = await serving((_request, response) => response.end('x'.repeat(2_000)));
  const client = outbound({ timeoutMs: 300, answerMaxBytes: 1_000 });
  const readAll = async (url: string) => {
    const result = await client.stream(get(url));
    if (result.outcome === 'answered') for await (const _part of result.body);
  };

  await expect(readAll(stalled)).rejects.toMatchObject({ code: 'UND_ERR_BODY_TIMEOUT' });
  await expect(readAll(endless)).rejects.toMatchObject({ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' });
});

test('whoever stops reading a long answer ends the call', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serving((_request, response) => {
    response.writeHead(200);
    const writing = setInterval(() => response.write('x'.repeat(10_000)), 5);
    response.once('close', () => {
      clearInterval(writing);
      closed.resolve();
    });
  });

  const result = await outbound({ answerMaxBytes: 1e9 }).stream(get(url));
  if (result.outcome !== 'answered') throw new Error(result.reason);
  for await (const _part of result.body) break;

  await expect(closed.promise).resolves.toBeUndefined();
});

test('an answer that does not begin in time is broken off, read as it comes or not', async () => {
  const url = await serving(() => undefined);

  expect(await outbound({ timeoutMs: 150 }).stream(get(url))).toEqual({ outcome: 'broken', reason: 'timeout' });
});

test('where there is a list of hosts, no other is called', async () => {
  const url = await serving((_request, response) => response.end());
  const listed = outbound({ hosts: ['api.example.com'] });

  expect(await listed.send(get('https://example.com/'))).toEqual({
    outcome: 'not_sent',
    reason: 'example.com is on no list of hosts that may be called',
  });
  expect(await listed.send(get(url))).toMatchObject({ outcome: 'answered' });
});

// What is asked is the address that the connection is made to, not one that was looked at before.
test('a name that points inside at its second look-up is not called there', async () => {
  let reached = 0;
  const url = await serving((_request, response) => {
    reached += 1;
    response.end();
  });
  // Global by its prefix, handed out to nobody.
  const answers = ['2d00::1', '127.0.0.1'];
  const resolve = (...[, options, done]: Parameters<LookupFunction>) => {
    const address = answers.shift() ?? '127.0.0.1';
    if (options.all) done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    else done(null, address, 4);
  };
  for (const _answer of answers) vi.mocked(lookup).mockImplementationOnce(resolve as typeof lookup);
  const flips = url.replace('127.0.0.1', 'flips.example.com');
  const client = outbound({ timeoutMs: 400, plainHttpHosts: ['flips.example.com'], privateHosts: [] });

  expect(await client.send(get(flips))).toMatchObject({ outcome: 'not_sent' });
  expect(await client.send(get(flips))).toEqual({
    outcome: 'not_sent',
    reason: 'flips.example.com has no public address',
  });
  expect([answers, reached]).toEqual([[], 0]);
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
  'https://127.0.0.1:8443/',
  'https://127.255.255.254/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://0x7f000001/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://0.0.0.0/',
  'https://0/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://198.18.0.1/',
  'https://192.0.0.1/',
  'https://203.0.113.7/',
  'https://255.255.255.255/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:169.254.169.254]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[fc00::1]/',
  'https://[fd12:3456::1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://[2001::1]/',
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
  'http://example.com/',
  'http://169.254.169.254/latest/meta-data/',
  'ftp://example.com/',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'data:text/plain,x',
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
