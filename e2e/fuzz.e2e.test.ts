import { auditApi } from '@orderbridge/contracts/audit-api';
import { inventoryApi, productApi } from '@orderbridge/contracts/catalogue-api';
import { exceptionApi } from '@orderbridge/contracts/exceptions-api';
import { orderEventApi } from '@orderbridge/contracts/integrations-api';
import { callbackApi, orderApi, paymentApi, refundApi } from '@orderbridge/contracts/orders-api';
import type { Shape } from '@orderbridge/contracts/router-types';
import { sessionApi, staffApi, tokenApi } from '@orderbridge/contracts/staff-api';
import { withHaierSign, withPaymentSignature } from '@orderbridge/mock-upstreams/sign-callback';
import { formatHaierTime } from '@orderbridge/contracts/haier-callback';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyJson, anyText, inputOf, type KnownWords } from './_fuzz-inputs.ts';
import { forEachOf, SCALE, startSystem, type System } from './_system.ts';

const AT_ONCE = 48;

let system: System;
beforeAll(async () => {
  system = await startSystem({ CALLBACK_FAILURES_PER_MINUTE: '10000000', LOG_LEVEL: 'error' });
});
afterAll(() => system?.[Symbol.asyncDispose]());

const FORM = 'application/x-www-form-urlencoded';
const HAIER_PATHS = ['/api/v1/haier/callback/', '/api/orders/haier_callback/', '/api/haier/ylh/callback'];
const PAYMENT_PATHS = ['callback', 'refund-callback'].flatMap((topic) =>
  ['generic', 'mock', 'wechat', 'alipay', 'constructor'].flatMap((provider) => [
    `/api/payments/${topic}/${provider}/`,
    `/api/v1/payments/${topic}/${provider}`,
  ]),
);

type Sent = { url: string; method: string; headers: Record<string, string>; body: string | undefined };

type Failure = { status: number | string; sent: Sent; answer: string };

