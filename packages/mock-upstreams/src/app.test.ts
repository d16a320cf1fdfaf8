import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMockUpstreams, type SendReport } from './app.ts';
import { signHaierCallback, signPaymentCallback } from './sign-callback.ts';

const NOW = new Date('2026-11-21T08:00:00.000Z');
const haier = { appKey: 'test-app-key', secret: 'test-haier-secret' };
const payment = { secret: 'test-payment-secret' };

let gateway: FakeGateway;
let app: ReturnType<typeof createMockUpstreams>;

beforeEach(async () => {
  gateway = await startFakeGateway();
  const config = { host: '127.0.0.1', port: 0, gatewayUrl: gateway.url, haier, payment };
  app = createMockUpstreams({ config, now: () => NOW, log: () => undefined });
});
afterEach(() => gateway.close());

describe('a Haier callback', () => {
  test('is signed, posted as a form and told with its answer', async () => {
    const report = await control('/_control/callbacks/haier', {
      platformOrderNo: '1764297000123456',
      extOrderNo: 'SO.1',
    });

    const fields = {
      AppKey: 'test-app-key',
      TimeStamp: '20261121160000',
      Method: 'hmm.scm_heorder.confirm',
      Data: '{"ExtOrderNo":"SO.1","PlatformOrderNo":"1764297000123456","State":1}',
    };
    const signed = { ...fields, Sign: signHaierCallback(fields, haier.secret) };
    expect(gateway.received).toEqual([
      {
        path: '/api/v1/haier/callback/',
        contentType: 'application/x-www-form-urlencoded; charset=utf-8',
        fields: signed,
      },
    ]);
    expect(report).toEqual({
      sent: { path: '/api/v1/haier/callback/', fields: signed },
      answers: [{ status: 200, body: { success: true }, durationMs: expect.any(Number) }],
    });
  });

  test('carries what it is told to carry', async () => {
    const item = { productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 1, rejectQty: 1 };
    await control('/_control/callbacks/haier', {
      platformOrderNo: 'A',
      method: 'hmm.scm_heorder.cancel',
      state: '2',
      failMsg: '部分拒收',
      itemList: [item],
      timeStamp: '20251128103420',
      path: '/api/integrations/ylh/callback',
    });

    const [received] = gateway.received;
    expect(received?.path).toBe('/api/integrations/ylh/callback');
    expect(received?.fields).toMatchObject({ TimeStamp: '20251128103420', Method: 'hmm.scm_heorder.cancel' });
    expect(JSON.parse(received!.fields['Data']!)).toEqual({
      PlatformOrderNo: 'A',
      State: '2',
      FailMsg: '部分拒收',
      itemList: [item],
    });
  });

  test('is sent in as many equal copies as asked, at the same time unless bounded', async () => {
    const { answers } = await control('/_control/callbacks/haier', { platformOrderNo: 'A', copies: 20 });
    expect(answers).toHaveLength(20);
    expect(new Set(gateway.received.map(({ fields }) => JSON.stringify(fields))).size).toBe(1);
    expect(gateway.mostAtOnce()).toBeGreaterThan(3);

    gateway.forget();
    await control('/_control/callbacks/haier', { platformOrderNo: 'A', copies: 20, concurrency: 3 });
    expect(gateway.received).toHaveLength(20);
    expect(gateway.mostAtOnce()).toBeLessThanOrEqual(3);
  });

  test.each(['wrong', 'lower-case', 'four-field'])('with a %s Sign does not verify', async (sign) => {
    const { sent } = await control('/_control/callbacks/haier', { platformOrderNo: 'A', sign });
    const { Sign, ...fields } = sent.fields;
    expect(Sign).toMatch(/^[0-9A-Fa-f]{32}$/);
    expect(Sign).not.toBe(signHaierCallback(fields, haier.secret));
  });

  test('to a gateway that is down is told with the reason', async () => {
    await gateway.close();
    const { answers } = await control('/_control/callbacks/haier', { platformOrderNo: 'A' });
    expect(answers).toEqual([{ status: null, body: null, durationMs: expect.any(Number), error: 'ECONNREFUSED' }]);
  });
});

test('a payment callback is signed and posted to its provider', async () => {
  const fields = { order_number: '1764297000123456', amount: '2999.00', status: 'SUCCESS', transaction_id: 'T1' };
  const { sent } = await control('/_control/callbacks/payment', { provider: 'generic', fields });

  const signed = { ...fields, signature: signPaymentCallback(fields, payment.secret) };
  expect(sent).toEqual({ path: '/api/payments/callback/generic/', fields: signed });
  expect(gateway.received.map((received) => received.fields)).toEqual([signed]);
});

