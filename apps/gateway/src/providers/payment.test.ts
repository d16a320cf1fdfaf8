import hmac from '../../../../packages/contracts/fixtures/payment/hmac-vectors.json' with { type: 'json' };
import type { CallbackOutcome } from '@orderbridge/contracts/callback-envelope';
import { type FormFields } from '@orderbridge/contracts/haier-callback';
import { paymentSigningText } from '@orderbridge/contracts/payment-callback';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paymentProvider } from './payment.ts';
import type { Verified } from './provider.ts';

const { secret } = hmac;
const FORM = 'application/x-www-form-urlencoded';
const encode = (fields: FormFields) => Buffer.from(new URLSearchParams(fields).toString());
const raw = (body: Buffer, contentType: string | undefined = FORM) => ({
  body,
  contentType,
  headers: {},
  receivedAt: new Date(0),
});
const asForm = (fields: FormFields) => raw(encode(fields));
const asJson = (text: string) => raw(Buffer.from(text), 'application/json');
const generic = paymentProvider('generic', { secret, previousSecret: undefined });
const vectors = hmac.vectors.map(({ name, fields, signature }) => ({
  name,
  fields: fields as unknown as Record<string, string>,
  signature,
}));
const first = { ...vectors[0]!.fields, signature: vectors[0]!.signature };

describe('the signature', () => {
  test.each(vectors)('$name is accepted under both field names, as form and as JSON', ({ fields, signature }) => {
    for (const name of ['signature', 'sign']) {
      const signed = { ...fields, [name]: signature };
      expect(generic.verify(asForm(signed))).toMatchObject({
        ok: true,
        signature,
        secret: 'current',
        sentAt: undefined,
      });
      expect(generic.verify(asJson(JSON.stringify(signed)))).toMatchObject({ ok: true, signature });
    }
  });

  test('JSON numbers are signed as they are written', () => {
    const body = (amount: string) =>
      `{"payment_id":101,"amount":${amount},"transaction_id":"4200000000202511280001","status":"SUCCESS","sign":"${first.signature}"}`;
    expect(generic.verify(asJson(body('2999.00')))).toMatchObject({ ok: true });
    expect(generic.verify(asJson(body('2999.0')))).toEqual({ ok: false, reason: 'bad_signature' });
  });

  test.each([
    ['upper case', first.signature.toUpperCase()],
    ['63 digits', first.signature.slice(1)],
    ['empty', ''],
    ['a blank in front', ` ${first.signature}`],
  ])('%s is refused', (_, signature) => {
    expect(generic.verify(asForm({ ...first, signature }))).toEqual({ ok: false, reason: 'bad_signature' });
  });

  test('no signature is refused, for mock too', () => {
    const mock = paymentProvider('mock', { secret, previousSecret: undefined });
    for (const provider of [generic, mock])
      expect(provider.verify(asForm(vectors[0]!.fields))).toEqual({ ok: false, reason: 'bad_signature' });
  });

  test('both names at once are no form', () => {
    expect(generic.verify(asForm({ ...first, sign: first.signature }))).toEqual({ ok: false, reason: 'no_form' });
  });

  test('an unset secret refuses everything', () => {
    expect(paymentProvider('generic', { secret: undefined, previousSecret: secret }).verify(asForm(first))).toEqual({
      ok: false,
      reason: 'secret_unset',
    });
  });

  test('during a rotation the previous secret is valid too', () => {
    expect(
      paymentProvider('generic', { secret: 'another-pay-secret', previousSecret: secret }).verify(asForm(first)),
    ).toMatchObject({ ok: true, secret: 'previous' });
  });

  test.each([
    ['a list', asJson('[]')],
    ['a nested value', asJson('{"a":{"b":1}}')],
    ['plain text', raw(encode(first), 'text/plain')],
    ['an empty body', { ...raw(Buffer.alloc(0)), contentType: undefined }],
  ])('%s is no form', (_, callback) => {
    expect(generic.verify(callback)).toEqual({ ok: false, reason: 'no_form' });
  });

  test.each(vectors)(
    '$name with one byte changed is accepted only when the signed text is the same',
    ({ fields, signature }) => {
      const body = encode({ ...fields, signature });
      fc.assert(
        fc.property(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
          const mutated = Buffer.from(body);
          mutated[at] = byte;
          const verified = generic.verify(raw(mutated));
          const signed = verified.ok ? paymentSigningText(verified.fields) : undefined;
          expect(signed).toBe(verified.ok || mutated.equals(body) ? paymentSigningText(fields) : undefined);
        }),
        { numRuns: 500 },
      );
    },
  );
});

describe('the answer', () => {
  const verified = generic.verify(asForm(first)) as Verified;
  const payment = { id: 101, order: 7, amount: '2999.00', method: 'generic', status: 'succeeded' };
  const outcome = (change: Partial<CallbackOutcome>): CallbackOutcome => ({
    outcome: 'applied',
    decidedAt: '2025-11-28T02:30:01.000Z',
    platformOrderNo: null,
    method: null,
    payment,
    problem: null,
    ...change,
  });
  const read = ({ status, body }: { status: number; body: string }) => [status, JSON.parse(body)];

  test.each([
    ['applied', outcome({}), [200, payment]],
    ['repeated', outcome({ outcome: 'repeated' }), [200, payment]],
    ['conflict', outcome({ outcome: 'conflict' }), [200, payment]],
    ['parked', outcome({ outcome: 'parked', payment: null }), [200, { detail: 'accepted' }]],
    ['orphan', outcome({ outcome: 'orphan', payment: null }), [404, { detail: 'payment not found' }]],
    ['malformed', outcome({ outcome: 'malformed', payment: null }), [400, { detail: 'malformed callback' }]],
    [
      'amount_mismatch',
      outcome({ outcome: 'amount_mismatch' }),
      [400, { detail: '支付金额不匹配', code: 'INVALID_PAYMENT_AMOUNT' }],
    ],
  ])('%s', (_, decided, expected) => {
    expect(read(generic.answerOutcome(decided, verified))).toEqual(expected);
  });

  test('kept and undecided', () => {
    expect(read(generic.answerKept(verified, false, new Date(0)))).toEqual([200, { detail: 'accepted' }]);
  });

  test.each([
    ['bad_signature', 403, 'signature verification failed'],
    ['no_form', 400, 'malformed callback'],
    ['body_too_large', 413, 'request body too large'],
    ['address_not_allowed', 403, 'source address not allowed'],
    ['method_not_allowed', 405, 'method not allowed'],
    ['too_many_failures', 429, 'too many requests'],
    ['unsupported_provider', 400, 'unsupported provider'],
    ['provider_disabled', 403, 'mock callback only enabled in development'],
    ['cannot_keep', 503, 'service temporarily unavailable'],
  ] as const)('refused for %s: %i', (reason, status, detail) => {
    expect(read(generic.refuse(reason, new Date(0)))).toEqual([status, { detail }]);
  });
});
