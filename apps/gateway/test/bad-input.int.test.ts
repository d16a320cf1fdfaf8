import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type TestNats, testNats } from '@orderbridge/service-kit/testing/nats';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { fakeOrders, FORM, haierBody, HAIER_PATH, paymentBody, startGateway, until } from './gateway-under-test.ts';

const PAYMENT_PATH = '/api/payments/callback/generic/';
const BODY_TIMEOUT_MS = 400;

let nats: TestNats;
let orders: Awaited<ReturnType<typeof fakeOrders>>;
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  nats = await testNats();
  orders = await fakeOrders(nats.url, () => ({}));
  gateway = await startGateway({
    natsUrl: nats.url,
    env: { CALLBACK_BODY_TIMEOUT_MS: String(BODY_TIMEOUT_MS), CALLBACK_FAILURES_PER_MINUTE: '1000000' },
  });
  await gateway.connected();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await orders[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

// Whatever came in, the next good callback is served.
afterEach(async () => {
  const { status } = await gateway.post(HAIER_PATH, haierBody());
  if (status !== 200) throw new Error(`the next good callback got ${status}`);
});

type Exchange = { readonly status: number; readonly text: string; readonly closed: boolean };

/** Sends bytes over a socket of its own and reads until the other side closes or `forMs` are over. */
function exchange(write: string | ((socket: Socket) => Promise<void>), forMs = 1_500): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1');
    let text = '';
    const done = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(text.slice(9, 12)), text, closed });
    };
    const timer = setTimeout(done, forMs, false);
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
    });
    socket.once('close', () => done(true));
    socket.once('error', () => done(true));
    socket.once('connect', () => {
      if (typeof write === 'string') socket.write(write);
      else write(socket).catch(reject);
    });
  });
}