test('every sent callback is listed until reset', async () => {
  await control('/_control/callbacks/haier', { platformOrderNo: 'A' });
  await control('/_control/callbacks/payment', { provider: 'mock', fields: { payment_id: '1' } });
  const listed = async () =>
    ((await (await app.request('/_control/sent')).json()) as { items: { provider: string }[] }).items;
  expect((await listed()).map(({ provider }) => provider)).toEqual(['haier', 'mock']);

  await app.request('/_control/reset', { method: 'POST' });
  expect(await listed()).toEqual([]);
});

test('a request to a platform is recorded as received until reset, control and health are not', async () => {
  const body = '{"soId": "1",  "x":"海尔"}';
  const answer = await app.request('/gateway/order/create?x=1', {
    method: 'POST',
    headers: { authorization: 'Bearer t' },
    body,
  });
  expect(answer.status).toBe(404);
  await app.request('/readyz');
  await app.request('/_control/sent');

  const requests = async () => (await app.request('/_control/requests')).json();
  expect(await requests()).toEqual({
    items: [
      {
        method: 'POST',
        path: '/gateway/order/create?x=1',
        headers: { authorization: 'Bearer t', 'content-type': 'text/plain;charset=UTF-8' },
        body,
        receivedAt: NOW.toISOString(),
      },
    ],
  });
  await app.request('/_control/reset', { method: 'POST' });
  expect(await requests()).toEqual({ items: [] });
});

test.each([
  ['no order number', 'haier', {}, ['platformOrderNo']],
  ['an unknown field', 'haier', { platformOrderNo: 'A', plattformOrderNo: 'B' }, ['']],
  ['too many copies', 'haier', { platformOrderNo: 'A', copies: 1001 }, ['copies']],
  ['an address that is no callback', 'haier', { platformOrderNo: 'A', path: '/admin' }, ['path']],
  [
    'a bad time and a bad sign',
    'haier',
    { platformOrderNo: 'A', timeStamp: '2025', sign: 'best' },
    ['timeStamp', 'sign'],
  ],
  ['an unknown provider', 'payment', { provider: 'paypal', fields: { a: '1' } }, ['provider']],
  ['a number where the form has text', 'payment', { provider: 'generic', fields: { amount: 2999 } }, ['fields.amount']],
  ['a signature of its own', 'payment', { provider: 'generic', fields: { signature: 'x' } }, ['fields']],
  ['nothing to send', 'payment', { provider: 'generic', fields: {} }, ['fields']],
])('a control order with %s is refused and nothing is sent', async (_, kind, order, paths) => {
  const answer = await post(`/_control/callbacks/${kind}`, JSON.stringify(order));
  expect(answer.status).toBe(400);
  const { fields } = (await answer.json()) as { fields: { path: string }[] };
  expect(fields.map(({ path }) => path)).toEqual(paths);
  expect(gateway.received).toEqual([]);
});

test('a page that happens to be open in a browser sends and reads nothing; an address typed there may be read', async () => {
  const body = JSON.stringify({ platformOrderNo: 'A' });
  for (const headers of [
    { origin: 'https://elsewhere.example', 'content-type': 'text/plain' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    expect((await app.request('/_control/callbacks/haier', { method: 'POST', body, headers })).status).toBe(403);
    expect((await app.request('/_control/reset', { method: 'POST', headers })).status).toBe(403);
    expect((await app.request('/_control/sent', { headers })).status).toBe(403);
  }
  expect(gateway.received).toEqual([]);
  expect((await app.request('/_control/sent', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(200);
});

test('a control order that is no JSON, too large or unknown is refused with a reason', async () => {
  expect((await post('/_control/callbacks/haier', '{')).status).toBe(400);
  expect((await post('/_control/callbacks/haier', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  expect((await post('/_control/callbacks/fax', '{}')).status).toBe(404);
  expect((await app.request('/_control/callbacks/haier')).status).toBe(404);
});

test.each(['/livez', '/readyz', '/healthz'])('%s answers 200', async (path) => {
  expect((await app.request(path)).status).toBe(200);
});

const post = (path: string, body: string) => app.request(path, { method: 'POST', body });

async function control(path: string, order: object): Promise<SendReport> {
  const answer = await post(path, JSON.stringify(order));
  expect(answer.status).toBe(200);
  return (await answer.json()) as SendReport;
}

/** A server that notes what it gets and answers after a moment, so that copies have the time to overlap. */
async function startFakeGateway() {
  const received: { path: string; contentType: string | undefined; fields: Record<string, string> }[] = [];
  let open = 0;
  let most = 0;
  const server = createServer(async (request: IncomingMessage, response) => {
    most = Math.max(most, (open += 1));
    const fields = Object.fromEntries(new URLSearchParams(await text(request)));
    received.push({ path: request.url!, contentType: request.headers['content-type'], fields });
    setTimeout(() => {
      open -= 1;
      response.setHeader('content-type', 'application/json').end('{"success":true}');
    }, 20);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    mostAtOnce: () => most,
    forget() {
      received.length = 0;
      most = 0;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
type FakeGateway = Awaited<ReturnType<typeof startFakeGateway>>;
