import { expect, test } from 'vitest';
import haier from '../../contracts/fixtures/haier/golden-vectors.json' with { type: 'json' };
import payment from '../../contracts/fixtures/payment/hmac-vectors.json' with { type: 'json' };
import {
  HAIER_SIGNINGS,
  signHaierCallback,
  signHaierCallbackByFourFields,
  signPaymentCallback,
  withHaierSign,
  withPaymentSignature,
} from './sign-callback.ts';

// The vectors name different fields, so the union that JSON gives them is read as plain records.
const haierVectors: { name: string; fields: Record<string, string>; sign: string }[] = haier.vectors;
const paymentVectors: { name: string; fields: Record<string, string>; signature: string }[] = payment.vectors;
const plain = haierVectors[0]!;

test.each(haierVectors)('the golden vector $name is signed $sign', ({ fields, sign }) => {
  expect(signHaierCallback(fields, haier.secret)).toBe(sign);
});

test('a Sign among the fields is not signed again', () => {
  expect(signHaierCallback({ ...plain.fields, Sign: 'ANY' }, haier.secret)).toBe(plain.sign);
});

test.each(haier.fourFieldAlgorithm)(
  "the seeds' four-field algorithm gives $vector its known wrong value",
  ({ vector, sign }) => {
    const { fields } = haierVectors.find(({ name }) => name === vector)!;
    expect(signHaierCallbackByFourFields(fields, haier.secret)).toBe(sign);
  },
);

test.each(paymentVectors)('the payment vector "$name" is signed as written down', ({ fields, signature }) => {
  expect(signPaymentCallback(fields, payment.secret)).toBe(signature);
  expect(signPaymentCallback({ ...fields, sign: 'x', signature: 'y' }, payment.secret)).toBe(signature);
});

test('only a right Sign is the one that verifies', () => {
  const verifies = HAIER_SIGNINGS.map((signing) => {
    const { Sign, ...fields } = withHaierSign(plain.fields, haier.secret, signing);
    return [signing, Sign === signHaierCallback(fields, haier.secret)];
  });
  expect(Object.fromEntries(verifies)).toEqual({
    right: true,
    wrong: false,
    'lower-case': false,
    'four-field': false,
    missing: false,
  });
});

test('a lower-case Sign has the right digits', () => {
  expect(withHaierSign(plain.fields, haier.secret, 'lower-case')['Sign']).toBe(plain.sign.toLowerCase());
});

test('a payment callback carries the right signature, another one, or none', () => {
  const { fields, signature } = paymentVectors[0]!;
  expect(withPaymentSignature(fields, payment.secret, 'right')['signature']).toBe(signature);
  expect(withPaymentSignature(fields, payment.secret, 'wrong')['signature']).toMatch(/^[0-9a-f]{64}$/);
  expect(withPaymentSignature(fields, payment.secret, 'wrong')['signature']).not.toBe(signature);
  expect(withPaymentSignature(fields, payment.secret, 'missing')).toEqual(fields);
});