/** Sends generated requests and answers the first failures: every 5xx, and every answer that never came. */
async function failuresOf(label: string, count: number, requests: fc.Arbitrary<Sent>): Promise<Failure[]> {
  const failures: Failure[] = [];
  const statuses = new Map<number, number>();
  // Fixed, so that a failure comes again.
  const sample = fc.sample(requests, { numRuns: Math.round(count * SCALE), seed: 20_261_121 });
  const startedMs = performance.now();
  await forEachOf(sample, AT_ONCE, async (sent) => {
    try {
      const response = await fetch(sent.url, {
        method: sent.method,
        headers: sent.headers,
        signal: AbortSignal.timeout(30_000),
        ...(sent.body === undefined ? {} : { body: sent.body }),
      });
      const answer = await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      if (response.status >= 500) failures.push({ status: response.status, sent, answer });
    } catch (error) {
      failures.push({ status: String(error), sent, answer: '' });
    }
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  const table = [...statuses].toSorted(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`);
  process.stdout.write(`    ${label}: ${sample.length} in ${seconds.toFixed(1)} s; ${table.join(', ')}\n`);
  return failures.slice(0, 3);
}

const oddHeaders = fc.record(
  {
    'content-type': fc.constantFrom(
      FORM,
      'application/json',
      'text/plain',
      `${FORM}; charset=gbk`,
      'multipart/form-data',
    ),
    'x-forwarded-for': fc.constantFrom('1.2.3.4', 'a, b, c', '::1'),
    'wechatpay-signature': fc.constantFrom('WECHATPAY/SIGNTEST/abc', 'AAAA', 'x'),
    'wechatpay-timestamp': fc.constantFrom('0', String(Math.round(Date.now() / 1_000)), 'x'),
    'wechatpay-serial': fc.constantFrom('PUB_KEY_ID_1', ''),
    'wechatpay-nonce': fc.constantFrom('n', ''),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;

const anyFields = fc.dictionary(
  fc.oneof(fc.constantFrom('AppKey', 'Sign', 'Data', 'Method', 'TimeStamp', 'sign', 'status', 'payment_id'), anyText),
  anyText,
  { maxKeys: 6 },
);
const asForm = (fields: Record<string, string>) =>
  Object.entries(fields)
    // Half of a surrogate pair has no form of its own on the wire.
    .map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&');
const anyBody = fc.oneof(
  anyFields.map(asForm),
  anyJson.map((value) => JSON.stringify(value) ?? ''),
  anyText,
  fc.constant(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
);

const haierData = fc.record(
  {
    PlatformOrderNo: fc.oneof(anyText, fc.constantFrom('1763700000123456')),
    State: fc.oneof(fc.constantFrom<unknown>(0, 1, 2, '1', true, 1.5, null), anyJson),
    ExtOrderNo: fc.oneof(anyText, anyJson),
    FailMsg: anyJson,
    itemList: anyJson,
    state: anyJson,
  },
  { requiredKeys: ['PlatformOrderNo'] },
);

test('the gateway: whatever is posted, signed or not, gets a planned answer', async () => {
  const { urls, stack } = system;
  const { HAIER_CALLBACK_APP_KEY: appKey, HAIER_CALLBACK_SECRET: haierSecret, PAYMENT_CALLBACK_SECRET } = stack.secrets;
  const unsigned = await failuresOf(
    'unsigned and broken',
    56_000,
    fc.record({
      url: fc.constantFrom(...HAIER_PATHS, ...PAYMENT_PATHS).map((path) => urls.gateway + path),
      method: fc.oneof({ weight: 20, arbitrary: fc.constant('POST') }, fc.constantFrom('PUT', 'DELETE')),
      headers: oddHeaders,
      body: anyBody.map((body) => body.toWellFormed()),
    }),
  );
  expect(unsigned).toEqual([]);
  const haier = await failuresOf(
    'Haier, signed',
    14_000,
    fc
      .record({
        path: fc.constantFrom(...HAIER_PATHS),
        method: fc.oneof(
          fc.constantFrom('hmm.scm_heorder.confirm', 'hmm.scm_heorder.cancel', 'hmm.scm_heorder.oostock'),
          anyText,
        ),
        time: fc.oneof(fc.constant(formatHaierTime(new Date())), anyText),
        data: fc.oneof(
          haierData.map((data) => JSON.stringify(data)),
          anyJson.map((value) => JSON.stringify(value) ?? ''),
          anyText,
        ),
        more: fc.dictionary(anyText, anyText, { maxKeys: 2 }),
      })
      .map(({ path, method, time, data, more }) => {
        const fields = { ...more, AppKey: appKey, TimeStamp: time, Method: method, Data: data };
        const wellFormed = Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
        );
        return {
          url: urls.gateway + path,
          method: 'POST',
          headers: { 'content-type': FORM },
          body: asForm(withHaierSign(wellFormed, haierSecret, 'right')),
        };
      }),
  );
  expect(haier).toEqual([]);
  const payments = await failuresOf(
    'payments and refunds, signed',
    8_000,
    fc
      .record({
        path: fc.constantFrom(...PAYMENT_PATHS.filter((path) => /generic|mock/.test(path))),
        fields: fc.record(
          {
            payment_id: fc.oneof(fc.uuid(), anyText),
            out_trade_no: anyText,
            status: fc.oneof(fc.constantFrom('success', 'failed', 'expired', 'TRADE_FINISHED'), anyText),
            amount: fc.oneof(fc.constantFrom('0.01', '1e3', '-1', '99999999999999999'), anyText),
            transaction_id: anyText,
            out_refund_no: anyText,
            refund_status: fc.oneof(fc.constantFrom('SUCCESS', 'CLOSED'), anyText),
            refund_amount: anyText,
          },
          { requiredKeys: ['status'] },
        ),
      })
      .map(({ path, fields }) => {
        const wellFormed = Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, value.toWellFormed()]),
        );
        return {
          url: urls.gateway + path,
          method: 'POST',
          headers: { 'content-type': FORM },
          body: asForm(withPaymentSignature(wellFormed, PAYMENT_CALLBACK_SECRET, 'right')),
        };
      }),
  );
  expect(payments).toEqual([]);
});

const PROCEDURES: Record<string, Record<string, Shape>> = {
  order: { ...orderApi },
  payment: paymentApi,
  refund: refundApi,
  callback: callbackApi,
  exception: exceptionApi,
  product: productApi,
  inventory: inventoryApi,
  audit: auditApi,
  staff: staffApi,
  token: tokenApi,
  session: { current: sessionApi.current, list: sessionApi.list },
};
/** A walk along the whole audit chain, and a stream without an end, are no calls to repeat by the thousand. */
const LEFT_OUT = new Set(['audit.verify', 'order.changes']);

test('the APIs: whatever is asked, by whomever, gets a planned answer', async () => {
  const { urls, stack } = system;
  const known = await knownWords();
  const cookie = await signIn();
  const callers: Record<string, string>[] = [
    { cookie },
    { cookie },
    { cookie },
    { authorization: `Bearer ${stack.secrets.STOREFRONT_API_TOKEN}` },
    {},
    { authorization: 'Bearer x', cookie: 'orderbridge=x' },
  ];
  const calls = Object.entries(PROCEDURES).flatMap(([noun, verbs]) =>
    Object.entries(verbs)
      .map(([verb, { input }]) => ({ procedure: `${noun}.${verb}`, input }))
      .filter(({ procedure }) => !LEFT_OUT.has(procedure)),
  );
  const requestTo = (base: string, procedure: string, input: Shape['input']): fc.Arbitrary<Sent> =>
    fc
      .record({
        value: inputOf(input, known),
        caller: fc.constantFrom(...callers),
        asQuery: fc.nat(4).map((n) => n === 0),
      })
      .map(({ value, caller, asQuery }) => {
        const json = JSON.stringify(value)?.slice(0, 6_000);
        return asQuery
          ? {
              url: `${base}/trpc/${procedure}?input=${encodeURIComponent((json ?? '').toWellFormed())}`,
              method: 'GET',
              headers: caller,
              body: undefined,
            }
          : {
              url: `${base}/trpc/${procedure}`,
              method: 'POST',
              headers: { 'content-type': 'application/json', ...caller },
              body: json,
            };
      });
  const orders = await failuresOf(
    'orders',
    20_000,
    fc.oneof(...calls.map(({ procedure, input }) => requestTo(urls.orders, procedure, input))),
  );
  expect(orders).toEqual([]);
  expect(
    await failuresOf('integrations', 1_500, requestTo(urls.integrations, 'orderEvent.list', orderEventApi.list.input)),
  ).toEqual([]);
  const elsewhere = await failuresOf(
    'through the admin web, and addresses that do not exist',
    2_500,
    fc
      .record({ path: fc.oneof(fc.webPath(), anyText), caller: fc.constantFrom(...callers), body: anyJson })
      .map(({ path, caller, body }) => ({
        url: `${urls.admin}/trpc/orders/${encodeURIComponent(path.toWellFormed())}`,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...caller },
        body: JSON.stringify(body),
      })),
  );
  expect(elsewhere).toEqual([]);
});

test('afterwards the same processes serve, and nothing moved that should not', async () => {
  for (const name of ['gateway', 'orders', 'integrations', 'admin'] as const) {
    expect((await fetch(`${system.urls[name]}/livez`)).status).toBe(200);
  }
  const [{ late }] = (await system.rows<{ late: number }>(`select count(*)::int as late from message_failures`)) as [
    { late: number },
  ];
  expect(late).toBe(0);
  const { orderNumber } = await system.place();
  const payment = await system.openPayment(orderNumber);
  const { url, body } = system.paymentCallback(payment);
  const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': FORM } });
  expect(await answer.json()).toMatchObject({ status: 'succeeded' });
  expect(restartsOf(system)).toEqual([]);
});

/** Services that had to be started again: none may have died. */
function restartsOf({ stack }: System): string[] {
  return [...stack.services.entries()].filter(([, service]) => service.restarts > 0).map(([name]) => name);
}

async function knownWords(): Promise<KnownWords> {
  const orderNumbers: string[] = [];
  const ids: string[] = [];
  for (let index = 0; index < 12; index += 1) {
    const { orderNumber } = await system.place();
    orderNumbers.push(orderNumber);
    const payment = await system.openPayment(orderNumber);
    ids.push(payment.id);
    if (index % 2 === 0) {
      const { url, body } = system.paymentCallback(payment);
      await fetch(url, { method: 'POST', body, headers: { 'content-type': FORM } });
    }
  }
  const stored = await system.rows<{ id: string }>(
    `select public_id as id from callbacks where outcome <> 'refused' order by id desc limit 40`,
  );
  return { orderNumbers, ids: [...ids, ...stored.map(({ id }) => id)] };
}

async function signIn(): Promise<string> {
  const response = await fetch(`${system.urls.orders}/trpc/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: system.stack.secrets.ADMIN_PASSWORD }),
  });
  expect(response.status).toBe(200);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}
