import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { wechatRequestText, wechatSigningText } from '@orderbridge/contracts/wechat-pay';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import wechatpay from 'wechatpay-axios-plugin';
import type { RawCallback, Verified } from './provider.ts';
import { wechatProvider } from './wechat.ts';

const { Formatter, Rsa } = wechatpay;
const NOW = new Date('2026-11-21T02:00:00.700Z');
const NOW_SECONDS = Math.floor(NOW.getTime() / 1_000);
const CURRENT = 'PUB_KEY_ID_0119000001092026112100381111000001';
const PREVIOUS = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const ours = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const former = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const strange = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const wechat = wechatProvider({
  keys: [
    { serial: CURRENT, key: ours.publicKey },
    { serial: PREVIOUS, key: former.publicKey },
  ],
});

const BODY = JSON.stringify({
  id: 'EV-2018022511223320873',
  create_time: '2026-11-21T10:00:00+08:00',
  resource_type: 'encrypt-resource',
  event_type: 'TRANSACTION.SUCCESS',
  summary: '支付成功 😀',
  resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'AAAA', nonce: 'abcdefabcdef', associated_data: '' },
});

type Change = {
  body?: string | Buffer;
  timestamp?: string;
  nonce?: string;
  serial?: string;
  key?: KeyObject;
  signature?: string;
  contentType?: string;
  without?: string;
};

/** A callback signed by the independent library, which knows nothing of our texts. */
function callback(change: Change = {}): RawCallback {
  const { timestamp = String(NOW_SECONDS), nonce = 'c5ac7061fccab6bf3e254dcf98995b8c', key = ours.privateKey } = change;
  const body = Buffer.from(change.body ?? BODY);
  const signature = change.signature ?? Rsa.sign(Formatter.response(timestamp, nonce, body.toString()), key);
  const headers = {
    'wechatpay-serial': change.serial ?? CURRENT,
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
  };
  return {
    body,
    contentType: change.contentType ?? 'application/json',
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== change.without)),
    receivedAt: NOW,
  };
}

const bad = (reason: string) => ({ ok: false, reason });