const head = (path: string, headers: readonly string[]) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${FORM}\r\n${headers.join('\r\n')}\r\n\r\n`;
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const closing = 'Connection: close';

/** The traces of one refused request: exactly one line and one count, or its reason is not what the test says. */
async function tracesOf(reason: string, work: () => Promise<unknown>) {
  const lines = () => gateway.logged('callback refused').filter((line) => line['reason'] === reason).length;
  const all = () => gateway.logged('callback refused').length;
  const count = () => gateway.metric('callback_requests_total', { result: reason });
  const [linesBefore, allBefore, countBefore] = [lines(), all(), await count()];
  await work();
  await until(() => all() > allBefore);
  await delay(50);
  return {
    lines: lines() - linesBefore,
    otherLines: all() - allBefore - (lines() - linesBefore),
    counted: (await count()) - countBefore,
  };
}

const ONE = { lines: 1, otherLines: 0, counted: 1 };

describe('size', () => {
  const filledTo = (bytes: number) => {
    const body = haierBody({ Remark: '' });
    return haierBody({ Remark: 'x'.repeat(bytes - body.length) });
  };

  test('64 KiB are taken, one byte more is not', async () => {
    expect(filledTo(65_536).length).toBe(65_536);
    expect((await gateway.post(HAIER_PATH, filledTo(65_536))).status).toBe(200);
    expect(orders.taken.at(-1)!.body.length).toBe(65_536);
    const traces = await tracesOf('body_too_large', async () => {
      const response = await gateway.post(HAIER_PATH, filledTo(65_537));
      expect([response.status, (await response.json()).description]).toEqual([413, '请求体过大']);
    });
    expect(traces).toEqual(ONE);
    const payment = await gateway.post(PAYMENT_PATH, 'x'.repeat(70_000));
    expect([payment.status, await payment.json()]).toEqual([413, { detail: 'request body too large' }]);
  });

  test('chunked bodies are counted too', async () => {
    const good = haierBody();
    const { status } = await exchange(
      head(HAIER_PATH, ['Transfer-Encoding: chunked', closing]) +
        chunk(good.slice(0, 10)) +
        chunk(good.slice(10)) +
        '0\r\n\r\n',
    );
    expect(status).toBe(200);
    const tooMuch = await exchange(async (socket) => {
      socket.write(head(HAIER_PATH, ['Transfer-Encoding: chunked']));
      for (let sent = 0; sent < 80; sent++) socket.write(chunk('x'.repeat(1_024)));
    });
    expect(tooMuch.status).toBe(413);
  });

  test('a huge body is answered long before it is sent, and cut off', async () => {
    const startedMs = performance.now();
    const answer = await exchange(async (socket) => {
      socket.write(head(HAIER_PATH, ['Content-Length: 1000000000']));
      while (socket.writable && performance.now() - startedMs < 3_000) {
        if (!socket.write(Buffer.alloc(65_536)))
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), delay(100)]);
      }
    }, 3_000);
    expect([answer.status, answer.closed]).toEqual([413, true]);
  });
});

describe('time', () => {
  test('a body that drips is refused in time and the connection closed', async () => {
    const traces = await tracesOf('body_too_slow', async () => {
      const startedMs = performance.now();
      const answer = await exchange(async (socket) => {
        socket.write(head(HAIER_PATH, ['Content-Length: 1000']));
        while (socket.writable) {
          socket.write('x');
          await delay(30);
        }
      });
      expect([answer.status, answer.closed]).toEqual([400, true]);
      expect(answer.text).toMatch(/connection: close/i);
      expect(answer.text).toContain('请求体格式错误');
      expect(performance.now() - startedMs).toBeLessThan(BODY_TIMEOUT_MS + 400);
    });
    expect(traces).toEqual(ONE);
  });

  test('a Content-Length that is too big waits no longer than that', async () => {
    const answer = await exchange(head(HAIER_PATH, ['Content-Length: 5000']) + haierBody());
    expect([answer.status, answer.closed]).toEqual([400, true]);
  });

  test('a client that leaves half-way leaves one line', async () => {
    const traces = await tracesOf('body_aborted', () =>
      exchange(async (socket) => {
        socket.write(`${head(HAIER_PATH, ['Content-Length: 1000'])}half`);
        await delay(100);
        socket.destroy();
      }),
    );
    expect(traces).toEqual(ONE);
  });
});

describe('broken HTTP', () => {
  test.each([
    ['Content-Length abc', head(HAIER_PATH, ['Content-Length: abc'])],
    ['Content-Length -1', head(HAIER_PATH, ['Content-Length: -1'])],
    ['two different lengths', head(HAIER_PATH, ['Content-Length: 5', 'Content-Length: 6'])],
    ['length and chunks', head(HAIER_PATH, ['Content-Length: 5', 'Transfer-Encoding: chunked'])],
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['an unknown verb', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ])('%s', async (_, bytes) => {
    const traces = await tracesOf('unreadable_request', async () => {
      expect((await exchange(bytes)).status).toBe(400);
    });
    expect(traces).toEqual(ONE);
  });

  test('headers beyond 16 KiB', async () => {
    const traces = await tracesOf('unreadable_request', async () => {
      expect((await exchange(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).status).toBe(431);
    });
    expect(traces).toEqual(ONE);
  });

  test('a chunk that lies about its length', async () => {
    const traces = await tracesOf('body_aborted', () =>
      exchange(`${head(HAIER_PATH, ['Transfer-Encoding: chunked'])}5\r\nabcdefgh\r\n`),
    );
    expect(traces).toEqual(ONE);
  });

  test.each([
    ['HTTP/1.0', `POST ${HAIER_PATH} HTTP/1.0\r\nContent-Type: ${FORM}\r\nContent-Length: LENGTH\r\n\r\n`],
    ['Expect: 100-continue', head(HAIER_PATH, ['Content-Length: LENGTH', 'Expect: 100-continue', closing])],
    [
      'an upgrade nobody asked for',
      head(HAIER_PATH, ['Content-Length: LENGTH', 'Connection: close, Upgrade', 'Upgrade: websocket']),
    ],
    ['no Content-Type', `POST ${HAIER_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: LENGTH\r\n${closing}\r\n\r\n`],
    [
      'an absolute target',
      `POST http://elsewhere${HAIER_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM}\r\nContent-Length: LENGTH\r\n${closing}\r\n\r\n`,
    ],
    ['a query', head(`${HAIER_PATH}?Sign=1&Data=2`, ['Content-Length: LENGTH', closing])],
  ])('%s is no reason to refuse', async (_, start) => {
    const body = haierBody();
    const { text } = await exchange(start.replace('LENGTH', String(body.length)) + body);
    expect(text).toContain('"success":true');
  });

  test('two requests sent at once are answered in order', async () => {
    const request = (body: string, more: string) => head(HAIER_PATH, [`Content-Length: ${body.length}`, more]) + body;
    const { text } = await exchange(request(haierBody(), 'X: 1') + request('a=b', closing));
    expect([...text.matchAll(/"success":(true|false)/g)].map(([, success]) => success)).toEqual(['true', 'false']);
  });
});

