import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import golden from '../fixtures/haier/golden-vectors.json' with { type: 'json' };
import {
  type FormFields,
  formatHaierTime,
  haierSigningText,
  readHaierNotice,
  readHaierTime,
} from './haier-callback.ts';

const sign = (fields: FormFields, secret = golden.secret) =>
  createHash('md5').update(haierSigningText(fields, secret)).digest('hex').toUpperCase();

describe('signing text (domain.md §2.2, §2.3)', () => {
  test.each(golden.vectors)('$name', ({ fields, sign: expected }) => {
    expect(sign(fields as unknown as FormFields)).toBe(expected);
  });

  test.each(golden.fourFieldAlgorithm)('the four-field value of $vector is another one', ({ vector, sign: wrong }) => {
    const { fields } = golden.vectors.find((entry) => entry.name === vector)!;
    expect(sign(fields as unknown as FormFields)).not.toBe(wrong);
  });

  test('Sign itself and blank values do not count; sign and the rest do', () => {
    const fields = { AppKey: 'a', Sign: 'x', Blank: '  ', Empty: '' };
    expect(haierSigningText(fields, 's')).toBe('sappkeyas');
    expect(haierSigningText({ ...fields, sign: 'y' }, 's')).toBe('sappkeyasignys');
  });

  test('the order in which fields were posted does not matter', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).toReversed());
        return haierSigningText(fields, 's') === haierSigningText(reversed, 's');
      }),
    );
  });
});

describe('time stamps are Asia/Shanghai', () => {
  test('read and written', () => {
    expect(readHaierTime('20251128103000')?.toISOString()).toBe('2025-11-28T02:30:00.000Z');
    expect(formatHaierTime(new Date('2025-11-28T16:00:00.999Z'))).toBe('20251129000000');
  });
  test.each([
    '',
    '2025112810300',
    '202511281030000',
    '20251328103000',
    '20250230103000',
    '20251128246000',
    'yesterday',
    '2025112810300a',
    '２０２５１１２８１０３０００',
  ])('%j is none', (text) => {
    expect(readHaierTime(text)).toBeUndefined();
  });
});

describe('meaning', () => {
  const fields = (data: string, method = 'hmm.scm_heorder.confirm') => ({
    AppKey: 'k',
    TimeStamp: '20251128103000',
    Method: method,
    Data: data,
  });

  test('a confirm', () => {
    expect(
      readHaierNotice(fields('{"ExtOrderNo":"SO.1","PlatformOrderNo":"17","State":"1","Other":{"deep":1}}')),
    ).toEqual({
      ok: true,
      notice: {
        sentAt: new Date('2025-11-28T02:30:00.000Z'),
        method: 'hmm.scm_heorder.confirm',
        platformOrderNo: '17',
        extOrderNo: 'SO.1',
        state: 1,
        failMessage: undefined,
        items: undefined,
      },
    });
  });

  test('quantities as array or as JSON text', () => {
    const item = { productCode: 'GA0SZC00U', totalQty: 2, receiveQty: 1, returnQty: 0, rejectQty: 1 };
    const expected = [{ productCode: 'GA0SZC00U', totalQty: 2, receivedQty: 1, returnedQty: 0, rejectedQty: 1 }];
    for (const itemList of [[item], JSON.stringify([item])]) {
      const reading = readHaierNotice(
        fields(JSON.stringify({ PlatformOrderNo: '17', State: 2, itemList }), 'hmm.scm_heorder.cancel'),
      );
      expect(reading).toMatchObject({ ok: true, notice: { items: expected } });
    }
  });

  test('an unknown method is told with the order it names', () => {
    expect(readHaierNotice(fields('{"PlatformOrderNo":"17","State":1}', 'HMM.scm_heorder.confirm'))).toEqual({
      ok: false,
      reason: 'unknown_method',
      method: 'HMM.scm_heorder.confirm',
      platformOrderNo: '17',
    });
  });

  test.each([
    ['', 'empty'],
    ['[]', 'a list'],
    ['null', 'null'],
    ['{"State":1}', 'no order number'],
    ['{"PlatformOrderNo":"","State":1}', 'a blank order number'],
    ['{"PlatformOrderNo":17,"State":1}', 'a number for a text'],
    ['{"PlatformOrderNo":"17"}', 'no State'],
    ['{"PlatformOrderNo":"17","State":7}', 'State 7'],
    ['{"PlatformOrderNo":"17","State":2}', 'State 2 outside a cancel'],
    ['{"PlatformOrderNo":"17","State":true}', 'State true'],
    ['{"PlatformOrderNo":"17","State":null}', 'State null'],
    ['{"PlatformOrderNo":"17","state":1}', 'a key in another case'],
    ['{"PlatformOrderNo":"17","State":1,"state":1}', 'a key twice in two cases'],
    [
      '{"PlatformOrderNo":"17","State":1,"itemList":[{"productCode":"G","totalQty":1,"RejectQty":1}]}',
      'an item with it',
    ],
    [
      '{"PlatformOrderNo":"17","State":1,"itemList":"[{\\"productCode\\":\\"G\\",\\"totalQty\\":1,\\"rejectqty\\":1}]"}',
      'in text',
    ],
    ['{"PlatformOrderNo":"17","State":1,"itemList":[7]}', 'a number for an item'],
    ['{"PlatformOrderNo":"17","State":1,"ExtOrderNo":{}}', 'an object for a text'],
    [`{"PlatformOrderNo":"${'9'.repeat(101)}","State":1}`, 'a number that is too long'],
    ['{"PlatformOrderNo":"17","State":1,"ExtOrderNo":"a\\u0000"}', 'NUL'],
    [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'deep nesting'],
  ])('Data %s is malformed (%s)', (data) => {
    expect(readHaierNotice(fields(data))).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('whatever is posted, reading never throws', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.string(), (data, method) => {
        readHaierNotice(fields(data, method));
      }),
      { numRuns: 2_000 },
    );
  });
});
