import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import wechatpay from 'wechatpay-axios-plugin';
import { openResource, readWechatCallback } from './read-wechat-callback.ts';

const { AesGcm } = wechatpay.Aes;
const apiV3Key = randomBytes(16).toString('hex');
const account = { mchid: '1900000109', appId: 'wx8888888888888888', apiV3Key };
const paid = {
  mchid: account.mchid,
  appid: account.appId,
  out_trade_no: '1764297000123456-P1',
  transaction_id: '4200001',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功 😀',
  amount: { total: 1 },
};

/** Sealed by an independent library. */
function sealed(content: object | string, associated_data = 'transaction') {
  const nonce = randomBytes(6).toString('hex');
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return {
    algorithm: 'AEAD_AES_256_GCM' as const,
    ciphertext: AesGcm.encrypt(text, apiV3Key, nonce, associated_data),
    nonce,
    associated_data,
  };
}

test('what an independent library sealed is opened, with and without additional data', () => {
  for (const associated of ['transaction', '']) expect(openResource(sealed(paid, associated), apiV3Key)).toEqual(paid);
});

test('one bit changed anywhere in the seal opens nothing', () => {
  const resource = sealed(paid);
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  fc.assert(
    fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(openResource({ ...resource, ciphertext: changed.toString('base64') }, apiV3Key)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['another key', {}, randomBytes(16).toString('hex')],
  ['a key that is no key', {}, 'short'],
  ['another nonce', { nonce: '000000000000' }, apiV3Key],
  ['no nonce', { nonce: '' }, apiV3Key],
  ['other additional data', { associated_data: 'refund' }, apiV3Key],
  ['a tag alone', { ciphertext: Buffer.alloc(16).toString('base64') }, apiV3Key],
  ['nothing', { ciphertext: '' }, apiV3Key],
  ['half of it', { ciphertext: sealed(paid).ciphertext.slice(0, 40) }, apiV3Key],
])('%s opens nothing', (_, change, key) => {
  expect(openResource({ ...sealed(paid), ...change }, key)).toBeUndefined();
});

test('a notification says by its own word whether it is about a refund', () => {
  const body = (event_type: string) => JSON.stringify({ id: 'EV-1', event_type, resource: sealed(paid) });
  expect(readWechatCallback(body('TRANSACTION.SUCCESS'), account)).toMatchObject({
    kind: 'payment',
    meaning: { ok: true, notice: { news: 'succeeded', amountFen: 1, orderNumber: '1764297000123456' } },
  });
  expect(readWechatCallback(body('REFUND.SUCCESS'), account)).toMatchObject({
    kind: 'refund',
    meaning: { ok: false, problem: 'undecryptable' },
  });
  expect(readWechatCallback(body('TRANSACTION.SUCCESS'), undefined)).toMatchObject({
    meaning: { ok: false, problem: 'undecryptable' },
  });
});

test('the number of a stranger is not kept when it could not be one of ours', () => {
  const body = JSON.stringify({
    id: 'EV-1',
    event_type: 'TRANSACTION.SUCCESS',
    resource: sealed({ ...paid, mchid: '1', out_trade_no: '\u0000<script>' }),
  });
  expect(readWechatCallback(body, account).meaning).toEqual({
    ok: false,
    orderNumber: undefined,
    problem: 'merchant_mismatch',
  });
});
