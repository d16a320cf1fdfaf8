import hmac from '../../../../packages/contracts/fixtures/payment/hmac-vectors.json' with { type: 'json' };
import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { FormFields } from '@orderbridge/contracts/haier-callback';
import { parseForm } from '@orderbridge/contracts/parse-form';
import { describe, expect, test } from 'vitest';
import { paymentProvider } from './payment.ts';

const CURRENT = hmac.secret;
const PREVIOUS = 'the pay secret before that';

const request = (body: Buffer) => ({
  body,
  contentType: 'application/x-www-form-urlencoded',
  headers: {},
  receivedAt: new Date(0),
});
const form = (fields: FormFields) => request(Buffer.from(new URLSearchParams(fields).toString()));
const vectors = hmac.vectors.map(({ name, text, signature, fields }) => ({
  name,
  text,
  signature,
  fields: fields as unknown as Record<string, string>,
}));

describe('while secrets rotate (R156)', () => {
  test.each(vectors)('$name: told by its secret, and refused under any other', ({ text, signature, fields }) => {
    const signedWith = (secret: string) => createHmac('sha256', secret).update(text).digest('hex');
    const rotating = paymentProvider('generic', { secret: CURRENT, previousSecret: PREVIOUS });
    const verify = (provider: typeof rotating, sign: string) => provider.verify(form({ ...fields, signature: sign }));
    expect(verify(rotating, signature)).toMatchObject({ ok: true, secret: 'current' });
    expect(verify(rotating, signedWith(PREVIOUS))).toMatchObject({ ok: true, secret: 'previous' });
    for (const secret of ['', 'another', CURRENT.toUpperCase(), `${CURRENT} `])
      expect(verify(rotating, signedWith(secret))).toEqual({ ok: false, reason: 'bad_signature' });
    const over = paymentProvider('generic', { secret: CURRENT, previousSecret: undefined });
    expect(verify(over, signedWith(PREVIOUS))).toEqual({ ok: false, reason: 'bad_signature' });
  });
});

// Unlike Haier's, this signature folds nothing: no other fields pass at all.
test.each(vectors)(
  'of all bodies that are one byte off, none passes with other fields: $name',
  (vector) => {
    const provider = paymentProvider('generic', { secret: CURRENT, previousSecret: PREVIOUS });
    const body = Buffer.from(new URLSearchParams({ ...vector.fields, signature: vector.signature }).toString());
    const original = parseForm(body.toString());
    const found = { tried: 0, sameFields: 0 };
    for (const mutated of oneByteReplaced(body)) {
      found.tried += 1;
      const verified = provider.verify(request(mutated));
      if (!verified.ok) continue;
      if (!isDeepStrictEqual(verified.fields, original)) expect.unreachable(`accepted: ${mutated.toString('latin1')}`);
      found.sameFields += 1;
    }
    expect(found.tried).toBe(body.length * 255);
    // Only another spelling of the same bytes: `%e8` for `%E8`.
    const escapes = body.toString().match(/%[0-9A-F]{2}/g) ?? [];
    expect(found.sameFields).toBe(escapes.join('').replaceAll(/[^A-F]/g, '').length);
  },
  30_000,
);

function* oneByteReplaced(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += 1) {
    const mutated = Buffer.from(body);
    for (let byte = 0; byte < 256; byte += 1) {
      if (byte === body[at]) continue;
      mutated[at] = byte;
      yield mutated;
    }
  }
}
