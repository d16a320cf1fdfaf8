import golden from '../../../../packages/contracts/fixtures/haier/golden-vectors.json' with { type: 'json' };
import { createHash } from 'node:crypto';
import type { CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { type FormFields, haierSigningText } from '@orderbridge/contracts/haier-callback';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { haierProvider } from './haier.ts';
import type { Verified } from './provider.ts';

const { secret } = golden;
const FORM = 'application/x-www-form-urlencoded';
const encode = (fields: FormFields) => Buffer.from(new URLSearchParams(fields).toString());
const raw = (body: Buffer, contentType = FORM) => ({ body, contentType, headers: {}, receivedAt: new Date(0) });
const asRequest = (fields: FormFields) => raw(encode(fields));
const providerFor = (appKey: string, secrets = { secret, previousSecret: undefined as string | undefined }) =>
  haierProvider({ appKey, ...secrets });
const vectors = golden.vectors.map(({ name, fields, sign }) => ({
  name,
  fields: fields as unknown as Record<string, string>,
  sign,
}));
const v1: FormFields & { Sign: string } = { ...vectors[0]!.fields, Sign: vectors[0]!.sign };
const haier = providerFor(v1['AppKey']!);

describe('the signature', () => {
  test.each([
    ['a byte alone', Buffer.from([0x61, 0x3d, 0xff])],
    ['half a character', Buffer.from([0x61, 0x3d, 0xe5, 0x90])],
    ['Latin-1', Buffer.from('a=\u00fc', 'latin1')],
  ])('bytes that are no UTF-8 are no form: %s', (_name, body) => {
    expect(haier.verify(raw(body))).toEqual({ ok: false, reason: 'no_form' });
  });

  test.each(vectors)('$name is accepted', ({ fields, sign }) => {
    const provider = providerFor(fields['AppKey']!);
    expect(provider.verify(asRequest({ ...fields, Sign: sign }))).toMatchObject({
      ok: true,
      signature: sign,
      secret: 'current',
    });
    expect(provider.verify(asRequest({ ...fields, Sign: sign.toLowerCase() }))).toEqual({
      ok: false,
      reason: 'bad_signature',
    });
  });

  test('V5 is accepted as it is encoded on the wire', () => {
    const v5 = golden.vectors[4]!;
    expect(haier.verify(raw(Buffer.from(v5.encodedBody!)))).toMatchObject({
      ok: true,
      signature: v5.sign,
    });
  });

  test.each(golden.fourFieldAlgorithm)('the four-field value of $vector is refused', ({ vector, sign }) => {
    const { fields } = vectors.find(({ name }) => name === vector)!;
    expect(providerFor(fields['AppKey']!).verify(asRequest({ ...fields, Sign: sign }))).toEqual({
      ok: false,
      reason: 'bad_signature',
    });
  });

  test('during a rotation the previous secret is valid too, and only until it is unset', () => {
    const rotated = { secret: 'Another-Secret-0123456789', previousSecret: secret };
    expect(providerFor(v1['AppKey']!, rotated).verify(asRequest(v1))).toMatchObject({ ok: true, secret: 'previous' });
    expect(providerFor(v1['AppKey']!, { ...rotated, previousSecret: undefined }).verify(asRequest(v1))).toEqual({
      ok: false,
      reason: 'bad_signature',
    });
  });

  test('unset secret or AppKey: everything is refused, also what an empty secret would sign', () => {
    const sign = createHash('md5').update(haierSigningText(vectors[0]!.fields, '')).digest('hex').toUpperCase();
    for (const keys of [
      { appKey: v1['AppKey']!, secret: undefined },
      { appKey: undefined, secret },
    ]) {
      const provider = haierProvider({ ...keys, previousSecret: undefined });
      expect(provider.verify(asRequest({ ...v1, Sign: sign }))).toEqual({ ok: false, reason: 'secret_unset' });
      expect(provider.verify(asRequest(v1))).toEqual({ ok: false, reason: 'secret_unset' });
    }
  });

  test('another AppKey is refused although the signature is right', () => {
    expect(providerFor('demo-app-key-0002').verify(asRequest(v1))).toEqual({ ok: false, reason: 'unknown_app_key' });
    expect(providerFor('demo-app-key').verify(asRequest(v1))).toEqual({ ok: false, reason: 'unknown_app_key' });
  });

  test.each([
    ['no Sign', { Sign: undefined }],
    ['an empty Sign', { Sign: '' }],
    ['a Sign with a blank', { Sign: ` ${v1.Sign}` }],
    ['a Sign of 31 digits', { Sign: v1.Sign.slice(1) }],
    ['a Sign of 33 digits', { Sign: `${v1.Sign}0` }],
    ['a sign beside it', { sign: v1.Sign }],
    ['one more field', { Extra: '1' }],
    ['one less field', { TimeStamp: undefined }],
  ])('%s is refused', (_, change) => {
    const fields = Object.fromEntries(
      Object.entries({ ...v1, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    expect(haier.verify(asRequest(fields))).toEqual({ ok: false, reason: 'bad_signature' });
  });

  test.each([
    ['JSON', { body: Buffer.from(JSON.stringify(v1)), contentType: 'application/json' }],
    ['another charset', { body: encode(v1), contentType: `${FORM}; charset=gbk` }],
    ['nothing', { body: Buffer.alloc(0), contentType: FORM }],
    ['a repeated field', { body: Buffer.from(`${encode(v1).toString()}&State=1&State=1`), contentType: FORM }],
  ])('%s is no form', (_, callback) => {
    expect(haier.verify(raw(callback.body, callback.contentType))).toEqual({ ok: false, reason: 'no_form' });
  });

  // The signature folds case and drops blank fields (F5), so "unchanged" means: the same text is signed.
  test.each(vectors)(
    '$name with one byte changed is accepted only when the signed text is the same',
    ({ fields, sign }) => {
      const provider = providerFor(fields['AppKey']!);
      const body = encode({ ...fields, Sign: sign });
      const signedText = haierSigningText(fields, secret);
      fc.assert(
        fc.property(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
          const mutated = Buffer.from(body);
          mutated[at] = byte;
          const verified = provider.verify(raw(mutated));
          const signed = verified.ok ? haierSigningText(verified.fields, secret) : undefined;
          expect(signed).toBe(verified.ok || mutated.equals(body) ? signedText : undefined);
        }),
        { numRuns: 300 },
      );
    },
  );

  test('V1 in other letters is accepted: the signature cannot tell, the schema in orders does', () => {
    const folded = { ...v1, Data: v1['Data']!.replace('State', 'STATE') };
    expect(haier.verify(asRequest(folded))).toMatchObject({ ok: true });
  });

  test('says when it was sent, in Asia/Shanghai, or nothing when that cannot be read', () => {
    const sent = (TimeStamp: string) => {
      const fields = { ...vectors[0]!.fields, TimeStamp };
      const Sign = createHash('md5').update(haierSigningText(fields, secret)).digest('hex').toUpperCase();
      return (haier.verify(asRequest({ ...fields, Sign })) as Verified).sentAt?.toISOString();
    };
    expect(['20251128103000', '20251328103000', '1732761000', 'now'].map(sent)).toEqual([
      '2025-11-28T02:30:00.000Z',
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the answer', () => {
  const verified = haier.verify(asRequest(v1)) as Verified;
  const now = new Date('2025-11-28T02:30:05.678Z');
  const outcome = (change: Partial<CallbackOutcome>): CallbackOutcome => ({
    outcome: 'applied',
    decidedAt: '2025-11-28T02:30:01.000Z',
    platformOrderNo: '1764297000123456',
    method: 'hmm.scm_heorder.confirm',
    payment: null,
    problem: null,
    ...change,
  });
  const read = ({ status, body }: { status: number; body: string }) => [status, JSON.parse(body)];
  const success = (statusCode: unknown, platformOrderNo = '1764297000123456', timeStamp = '20251128103001') => [
    200,
    {
      success: true,
      code: 'success',
      description: '成功',
      timeStamp,
      data: { statusCode, message: '成功', platformOrderNo },
    },
  ];
  const failure = (code: string, description: string, timeStamp = '20251128103001', status = 200) => [
    status,
    { success: false, code, description, timeStamp, data: {} },
  ];

  test.each(['applied', 'repeated', 'conflict', 'parked'] as const)(
    '%s is a success with the time of the decision',
    (name) => {
      expect(read(haier.answerOutcome(outcome({ outcome: name }), verified))).toEqual(success('200'));
    },
  );

  test.each(['applied', 'parked'] as const)('%s without a number echoes the one that was sent', (name) => {
    const decided = outcome({ outcome: name, platformOrderNo: null });
    expect(read(haier.answerOutcome(decided, verified))).toEqual(success('200'));
  });

  test('the status code follows the method: a number for cancel, text for the others', () => {
    const statusCode = (method: string) =>
      JSON.parse(haier.answerOutcome(outcome({ method }), verified).body).data.statusCode;
    expect(
      ['hmm.scm_heorder.cancel', 'hmm.scm_heorder.confirm', 'hmm.scm_heorder.oostock', 'OrderStatusChange'].map(
        statusCode,
      ),
    ).toEqual([200, '200', '200', '200']);
  });

  test.each([
    ['orphan, hmm method', outcome({ outcome: 'orphan' }), failure('order_not_found', '订单不存在')],
    [
      'orphan, the seeds\u2019 method',
      outcome({ outcome: 'orphan', method: 'OrderStatusChange' }),
      failure('error', '订单不存在'),
    ],
    ['late', outcome({ outcome: 'late' }), failure('error', '请求已过期')],
    ['malformed', outcome({ outcome: 'malformed' }), failure('error', '数据格式错误')],
    [
      'unknown method',
      outcome({ outcome: 'unknown_method', method: 'hmm.x' }),
      failure('error', '未知的回调方法: hmm.x'),
    ],
  ])('%s', (_, decided, expected) => {
    expect(read(haier.answerOutcome(decided, verified))).toEqual(expected);
  });

  test('an unknown method of the form is echoed, cut to 100 characters', () => {
    const callback = { ...verified, fields: { ...verified.fields, Method: 'x'.repeat(500) } };
    const { body } = haier.answerOutcome(outcome({ outcome: 'unknown_method', method: null }), callback);
    expect(JSON.parse(body).description).toBe(`未知的回调方法: ${'x'.repeat(100)}`);
  });

  test('kept and undecided: success with the number read from Data, and no success when late', () => {
    expect(read(haier.answerKept(verified, false, now))).toEqual(success('200', '1764297000123456', '20251128103005'));
    expect(read(haier.answerKept({ ...verified, fields: { ...verified.fields, Data: '[]' } }, false, now))).toEqual(
      success('200', '', '20251128103005'),
    );
    expect(read(haier.answerKept(verified, true, now))).toEqual(failure('error', '请求已过期', '20251128103005'));
  });

  test.each([
    ['bad_signature', 200, '签名验证失败'],
    ['unknown_app_key', 200, '签名验证失败'],
    ['secret_unset', 200, '签名验证失败'],
    ['no_form', 400, '请求体格式错误'],
    ['body_too_slow', 400, '请求体格式错误'],
    ['body_too_large', 413, '请求体过大'],
    ['address_not_allowed', 403, '来源地址不允许'],
    ['method_not_allowed', 405, '不支持的请求方法'],
    ['too_many_failures', 429, '请求过于频繁，请稍后再试'],
    ['too_many_waiting', 503, '服务暂时不可用，请稍后重试'],
    ['cannot_keep', 503, '服务暂时不可用，请稍后重试'],
  ] as const)('refused for %s: %i', (reason, status, description) => {
    expect(read(haier.refuse(reason, now))).toEqual(failure('error', description, '20251128103005', status));
  });
});