describe('broken bodies', () => {
  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['broken escapes', `${haierBody()}&x=%zz`],
    ['a repeated field', `${haierBody()}&State=1&State=1`],
    ['a NUL', `${haierBody()}&x=%00`],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(`${haierBody()}&x=`), Buffer.from([0xff, 0xfe])])],
    ['65 fields', Array.from({ length: 65 }, (_, at) => `f${at}=1`).join('&')],
  ])('%s', async (_, body) => {
    for (const [path, answer] of [
      [HAIER_PATH, expect.objectContaining({ success: false, code: 'error', description: '请求体格式错误', data: {} })],
      [PAYMENT_PATH, { detail: 'malformed callback' }],
    ] as const) {
      const traces = await tracesOf('no_form', async () => {
        const response = await gateway.post(path, body);
        expect([response.status, await response.json()]).toEqual([400, answer]);
      });
      expect(traces).toEqual(ONE);
    }
  });

  test.each([
    ['10,000 lists deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['10,000 objects deep', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['true', '{"payment_id":true}'],
    ['cut off', '{"payment_id":1'],
    ['a list', '[1]'],
  ])('JSON: %s', async (_, body) => {
    const response = await gateway.post(PAYMENT_PATH, body, { 'content-type': 'application/json' });
    expect([response.status, await response.json()]).toEqual([400, { detail: 'malformed callback' }]);
  });

  test.each([
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=gbk',
    'application/json',
    'text/xml',
    ';;;',
  ])('Haier as %s', async (contentType) => {
    expect((await gateway.post(HAIER_PATH, haierBody(), { 'content-type': contentType })).status).toBe(400);
  });

  test('a Content-Type of 200 characters is kept whole, a longer one is no form', async () => {
    const typed = (length: number) => {
      const charset = '; charset=utf-8';
      return `${FORM}; x=${'x'.repeat(length - FORM.length - charset.length - 4)}${charset}`;
    };
    expect((await gateway.post(HAIER_PATH, haierBody(), { 'content-type': typed(200) })).status).toBe(200);
    expect(orders.taken.at(-1)!.contentType).toBe(typed(200));
    const taken = orders.taken.length;
    for (const [path, body] of [
      [HAIER_PATH, haierBody()],
      [PAYMENT_PATH, paymentBody()],
    ] as const) {
      const traces = await tracesOf('no_form', async () => {
        expect((await gateway.post(path, body, { 'content-type': typed(201) })).status).toBe(400);
      });
      expect(traces).toEqual(ONE);
    }
    expect(orders.taken.length).toBe(taken);
  });

  test('Data that is 10,000 deep is signed, so it is kept: orders decides', async () => {
    const Data = '['.repeat(10_000) + ']'.repeat(10_000);
    expect((await gateway.post(HAIER_PATH, haierBody({ Data }))).status).toBe(200);
    expect(orders.taken.at(-1)!.body).toContain('%5B%5B');
  });

  test('whatever the bytes, the answer is one of ours and never a success', async () => {
    const before = orders.taken.length;
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.webQueryParameters().map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
      fc.tuple(fc.nat(300), fc.nat(255)).map(([at, byte]) => {
        const body = Buffer.from(paymentBody());
        body[at % body.length] = byte;
        // The signature itself is left wrong, so that no mutation is a genuine callback.
        return Buffer.from(body.toString('latin1').replace(/signature=..../, 'signature=0000'), 'latin1');
      }),
    );
    const contentType = fc.constantFrom(FORM, 'application/json', 'text/plain');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(HAIER_PATH, PAYMENT_PATH), anything, contentType, async (path, body, type) => {
        const response = await gateway.post(path, body, { 'content-type': type });
        const answer = await response.json();
        expect([200, 400, 403]).toContain(response.status);
        expect(answer.success ?? false).toBe(false);
      }),
      { numRuns: 600 },
    );
    expect(orders.taken.length).toBe(before);
    expect(gateway.logged('callback refused').filter(({ reason }) => reason === 'cannot_keep')).toEqual([]);
  });
});

describe('a fault of our own', () => {
  test.each([
    ['haier', HAIER_PATH, expect.objectContaining({ success: false, code: 'error', data: {} })],
    ['haier', HAIER_PATH.slice(0, -1), expect.objectContaining({ description: '服务暂时不可用，请稍后重试' })],
    ['generic', PAYMENT_PATH, { detail: 'service temporarily unavailable' }],
    ['mock', '/api/v1/payments/callback/mock', { detail: 'service temporarily unavailable' }],
  ])('is answered in the words of %s (%s), with one line and one count', async (provider, path, answer) => {
    using _ = vi.spyOn(gateway.ctx.failures, 'count').mockImplementation(() => {
      throw new Error('a fault');
    });
    const counted = () => gateway.metric('callback_requests_total', { provider, result: 'cannot_keep' });
    const before = await counted();
    const traces = await tracesOf('cannot_keep', async () => {
      const body = path.includes('haier') ? haierBody({}, 'wrong') : paymentBody().replace(/signature=..../, '$&0');
      const response = await gateway.post(path, body);
      expect([response.status, await response.json()]).toEqual([503, answer]);
      expect(response.headers.get('retry-after')).toBe('5');
    });
    expect([traces, (await counted()) - before]).toEqual([ONE, 1]);
  });
});
