import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { alipayCallbackText } from '@orderbridge/contracts/alipay';
import { wechatSigningText } from '@orderbridge/contracts/wechat-pay';
import { type TestNats, testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeOrders, FORM, haierBody, HAIER_PATH, paymentBody, startGateway } from './gateway-under-test.ts';

const BODY_TIMEOUT_MS = 400;
const BODY_MAX = 65_536;
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const [wechatKey, alipayKey] = [rsa(), rsa()] as const;
const pem = ({ publicKey }: ReturnType<typeof rsa>) => publicKey.export({ type: 'spki', format: 'pem' }).toString();

let nats: TestNats;
let orders: Awaited<ReturnType<typeof fakeOrders>>;
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  nats = await testNats();
  orders = await fakeOrders(nats.url, () => ({}));
  gateway = await startGateway({
    natsUrl: nats.url,
    env: {
      CALLBACK_BODY_TIMEOUT_MS: String(BODY_TIMEOUT_MS),
      CALLBACK_FAILURES_PER_MINUTE: '1000000',
      WECHAT_PAY_PUBLIC_KEYS: `PUB_KEY_ID_1=${pem(wechatKey)}`,
      ALIPAY_PUBLIC_KEY: pem(alipayKey),
    },
  });
  await gateway.connected();
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await orders?.[Symbol.asyncDispose]();
  await nats?.[Symbol.asyncDispose]();
});

type Sent = { readonly body: string | Buffer; readonly headers: Record<string, string> };

const JSON_TYPE = 'application/json';
const WECHAT_PATH = '/api/payments/callback/wechat/';
const ALIPAY_PATH = '/api/payments/callback/alipay/';

function wechatSigned(body: string | Buffer, contentType = JSON_TYPE): Sent {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1_000)), randomUUID()];
  // The bytes are signed, whatever they are.
  const [start, end] = wechatSigningText({ timestamp, nonce, body: '\uffff' }).split('\uffff') as [string, string];
  const text = Buffer.concat([Buffer.from(start), Buffer.from(body), Buffer.from(end)]);
  return {
    body,
    headers: {
      'content-type': contentType,
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': 'PUB_KEY_ID_1',
      'wechatpay-signature': sign('sha256', text, wechatKey.privateKey).toString('base64'),
    },
  };
}

const wechatBody = (more = '') =>
  `{"id":"${randomUUID()}","event_type":"TRANSACTION.SUCCESS","resource":{"ciphertext":"AAAA","nonce":"n"}${more}}`;

function alipayFields(change: Record<string, string> = {}): Record<string, string> {
  const fields: Record<string, string> = Object.assign(Object.create(null), {
    notify_id: randomUUID(),
    app_id: '2021000000000001',
    trade_status: 'TRADE_SUCCESS',
    subject: '海尔冰箱 + 安装',
    sign_type: 'RSA2',
  });
  // Defined, so that `__proto__` is a field like any other.
  for (const [name, value] of Object.entries(change))
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true });
  const made = sign('sha256', Buffer.from(alipayCallbackText(fields)), alipayKey.privateKey).toString('base64');
  return Object.assign(fields, { sign: made });
}
const alipaySigned = (change: Record<string, string> = {}): Sent => ({
  body: new URLSearchParams(Object.entries(alipayFields(change))).toString(),
  headers: { 'content-type': FORM },
});

/** Each sender with its address, a genuine callback of any size and the words in which it is refused. */
const SENDERS = [
  {
    name: 'Haier',
    path: HAIER_PATH,
    genuine: (): Sent => ({ body: haierBody(), headers: { 'content-type': FORM } }),
    ofSize: (bytes: number): Sent => {
      const short = haierBody({ Remark: '' }).length;
      return { body: haierBody({ Remark: 'x'.repeat(bytes - short) }), headers: { 'content-type': FORM } };
    },
    refusal: /"success":false/,
  },
  {
    name: 'the HMAC providers',
    path: '/api/payments/callback/generic/',
    genuine: (): Sent => ({
      body: paymentBody({ transaction_id: randomUUID() }),
      headers: { 'content-type': FORM },
    }),
    ofSize: (bytes: number): Sent => {
      const short = paymentBody({ note: '' }).length;
      return { body: paymentBody({ note: 'x'.repeat(bytes - short) }), headers: { 'content-type': FORM } };
    },
    refusal: /"detail":/,
  },
  {
    name: 'WeChat',
    path: WECHAT_PATH,
    genuine: () => wechatSigned(wechatBody()),
    ofSize: (bytes: number) => {
      const short = wechatBody(',"x":""').length;
      return wechatSigned(wechatBody(`,"x":"${'x'.repeat(bytes - short)}"`));
    },
    refusal: /"code":"FAIL"/,
  },
  {
    name: 'Alipay',
    path: ALIPAY_PATH,
    genuine: () => alipaySigned(),
    ofSize: (bytes: number) => {
      const short = alipaySigned({ note: '' }).body.length;
      // How much of a signature has to be escaped differs from one to the next.
      for (;;) {
        const sent = alipaySigned({ note: 'x'.repeat(bytes - short) });
        if (sent.body.length === bytes) return sent;
      }
    },
    refusal: /^failure$/m,
  },
] as const;