describe('the signature', () => {
  test('of an independent library is accepted, and the notification is named by its id', () => {
    expect(wechat.verify(callback())).toMatchObject({
      ok: true,
      eventId: 'EV-2018022511223320873',
      secret: 'current',
      sentAt: undefined,
    });
  });

  test('and that library accepts ours, in both directions', () => {
    const text = wechatSigningText({ timestamp: '1', nonce: 'n', body: BODY });
    const made = sign('sha256', Buffer.from(text), ours.privateKey).toString('base64');
    expect(Rsa.verify(Formatter.response('1', 'n', BODY), made, ours.publicKey)).toBe(true);
    const request = { method: 'POST', pathAndQuery: '/v3/x?a=1', timestamp: '1', nonce: 'n', body: BODY };
    const asked = sign('sha256', Buffer.from(wechatRequestText(request)), ours.privateKey).toString('base64');
    expect(Rsa.verify(Formatter.request('POST', '/v3/x?a=1', '1', 'n', BODY), asked, ours.publicKey)).toBe(true);
  });

  test('a retry is signed anew and is the same notification', () => {
    const again = wechat.verify(callback({ timestamp: String(NOW_SECONDS + 15), nonce: 'another' }));
    const first = wechat.verify(callback());
    expect(again).toMatchObject({ ok: true, eventId: (first as Verified).eventId });
    expect((again as Verified).signature).not.toBe((first as Verified).signature);
  });

  test('the key is chosen by the serial, whatever its case of letters, during a rotation too', () => {
    for (const serial of [PREVIOUS, PREVIOUS.toLowerCase()])
      expect(wechat.verify(callback({ serial, key: former.privateKey }))).toMatchObject({
        ok: true,
        secret: 'previous',
      });
    expect(wechat.verify(callback({ serial: CURRENT.toLowerCase() }))).toMatchObject({ ok: true, secret: 'current' });
  });

  test.each<[string, Change, string]>([
    ['a serial of nobody', { serial: 'PUB_KEY_ID_2' }, 'unknown_serial'],
    ['an empty serial', { serial: '' }, 'unknown_serial'],
    ['no serial', { without: 'wechatpay-serial' }, 'unknown_serial'],
    ['the serial of another key', { serial: PREVIOUS }, 'bad_signature'],
    ['another key', { key: strange.privateKey }, 'bad_signature'],
    ['no signature', { without: 'wechatpay-signature' }, 'bad_signature'],
    ['no nonce', { without: 'wechatpay-nonce' }, 'bad_signature'],
    ['a signature of one byte', { signature: 'AA==' }, 'bad_signature'],
    ['a signature that is no base64', { signature: '签名' }, 'bad_signature'],
    ['two signatures joined', { signature: 'AA==, AA==' }, 'bad_signature'],
  ])('%s is refused', (_, change, reason) => {
    expect(wechat.verify(callback(change))).toEqual(bad(reason));
  });

  test('other spellings of a right signature are refused', () => {
    const { signature } = wechat.verify(callback()) as Verified;
    for (const spelling of [
      `${signature}=`,
      ` ${signature}`,
      signature.replace(/=+$/, ''),
      signature.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
      `${signature.slice(0, 8)}\n${signature.slice(8)}`,
    ])
      expect(wechat.verify(callback({ signature: spelling }))).toEqual(bad('bad_signature'));
  });

  test('a PSS signature, and one over another hash, are refused', () => {
    const text = Buffer.from(Formatter.response(String(NOW_SECONDS), 'c5ac7061fccab6bf3e254dcf98995b8c', BODY));
    const pss = sign('sha256', text, { key: ours.privateKey, padding: 6 }).toString('base64');
    const sha1 = sign('sha1', text, ours.privateKey).toString('base64');
    for (const signature of [pss, sha1]) expect(wechat.verify(callback({ signature }))).toEqual(bad('bad_signature'));
  });

  test('without keys everything is refused', () => {
    expect(wechatProvider({ keys: [] }).verify(callback())).toEqual(bad('secret_unset'));
  });

  test('one byte changed in the body, the nonce, the time or the signature is never accepted', () => {
    const given = callback();
    const parts = ['body', 'wechatpay-nonce', 'wechatpay-timestamp', 'wechatpay-signature'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }).map((byte) => byte % 128),
        (part, position, byte) => {
          const text = part === 'body' ? given.body.toString('latin1') : String(given.headers[part]);
          const at = position % text.length;
          const mutated = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
          fc.pre(mutated !== text);
          const changed =
            part === 'body'
              ? { ...given, body: Buffer.from(mutated, 'latin1') }
              : { ...given, headers: { ...given.headers, [part]: mutated } };
          expect(wechat.verify(changed).ok).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the time that was signed', () => {
  const at = (seconds: number) => String(NOW_SECONDS + seconds);

  test.each([0, -299, -300, 299, 300])('%i s from ours is accepted', (seconds) => {
    expect(wechat.verify(callback({ timestamp: at(seconds) })).ok).toBe(true);
  });

  test.each<[string, string]>([
    ['301 s ago', at(-301)],
    ['in 301 s', at(301)],
    ['milliseconds', String(NOW.getTime())],
    ['letters', 'yesterday'],
    ['a sign', `+${NOW_SECONDS}`],
    ['a negative one', `-${NOW_SECONDS}`],
    ['a blank in front', ` ${NOW_SECONDS}`],
    ['a fraction', `${NOW_SECONDS}.0`],
    ['hexadecimal', `0x${NOW_SECONDS.toString(16)}`],
    ['full-width digits', String(NOW_SECONDS).replaceAll('1', '１')],
    ['empty', ''],
    ['ISO 8601', NOW.toISOString()],
  ])('%s is refused although the signature is right', (_, timestamp) => {
    expect(wechat.verify(callback({ timestamp }))).toEqual(bad('stale_timestamp'));
  });

  test('a missing one is refused', () => {
    expect(wechat.verify(callback({ without: 'wechatpay-timestamp' }))).toEqual(bad('stale_timestamp'));
  });
});

describe('what is no callback', () => {
  test('a probe is told from a forgery, whatever else it says', () => {
    for (const change of [{}, { serial: 'nobody' }, { timestamp: '1' }])
      expect(wechat.verify(callback({ ...change, signature: 'WECHATPAY/SIGNTEST/MD4Y' }))).toEqual(
        bad('signature_probe'),
      );
    expect(wechat.verify(callback({ signature: 'wechatpay/signtest/MD4Y' }))).toEqual(bad('bad_signature'));
  });

  test.each<[string, Change, string]>([
    ['nothing', { body: '' }, 'empty_body'],
    ['no JSON', { body: '{' }, 'no_form'],
    ['a list', { body: '[]' }, 'no_form'],
    ['null', { body: 'null' }, 'no_form'],
    ['a byte that is no UTF-8', { body: Buffer.from([0x7b, 0xff, 0x7d]) }, 'no_form'],
    ['a form', { contentType: 'application/x-www-form-urlencoded' }, 'no_form'],
    ['another charset', { contentType: 'application/json; charset=gbk' }, 'no_form'],
  ])('%s', (_, change, reason) => {
    expect(wechat.verify(callback(change))).toEqual(bad(reason));
  });

  test('a signed one without a usable id is named by its signature', () => {
    for (const id of [undefined, 7, 'a b', 'x'.repeat(200), '\u0000']) {
      const verified = wechat.verify(callback({ body: JSON.stringify({ id }) }));
      expect((verified as Verified).eventId).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

describe('the answer', () => {
  const payment = { id: '0197', status: 'succeeded' };
  const outcome = (change: Partial<CallbackOutcome>): CallbackOutcome => ({
    outcome: 'applied',
    decidedAt: '2026-11-21T02:00:01.000Z',
    platformOrderNo: null,
    method: null,
    payment,
    problem: null,
    ...change,
  });
  const told = (eventType: string) =>
    wechat.verify(callback({ body: JSON.stringify({ id: '1', event_type: eventType }) }));
  const paid = told('TRANSACTION.SUCCESS') as Verified;
  const refunded = told('REFUND.SUCCESS') as Verified;
  const read = ({ status, body }: { status: number; body: string }) => [status, JSON.parse(body)];

  test.each<[string, Partial<CallbackOutcome>, string]>([
    ['applied', {}, '成功'],
    ['repeated', { outcome: 'repeated' }, 'OK'],
    ['conflict', { outcome: 'conflict' }, '成功'],
    ['parked', { outcome: 'parked' }, '成功'],
    ['malformed without a text of its own', { outcome: 'malformed' }, '成功'],
    ['money that came too late', { problem: 'not_updatable' }, '支付状态不可更新'],
  ])('%s is a success', (_, change, message) => {
    expect(read(wechat.answerOutcome(outcome(change), paid))).toEqual([
      200,
      { code: 'SUCCESS', message, payment_id: '0197' },
    ]);
  });

  test('of a refund names no payment', () => {
    expect(read(wechat.answerOutcome(outcome({ payment: null }), refunded))).toEqual([
      200,
      { code: 'SUCCESS', message: '成功' },
    ]);
  });

  test.each([
    ['undecryptable', '回调资源解密失败: 无法解密', '回调资源解密失败: 无法解密'],
    ['merchant_mismatch', '商户号不匹配', '商户号不匹配'],
    ['app_mismatch', 'appid 不匹配', 'appid 不匹配'],
    ['not_found', '未找到对应的支付记录', '未找到对应的退款记录'],
    ['amount_unreadable', '金额字段解析失败', '退款金额解析失败'],
    ['amount_mismatch', '回调金额与支付记录不一致', '回调退款金额与记录不一致'],
    ['order_mismatch', '订单号不匹配', '订单号不匹配'],
  ] as const)('%s fails with its text', (problem, ofPayment, ofRefund) => {
    const decided = outcome({ outcome: 'malformed', problem });
    expect(read(wechat.answerOutcome(decided, paid))).toEqual([400, { code: 'FAIL', message: ofPayment }]);
    expect(read(wechat.answerOutcome(decided, refunded))).toEqual([400, { code: 'FAIL', message: ofRefund }]);
  });

  test('kept and undecided', () => {
    expect(read(wechat.answerKept(paid, false, NOW))).toEqual([200, { code: 'SUCCESS', message: '成功' }]);
  });

  test.each([
    ['empty_body', 400, '回调体为空'],
    ['no_form', 400, '回调内容不是有效的JSON'],
    ['bad_signature', 400, '回调签名验证失败'],
    ['unknown_serial', 400, '回调签名验证失败'],
    ['stale_timestamp', 400, '回调签名验证失败'],
    ['signature_probe', 400, '回调签名验证失败'],
    ['body_too_large', 413, '请求体过大'],
    ['too_many_failures', 429, '请求过于频繁，请稍后再试'],
    ['cannot_keep', 503, '服务暂时不可用，请稍后重试'],
  ] as const)('refused for %s: %i', (reason, status, message) => {
    expect(read(wechat.refuse(reason, NOW))).toEqual([status, { code: 'FAIL', message }]);
  });
});
