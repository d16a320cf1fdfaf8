import { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { SignatureReport } from '@orderbridge/contracts/signature-report';
import { serveCall } from '@orderbridge/service-kit/nats-calls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepRefused } from '../src/callbacks/keep-refused.ts';
import { ordersApi } from './_api.ts';

let api: Awaited<ReturnType<typeof ordersApi>>;
let viewer: { cookie: string };
beforeAll(async () => {
  api = await ordersApi();
  viewer = await api.signIn('viewer');
});
afterAll(() => api[Symbol.asyncDispose]());

const REPORT: SignatureReport = {
  algorithm: 'MD5',
  canonical: '',
  given: 'AB',
  matches: false,
  variantsTried: [{ name: 'digits_case', matches: true }],
  explanation: '大小写不对。',
  explanationEn: 'The case is wrong.',
};
const ID = '0197a000-0000-7000-8000-000000000001';
const BODY = new URLSearchParams({ Phone: '13912345678', Data: '{"ContactName":"王小明"}', Sign: 'ab' }).toString();

test('a gateway that does not answer is named, and one that answers is masked and audited', async () => {
  await keepRefused(api.context.orm, [
    {
      id: ID,
      provider: 'haier',
      reason: 'bad_signature',
      receivedAt: '2026-11-20T02:00:00.000Z',
      source: '203.0.113.9',
      path: '/api/v1/haier/callback/',
      contentType: 'application/x-www-form-urlencoded',
      bodyBase64: Buffer.from(BODY).toString('base64'),
      signatureHeaders: { 'wechatpay-serial': 'S1' },
    },
  ]);
  const audited = () =>
    api.rows(`select actor, detail from audit_entries where action = 'callback_signature_explained'`);
  const silent = await api.mutate('callback.signature', { id: ID }, viewer);
  expect(silent.body.error.data).toMatchObject({
    errorCode: 'UNAVAILABLE',
    messageEn: expect.stringContaining('gateway'),
  });
  expect(await audited()).toEqual([]);

  const asked: object[] = [];
  const served = serveCall(
    api.context.js.connection,
    internalCalls.explainSignature,
    { queueGroup: 'gateway', log: { warn: () => {}, error: () => {} } },
    async (question) => {
      asked.push(question);
      return { ...REPORT, canonical: '******data{"contactname":"王小明"}phone13912345678******' };
    },
  );
  await api.rows(`update callbacks set signature_headers = null where public_id = ?`, [ID]);
  const { body } = await api.mutate('callback.signature', { id: ID }, viewer);
  expect(body.result.data).toEqual({
    ...REPORT,
    canonical: '******data{"contactname":"王**"}phone139****5678******',
  });
  expect(asked).toMatchObject([{ provider: 'haier', body: BODY, truncated: false, signatureHeaders: null }]);
  expect(await audited()).toEqual([{ actor: 'staff:viewer', detail: { matches: false } }]);
  const unknown = await api.mutate('callback.signature', { id: crypto.randomUUID() }, viewer);
  expect(unknown.body.error.data.errorCode).toBe('NOT_FOUND');
  await served.stop();
});

test('what came with it is shown: the secret that verified it, none for a refused one, and the headers that sign', async () => {
  await api.rows(`update callbacks set signature_headers = '{"wechatpay-serial":"S1"}' where public_id = ?`, [ID]);
  const { body } = await api.query('callback.get', { id: ID }, viewer);
  expect(body.result.data).toMatchObject({ secret: null, headers: [{ name: 'wechatpay-serial', value: 'S1' }] });
});