/** Sends bytes over a socket of its own and reads until the other side closes or the time is up. */
async function exchange(write: (socket: Socket) => unknown, forMs = 1_500) {
  const socket = connect(gateway.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('utf8')));
  // A reset is one way to close.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close').then(() => true);
  void write(socket);
  const isClosed = await Promise.race([closed, delay(forMs, false)]);
  socket.destroy();
  return { status: Number(text.slice(9, 12)), text, isClosed };
}

const head = (path: string, sent: Sent, ...more: string[]) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    ...Object.entries(sent.headers).map(([name, value]) => `${name}: ${value}`),
    ...more,
  ].join('\r\n') + '\r\n\r\n';

let takenBefore = 0;
beforeEach(() => {
  takenBefore = orders.taken.length;
});
const taken = () => orders.taken.length - takenBefore;

describe.each(SENDERS)('$name', ({ path, genuine, ofSize, refusal }) => {
  // Whatever came in, the next good one is served.
  afterEach(async () => {
    const { body, headers } = genuine();
    const { status } = await gateway.post(path, body, headers);
    if (status !== 200) throw new Error(`the next good callback got ${status}`);
  });

  test('a body in chunks and without a length is taken', async () => {
    const sent = genuine();
    const bytes = Buffer.from(sent.body);
    const { status } = await exchange((socket) => {
      socket.write(head(path, sent, 'Transfer-Encoding: chunked', 'Connection: close'));
      for (let at = 0; at < bytes.length; at += 97) {
        const part = bytes.subarray(at, at + 97);
        socket.write(`${part.length.toString(16)}\r\n`);
        socket.write(part);
        socket.write('\r\n');
      }
      socket.write('0\r\n\r\n');
    });
    expect([status, taken()]).toEqual([200, 1]);
  });

  test.each([
    ['abc', ['Content-Length: abc']],
    ['-1', ['Content-Length: -1']],
    ['+1', ['Content-Length: +1']],
    ['1e2', ['Content-Length: 1e2']],
    ['two that differ', ['Content-Length: 5', 'Content-Length: 6']],
    ['beside chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ])('Content-Length %s', async (_, headers) => {
    const { status, isClosed } = await exchange((socket) => socket.write(head(path, genuine(), ...headers)));
    expect([status, isClosed, taken()]).toEqual([400, true, 0]);
  });

  test('64 KiB less one byte and 64 KiB are taken, one byte more is not, in chunks neither', async () => {
    for (const [bytes, status] of [
      [BODY_MAX - 1, 200],
      [BODY_MAX, 200],
      [BODY_MAX + 1, 413],
    ] as const) {
      const { body, headers } = ofSize(bytes);
      expect(Buffer.byteLength(body)).toBe(bytes);
      const response = await gateway.post(path, body, headers);
      expect([bytes, response.status]).toEqual([bytes, status]);
      if (status === 413) expect(await response.text()).toMatch(refusal);
    }
    const tooMuch = ofSize(BODY_MAX + 1);
    const { status, text } = await exchange((socket) => {
      socket.write(head(path, tooMuch, 'Transfer-Encoding: chunked'));
      socket.write(`${(BODY_MAX + 1).toString(16)}\r\n${String(tooMuch.body)}\r\n0\r\n\r\n`);
    });
    expect(status).toBe(413);
    expect(text).toMatch(refusal);
    expect(taken()).toBe(2);
  });

  test('a body that drips is refused in time', async () => {
    const sent = genuine();
    const startedMs = performance.now();
    const { status, text, isClosed } = await exchange(async (socket) => {
      socket.write(head(path, sent, `Content-Length: ${Buffer.byteLength(sent.body)}`));
      for (const byte of Buffer.from(sent.body)) {
        if (!socket.writable) return;
        socket.write(Buffer.of(byte));
        await delay(20);
      }
    });
    expect([status, isClosed, taken()]).toEqual([400, true, 0]);
    expect(text).toMatch(refusal);
    expect(performance.now() - startedMs).toBeLessThan(BODY_TIMEOUT_MS + 800);
  });

  test('a client that leaves half-way leaves nothing', async () => {
    const sent = genuine();
    await exchange(async (socket) => {
      socket.write(head(path, sent, `Content-Length: ${Buffer.byteLength(sent.body)}`));
      socket.write(Buffer.from(sent.body).subarray(0, 20));
      await delay(50);
      socket.destroy();
    });
    expect(taken()).toBe(0);
  });
});

describe('WeChat: signed bytes are kept as they are, unless they are no JSON object', () => {
  const NO_JSON = { code: 'FAIL', message: '回调内容不是有效的JSON' };

  test.each<[string, string | Buffer]>([
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('{"id":"'), Buffer.of(0xff, 0xfe), Buffer.from('"}')])],
    ['a byte order mark', `\uFEFF${wechatBody()}`],
    ['a raw NUL', '{"id":"a\0b"}'],
    ['a raw line break in a text', '{"id":"a\nb"}'],
    ['a list', '[]'],
    ['10,000 lists deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['true', 'true'],
    ['null', 'null'],
    ['a number', '1e400'],
    ['a text', '"id"'],
    ['cut off', wechatBody().slice(0, -1)],
    ['two objects', `${wechatBody()}${wechatBody()}`],
    ['a form', 'id=1&event_type=TRANSACTION.SUCCESS'],
    ['NaN', '{"id":NaN}'],
    ['a comma too many', '{"id":"1",}'],
  ])('%s', async (_, body) => {
    const sent = wechatSigned(body);
    const response = await gateway.post(WECHAT_PATH, sent.body, sent.headers);
    expect([response.status, await response.json(), taken()]).toEqual([400, NO_JSON, 0]);
  });

  test.each(['application/x-www-form-urlencoded', 'text/xml', 'application/json; charset=gbk', ';;;'])(
    'as %s',
    async (contentType) => {
      const sent = wechatSigned(wechatBody(), contentType);
      const response = await gateway.post(WECHAT_PATH, sent.body, sent.headers);
      expect([response.status, await response.json(), taken()]).toEqual([400, NO_JSON, 0]);
    },
  );

  test.each([
    ['__proto__', ',"__proto__":{"id":"x","toString":1},"constructor":{"prototype":1}'],
    ['10,000 deep', `,"x":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['an escaped NUL', ',"x":"\\u0000"'],
    ['half a surrogate pair', ',"x":"\\ud800"'],
    ['numbers beyond 2^53', ',"x":9007199254740993,"y":1e400,"z":-1e400,"w":0.1e-400'],
    ['escapes of a form', ',"x":"%zz + %20 %00"'],
    ['a name twice', ',"summary":"one","summary":"two"'],
  ])('%s', async (_, more) => {
    const body = wechatBody(more);
    const sent = wechatSigned(body);
    expect((await gateway.post(WECHAT_PATH, sent.body, sent.headers)).status).toBe(200);
    expect([taken(), orders.taken.at(-1)!.body]).toEqual([1, body]);
  });

  test.each([
    ['a number', '1'],
    ['true', 'true'],
    ['an object', '{}'],
    ['beyond 2^53', '9007199254740993'],
    ['empty', '""'],
    ['a path', '"../../x"'],
    ['a NUL', '"a\\u0000"'],
    ['very long', `"${'x'.repeat(5_000)}"`],
  ])('an id that is %s names nothing: the signature does', async (_, id) => {
    const sent = wechatSigned(`{"id":${id},"event_type":"TRANSACTION.SUCCESS"}`);
    expect((await gateway.post(WECHAT_PATH, sent.body, sent.headers)).status).toBe(200);
    expect(orders.taken.at(-1)!.transportKey).toMatch(/^wechat:[0-9a-f]{64}$/);
  });

  test.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial', 'wechatpay-signature'])(
    '%s sent twice',
    async (name) => {
      const sent = wechatSigned(wechatBody());
      const twice = `${name}: ${sent.headers[name]}`;
      const { status } = await exchange((socket) => {
        socket.write(head(WECHAT_PATH, sent, twice, `Content-Length: ${sent.body.length}`, 'Connection: close'));
        socket.write(sent.body);
      });
      expect([status, taken()]).toEqual([400, 0]);
    },
  );
});

describe('Alipay: a form, read strictly', () => {
  const post = (body: string | Buffer) => gateway.post(ALIPAY_PATH, body);
  const text = () => String(alipaySigned().body);

  test.each<[string, () => string | Buffer]>([
    ['nothing', () => ''],
    ['a broken escape', () => `${text()}&x=%zz`],
    ['half an escape', () => `${text()}&x=%E`],
    ['a NUL', () => `${text()}&x=%00`],
    ['a raw NUL', () => `${text()}&x=\0`],
    ['bytes that are no UTF-8', () => Buffer.concat([Buffer.from(`${text()}&x=`), Buffer.of(0xff, 0xfe)])],
    ['escapes that are no UTF-8', () => `${text()}&x=%FF%FE`],
    ['a name twice', () => `${text()}&trade_status=TRADE_CLOSED`],
    ['a name twice, the same', () => `${text()}&trade_status=TRADE_SUCCESS`],
    ['a sign twice', () => `${text()}&sign=AAAA`],
    ['a name twice, once escaped', () => `${text()}&trade%5Fstatus=TRADE_SUCCESS`],
    ['__proto__ twice', () => `${String(alipaySigned({ ['__proto__']: 'x' }).body)}&__proto__=x`],
    ['65 fields', () => `${text()}&${Array.from({ length: 60 }, (_, at) => `f${at}=1`).join('&')}`],
    ['another field, unsigned', () => `${text()}&x=1`],
    ['a byte order mark in front', () => `\uFEFF${text()}`],
    ['JSON', () => JSON.stringify(alipayFields())],
    ['10,000 lists deep', () => '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a plus that was escaped as a blank', () => text().replace('%2B', '%20')],
    ['another charset', () => String(alipaySigned({ charset: 'GBK' }).body)],
    ['another sign type', () => String(alipaySigned({ sign_type: 'RSA' }).body)],
  ])('%s', async (_, body) => {
    const response = await post(body());
    expect([response.status, await response.text(), taken()]).toEqual([400, 'failure', 0]);
  });

  test.each<[string, Record<string, string>]>([
    ['__proto__ and constructor', { ['__proto__']: 'x', constructor: 'y', toString: 'z' }],
    ['numbers beyond 2^53', { total_amount: '9007199254740993', x: '1e400' }],
    ['a byte order mark inside', { subject: '\uFEFF' }],
    ['blanks and signs', { subject: ' + %20 %zz &=& ' }],
    ['an emoji and a line break', { subject: '😀\r\n' }],
    ['a JSON text 10,000 deep', { body: '['.repeat(10_000) + ']'.repeat(10_000) }],
  ])('%s: signed, so it is kept: orders decides', async (_, change) => {
    const { body } = alipaySigned(change);
    const response = await post(body);
    expect([response.status, await response.text(), taken()]).toEqual([200, 'success', 1]);
    expect(orders.taken.at(-1)!.body).toBe(body);
  });

  test('a blank is a plus or %20: the same fields', async () => {
    const { body } = alipaySigned({ subject: 'a b + c' });
    const other = String(body).replaceAll('+', '%20');
    expect(other).not.toBe(body);
    for (const spelling of [String(body), other]) expect(await (await post(spelling)).text()).toBe('success');
    const [one, two] = orders.taken.slice(-2);
    expect(two!.transportKey).toBe(one!.transportKey);
  });
});

describe('Haier: Data is signed, so it is kept whatever it says: orders decides', () => {
  test.each([
    '{"PlatformOrderNo":"17","State":"1"}',
    '{"PlatformOrderNo":"17","State":true}',
    '{"PlatformOrderNo":"17","State":1.0}',
    '{"PlatformOrderNo":"17","State":1e400}',
    '{"PlatformOrderNo":9007199254740993,"State":1}',
    '{"__proto__":{"State":1},"PlatformOrderNo":"17"}',
    '\uFEFF{"PlatformOrderNo":"17","State":1}',
    '{"PlatformOrderNo":"17","State":1,"State":0}',
    'null',
  ])('%s', async (Data) => {
    const body = haierBody({ Data });
    expect((await gateway.post(HAIER_PATH, body)).status).toBe(200);
    expect([taken(), orders.taken.at(-1)!.body]).toEqual([1, body]);
  });

  test('a blank is a plus or %20: the same fields', async () => {
    const body = haierBody({ Remark: 'a b + c' });
    for (const spelling of [body, body.replaceAll('+', '%20')])
      expect((await gateway.post(HAIER_PATH, spelling)).status).toBe(200);
    const [one, two] = orders.taken.slice(-2);
    expect([taken(), two!.transportKey]).toEqual([2, one!.transportKey]);
  });
});
