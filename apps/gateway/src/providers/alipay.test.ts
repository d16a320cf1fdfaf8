import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { alipayCallbackText, alipayRequestText } from '@orderbridge/contracts/alipay';
import { CALLBACK_OUTCOMES } from '@orderbridge/contracts/callback-envelope';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { AlipaySdk } from 'alipay-sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alipayProvider } from './alipay.ts';
import type { Verified } from './provider.ts';

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';
const ours = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const former = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strange = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const alipay = alipayProvider({ key: ours.publicKey, previousKey: former.publicKey });
const pem = (key: KeyObject) =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
/** Knows nothing of our texts. */
const library = new AlipaySdk({
  appId: '2021000000000001',
  privateKey: pem(ours.privateKey),
  alipayPublicKey: pem(ours.publicKey),
  keyType: 'PKCS8',
});

const FIELDS = {
  notify_time: '2026-11-21 10:00:00',
  notify_type: 'trade_status_sync',
  notify_id: '2026112100222100000091950549213101',
  charset: 'utf-8',
  version: '1.0',
  sign_type: 'RSA2',
  app_id: '2021000000000001',
  seller_id: '2088000000000001',
  out_trade_no: '1764297000123456-P1',
  trade_no: '2026112122001400000501234567',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '2999.00',
  subject: '海尔冰箱 + 安装 100% & 更多 😀',
  fund_bill_list: '[{"amount":"2999.00","fundChannel":"ALIPAYACCOUNT"}]',
};

const signed = (fields: FormFields, key = ours.privateKey): FormFields => ({
  ...fields,
  sign: sign('sha256', Buffer.from(alipayCallbackText(fields)), key).toString('base64'),
});
const raw = (body: string | Buffer, contentType: string | undefined = FORM) => ({
  body: Buffer.from(body),
  contentType,
  headers: {},
  receivedAt: new Date(0),
});
const asForm = (fields: FormFields) => raw(new URLSearchParams(fields).toString());
const bad = (reason: string) => ({ ok: false, reason });

describe('the signature', () => {
  test('is accepted, and the notice is named by its id', () => {
    expect(alipay.verify(asForm(signed(FIELDS)))).toMatchObject({
      ok: true,
      eventId: FIELDS.notify_id,
      secret: 'current',
      fields: { subject: FIELDS.subject },
    });
  });

  test('an independent library agrees with what we accept and with what we refuse', () => {
    for (const fields of [
      signed(FIELDS),
      { ...signed(FIELDS), total_amount: '1.00' },
      signed(FIELDS, strange.privateKey),
    ])
      expect(library.checkNotifySignV2({ ...fields })).toBe(alipay.verify(asForm(fields)).ok);
  });

  test('what that library signs as a request is signed over our text', () => {
    const url = new URL(
      library.pageExecute('alipay.trade.page.pay', 'GET', { bizContent: { subject: FIELDS.subject } }),
    );
    const { sign: made, ...fields } = Object.fromEntries(url.searchParams) as Record<string, string>;
    expect(fields['sign_type']).toBe('RSA2');
    expect(library.rsaCheck(alipayRequestText(fields), made!, 'RSA2')).toBe(true);
    expect(library.rsaCheck(alipayCallbackText(fields), made!, 'RSA2')).toBe(false);
  });

  test('during a rotation the previous key is valid too, and only then', () => {
    const callback = asForm(signed(FIELDS, former.privateKey));
    expect(alipay.verify(callback)).toMatchObject({ ok: true, secret: 'previous' });
    const after = alipayProvider({ key: ours.publicKey, previousKey: undefined });
    expect(after.verify(callback)).toEqual(bad('bad_signature'));
  });

  test.each<[string, FormFields]>([
    ['another key', signed(FIELDS, strange.privateKey)],
    ['no signature', FIELDS],
    ['an empty signature', { ...FIELDS, sign: '' }],
    ['RSA instead of RSA2', { ...signed(FIELDS), sign_type: 'RSA' }],
    ['no sign_type', signed(Object.fromEntries(Object.entries(FIELDS).filter(([name]) => name !== 'sign_type')))],
    ['an amount of its own', { ...signed(FIELDS), total_amount: '0.01' }],
    ['another app', { ...signed(FIELDS), app_id: '2021000000000002' }],
    ['one more field', { ...signed(FIELDS), refund_fee: '1.00' }],
    ['one less field', { ...signed(FIELDS), seller_id: '' }],
    ['a blank behind the signature', { ...signed(FIELDS), sign: `${signed(FIELDS)['sign']} ` }],
    ['url-safe base64', { ...signed(FIELDS), sign: signed(FIELDS)['sign']!.replaceAll('/', '_').replace(/=+$/, '') }],
  ])('%s is refused', (_, fields) => {
    expect(alipay.verify(asForm(fields))).toEqual(bad('bad_signature'));
  });

  test('without a key everything is refused', () => {
    const unset = alipayProvider({ key: undefined, previousKey: ours.publicKey });
    expect(unset.verify(asForm(signed(FIELDS)))).toEqual(bad('secret_unset'));
  });

  test.each([
    ['JSON', raw(JSON.stringify(signed(FIELDS)), 'application/json')],
    ['nothing', raw('')],
    ['a repeated field', raw(`${new URLSearchParams(signed(FIELDS)).toString()}&trade_status=TRADE_CLOSED`)],
    ['another charset by its own word', asForm(signed({ ...FIELDS, charset: 'GBK' }))],
    [
      'another charset by its header',
      raw(asForm(signed(FIELDS)).body, 'application/x-www-form-urlencoded; charset=gbk'),
    ],
    ['bytes that are no UTF-8', raw(Buffer.from([0x61, 0x3d, 0xc3, 0x28]))],
  ])('%s is no form', (_, callback) => {
    expect(alipay.verify(callback)).toEqual(bad('no_form'));
  });

  test('a notice without a usable id is named by its signature, in bounded length', () => {
    for (const id of ['', 'a b', 'x'.repeat(200)]) {
      const verified = alipay.verify(asForm(signed({ ...FIELDS, notify_id: id })));
      expect((verified as Verified).eventId).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('one byte changed is accepted only when the signed text is the same', () => {
    const { body } = asForm(signed(FIELDS));
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const mutated = Buffer.from(body);
        mutated[at] = byte;
        const verified = alipay.verify(raw(mutated));
        if (verified.ok) expect(alipayCallbackText(verified.fields)).toBe(alipayCallbackText(FIELDS));
        else expect(mutated.equals(body)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the answer', () => {
  const verified = alipay.verify(asForm(signed(FIELDS))) as Verified;

  test.each(CALLBACK_OUTCOMES)('%s: it is kept, so nothing need come again', (outcome) => {
    const decided = { outcome, decidedAt: '2026-11-21T02:00:00.000Z', platformOrderNo: null, method: null };
    expect(alipay.answerOutcome({ ...decided, payment: null, problem: 'amount_mismatch' }, verified)).toEqual({
      status: 200,
      body: 'success',
      plain: true,
    });
  });

  test('kept and undecided', () => {
    expect(alipay.answerKept(verified, false, new Date(0)).body).toBe('success');
  });

  test.each([
    ['bad_signature', 400],
    ['no_form', 400],
    ['too_many_failures', 429],
    ['cannot_keep', 503],
  ] as const)('refused for %s: %i', (reason, status) => {
    expect(alipay.refuse(reason, new Date(0))).toEqual({ status, body: 'failure', plain: true });
  });
});
