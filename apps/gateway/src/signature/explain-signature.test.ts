import { createHash, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { alipayCallbackText, alipayRequestText } from '@orderbridge/contracts/alipay';
import { formatHaierTime, type FormFields, haierSigningText } from '@orderbridge/contracts/haier-callback';
import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { SIGNATURE_VARIANTS, SignatureReport } from '@orderbridge/contracts/signature-report';
import { wechatRequestText, wechatSigningText } from '@orderbridge/contracts/wechat-pay';
import { describe, expect, test } from 'vitest';
import { explainSignature } from './explain-signature.ts';

const FORM = 'application/x-www-form-urlencoded';
const HAIER = { appKey: 'app-key-0001', secret: 'Haier-Secret-0001', previousSecret: 'Haier-Secret-0000' };
const PAY = { secret: 'payment-secret-0001', previousSecret: 'payment-secret-0000' };
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const [ours, former, strange] = [rsa(), rsa(), rsa()] as const;
const RECEIVED = new Date('2026-11-21T02:00:00.000Z');

const explain = explainSignature({
  haier: { ...HAIER, allowed: [] },
  payment: { ...PAY, allowed: [], mock: true },
  wechat: {
    keys: [
      { serial: 'PUB_KEY_ID_1', key: ours.publicKey },
      { serial: 'PUB_KEY_ID_0', key: former.publicKey },
    ],
  },
  alipay: { key: ours.publicKey, previousKey: former.publicKey },
});

type Asked = Partial<Parameters<typeof explain>[0]>;
const ask = (asked: Asked) => {
  const report = explain(
    internalCalls.explainSignature.request.parse({
      provider: 'haier',
      path: '/api/v1/haier/callback/',
      contentType: FORM,
      body: '',
      truncated: false,
      signatureHeaders: null,
      receivedAt: RECEIVED.toISOString(),
      ...asked,
    }),
  );
  return SignatureReport.parse(report);
};
const byText = (a: string, b: string) => (a < b ? -1 : 1);
const sortedEntries = (fields: FormFields) => Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
const found = (report: SignatureReport) =>
  report.variantsTried.filter(({ matches }) => matches).map(({ name }) => name);
const form = (fields: FormFields) => new URLSearchParams(fields).toString();
/** As a sender writes it who escapes all but the plus sign. */
const unescapedPlus = (fields: FormFields) => form(fields).replaceAll('+', '%20').replaceAll('%2B', '+');
const posted: SignatureReport[] = [];
/** Remembers what was answered, for the test that nothing in it lets anybody sign. */
const asked = (input: Asked, expected: string[] = []) => {
  const report = ask(input);
  posted.push(report);
  for (const right of expected) {
    if (report.given === null || !report.given.includes(right)) expect(JSON.stringify(report)).not.toContain(right);
  }
  for (const secret of [HAIER.secret, HAIER.previousSecret, PAY.secret, PAY.previousSecret])
    expect(JSON.stringify(report).toLowerCase()).not.toContain(secret.toLowerCase());
  return report;
};

describe('Haier', () => {
  const FIELDS = {
    AppKey: HAIER.appKey,
    TimeStamp: formatHaierTime(RECEIVED),
    Method: 'hmm.scm_heorder.confirm',
    Data: '{"PlatformOrderNo":"1764297000123456","State":1,"FailMsg":"a + b / 张","ExtOrderNo":"SO.1"}',
    Nonce: 'n-1',
  };
  const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase();
  const right = (fields: FormFields, secret = HAIER.secret) => md5(haierSigningText(fields, secret));
  const joined = (fields: FormFields) =>
    Object.entries(fields)
      .map(([name, value]) => name + value)
      .join('');
  const explained = (fields: FormFields, Sign: string, body = form({ ...fields, Sign })) =>
    asked({ provider: 'haier', body }, [right(fields)]);

  test('a right one is right, and its text hides the secret at both ends', () => {
    const report = explained(FIELDS, right(FIELDS));
    expect(report).toMatchObject({ matches: true, given: right(FIELDS), variantsTried: [] });
    expect(report.canonical).toMatch(/^\*{6}appkeyapp-key-0001data\{.*\}method.*timestamp\d{14}\*{6}$/);
    expect(report.explanationEn).toBe('The signature is right, made with the current secret.');
  });

  test('one under the previous secret is right while the rotation lasts', () => {
    const report = explained(FIELDS, right(FIELDS, HAIER.previousSecret));
    expect(report).toMatchObject({ matches: true, explanation: expect.stringContaining('上一个密钥') });
    expect(found(report)).toEqual(['previous_secret']);
  });

  const { Data, ...rest } = FIELDS;
  const mistakes: [string, (typeof SIGNATURE_VARIANTS)[number], FormFields, string, string?][] = [
    ['lower-case digits', 'digits_case', FIELDS, right(FIELDS).toLowerCase()],
    ['a line end after the signature', 'signature_blanks', FIELDS, `${right(FIELDS)}\n`],
    [
      'a + that was not escaped',
      'plus_literal',
      FIELDS,
      right(FIELDS),
      unescapedPlus({ ...FIELDS, Sign: right(FIELDS) }),
    ],
    ['a + signed as a blank', 'plus_blank', FIELDS, right({ ...FIELDS, Data: Data.replaceAll('+', ' ') })],
    ['escaped values', 'escaped_values', FIELDS, right({ ...rest, Data: encodeURIComponent(Data) })],
    ['values trimmed', 'values_trimmed', { ...FIELDS, Nonce: 'n-1 ' }, right(FIELDS)],
    ['a line end signed', 'blank_or_newline_added', FIELDS, right({ ...FIELDS, Data: `${Data}\n` })],
    ['UTC for Beijing', 'time_format', FIELDS, right({ ...FIELDS, TimeStamp: '20261121020000' })],
    ['another form of time', 'time_format', FIELDS, right({ ...FIELDS, TimeStamp: '2026-11-21 10:00:00' })],
    [
      'the name of the signature in another case',
      'key_case',
      FIELDS,
      right(FIELDS),
      form({ ...FIELDS, sign: right(FIELDS) }),
    ],
    [
      'Data written anew',
      'json_rewritten',
      FIELDS,
      right({ ...FIELDS, Data: Data.replaceAll('":', '": ').replaceAll(',"', ', "') }),
    ],
    ['fields as posted', 'order_of_fields', FIELDS, md5((HAIER.secret + joined(FIELDS) + HAIER.secret).toLowerCase())],
    [
      'blank fields signed',
      'blank_fields_signed',
      { ...FIELDS, Remark: ' ' },
      md5(
        (
          HAIER.secret +
          joined(Object.fromEntries(sortedEntries({ ...FIELDS, Remark: ' ' }))) +
          HAIER.secret
        ).toLowerCase(),
      ),
    ],
    ['a field added on the way', 'field_left_out', { ...FIELDS, Added: 'x' }, right(FIELDS)],
    [
      'not folded to lower case',
      'letters_not_lowered',
      FIELDS,
      md5(HAIER.secret + joined(Object.fromEntries(sortedEntries(FIELDS))) + HAIER.secret),
    ],
    [
      'the secret at one end',
      'secret_once',
      FIELDS,
      md5((joined(Object.fromEntries(sortedEntries(FIELDS))) + HAIER.secret).toLowerCase()),
    ],
    ['a secret with a line end', 'secret_blanks', FIELDS, right(FIELDS, `${HAIER.secret}\n`)],
    ['the AppKey for the secret', 'other_secret', FIELDS, right(FIELDS, HAIER.appKey)],
    ['the secret of payments', 'other_secret', FIELDS, right(FIELDS, PAY.secret)],
    [
      'joined with &',
      'other_separators',
      FIELDS,
      md5(
        (
          HAIER.secret +
          sortedEntries(FIELDS)
            .map((pair) => pair.join('='))
            .join('&') +
          HAIER.secret
        ).toLowerCase(),
      ),
    ],
  ];
  test.each(mistakes)('%s: %s', (_what, name, fields, Sign, body) => {
    const report = explained(fields, Sign, body);
    expect(report.matches).toBe(false);
    expect(found(report)).toContain(name);
    expect(report.explanation).not.toContain('不符合任何已知');
  });

  test('a body that was changed, or a secret of nobody, is explained by no known mistake', () => {
    const report = explained({ ...FIELDS, Data: Data.replace('"State":1', '"State":0') }, right(FIELDS));
    expect(found(report)).toEqual([]);
    expect(report.explanationEn).toContain('another secret was used, or the body was changed');
    expect(found(explained(FIELDS, right(FIELDS, 'of nobody')))).toEqual([]);
  });

  test('what else stands against it is said', () => {
    const fields = { ...FIELDS, AppKey: 'of-another' };
    expect(explained(fields, right(fields))).toMatchObject({
      matches: true,
      explanation: expect.stringContaining('AppKey'),
    });
    expect(ask({ body: form(FIELDS) })).toMatchObject({ given: null, explanation: '请求没有带签名。' });
    expect(ask({ body: '{"a":1', contentType: 'application/json' })).toMatchObject({ canonical: null, given: null });
    expect(ask({ body: form({ ...FIELDS, Sign: 'A'.repeat(32) }), truncated: true }).explanationEn).toContain('4 KiB');
  });

  test('a secret that was sent as a field stays here', () => {
    const report = explained({ ...FIELDS, Secret: HAIER.secret, Again: PAY.previousSecret }, 'A'.repeat(32));
    expect(report.canonical).toContain('again******');
  });
});

describe.each(['generic', 'mock'] as const)('%s', (provider) => {
  const FIELDS = {
    payment_id: '101',
    amount: '2999.00',
    status: 'success',
    transaction_id: 'T 1',
    note: 'a+b',
    blank: '',
  };
  const mac = (text: string, key = PAY.secret, algorithm = 'sha256') =>
    createHmac(algorithm, key).update(text).digest('hex');
  const right = (fields: FormFields, key = PAY.secret) => mac(paymentSigningText(fields), key);
  const explained = (fields: FormFields, signature: string, body = form({ ...fields, signature })) =>
    asked({ provider, body }, [right(fields)]);

  test('right ones, under both secrets, in a form and in JSON', () => {
    expect(explained(FIELDS, right(FIELDS))).toMatchObject({ matches: true, canonical: paymentSigningText(FIELDS) });
    expect(found(explained(FIELDS, right(FIELDS, PAY.previousSecret)))).toEqual(['previous_secret']);
    expect(
      ask({ provider, contentType: 'application/json', body: JSON.stringify({ ...FIELDS, sign: right(FIELDS) }) }),
    ).toMatchObject({ matches: true });
  });

  const pairs = Object.entries(FIELDS).map((pair) => pair.join('='));
  const mistakes: [string, (typeof SIGNATURE_VARIANTS)[number], string, string?][] = [
    ['upper-case digits', 'digits_case', right(FIELDS).toUpperCase()],
    ['a blank before it', 'signature_blanks', ` ${right(FIELDS)}`],
    ['a + that was not escaped', 'plus_literal', right(FIELDS), unescapedPlus({ ...FIELDS, signature: right(FIELDS) })],
    ['a + signed as a blank', 'plus_blank', right({ ...FIELDS, note: 'a b' })],
    ['escaped values', 'escaped_values', right({ ...FIELDS, note: 'a%2Bb', transaction_id: 'T%201' })],
    ['a blank signed', 'blank_or_newline_added', right({ ...FIELDS, status: 'success ' })],
    [
      'values trimmed',
      'values_trimmed',
      right(FIELDS),
      form({ ...FIELDS, status: 'success\n', signature: right(FIELDS) }),
    ],
    ['another amount of digits', 'number_rewritten', right({ ...FIELDS, amount: '2999' })],
    ['an amount in fen', 'number_rewritten', right({ ...FIELDS, amount: '299900' })],
    ['a name in another case', 'key_case', right(FIELDS), form({ ...FIELDS, Signature: right(FIELDS) })],
    ['fields as posted', 'order_of_fields', mac(pairs.join('&'))],
    ['joined by nothing', 'other_separators', mac(pairs.toSorted(byText).join(''))],
    [
      'blank fields left out',
      'blank_fields_left_out',
      mac(paymentSigningText(Object.fromEntries(Object.entries(FIELDS).filter(([, value]) => value)))),
    ],
    ['the whole body', 'whole_body_signed', mac(form(FIELDS))],
    ['a secret with a blank', 'secret_blanks', right(FIELDS, `${PAY.secret} `)],
    ['the secret of Haier', 'other_secret', right(FIELDS, HAIER.secret)],
    [
      'MD5 with &key=',
      'other_hash',
      createHash('md5')
        .update(`${paymentSigningText(FIELDS)}&key=${PAY.secret}`)
        .digest('hex'),
    ],
    ['HMAC-SHA1', 'other_hash', mac(paymentSigningText(FIELDS), PAY.secret, 'sha1')],
  ];
  test.each(mistakes)('%s: %s', (_what, name, signature, body) => {
    const report = explained(FIELDS, signature, body);
    expect(report.matches).toBe(false);
    expect(found(report)).toContain(name);
  });

  test('a changed body, a stranger’s secret and two signatures', () => {
    expect(found(explained({ ...FIELDS, amount: '0.01' }, right(FIELDS)))).toEqual([]);
    expect(found(explained(FIELDS, right(FIELDS, 'of nobody')))).toEqual([]);
    const two = form({ ...FIELDS, sign: right(FIELDS), signature: right(FIELDS) });
    expect(explained(FIELDS, '', two).explanationEn).toContain('both sign and signature');
  });
});

const signed = (text: string, { privateKey }: { privateKey: KeyObject } = ours, algorithm = 'sha256') =>
  sign(algorithm, Buffer.from(text), privateKey).toString('base64');

describe('WeChat Pay', () => {
  const BODY = '{"id":"EV-1","event_type":"TRANSACTION.SUCCESS","summary":"a/b"}';
  const TIMESTAMP = String(RECEIVED.getTime() / 1_000);
  const text = (change: Partial<Parameters<typeof wechatSigningText>[0]> = {}) =>
    wechatSigningText({ timestamp: TIMESTAMP, nonce: 'nonce-1', body: BODY, ...change });
  const explained = (signature: string, headers: Record<string, string> = {}, body = BODY) =>
    asked(
      {
        provider: 'wechat',
        contentType: 'application/json',
        path: '/api/payments/callback/wechat',
        body,
        signatureHeaders: {
          'wechatpay-signature': signature,
          'wechatpay-timestamp': TIMESTAMP,
          'wechatpay-nonce': 'nonce-1',
          'wechatpay-serial': 'PUB_KEY_ID_1',
          ...headers,
        },
      },
      [signed(text())],
    );

  test('right ones, under both keys', () => {
    expect(explained(signed(text()))).toMatchObject({ matches: true, canonical: text() });
    expect(explained(signed(text(), former), { 'wechatpay-serial': 'PUB_KEY_ID_0' })).toMatchObject({
      matches: true,
      explanation: expect.stringContaining('上一个密钥'),
    });
  });

  const mistakes: [string, (typeof SIGNATURE_VARIANTS)[number], string, Record<string, string>?, string?][] = [
    ['the serial names another key', 'other_serial', signed(text(), former)],
    ['no line end at the end', 'no_last_newline', signed(text().slice(0, -1))],
    ['a line end added to the body', 'body_newline', signed(text()), {}, `${BODY}\n`],
    ['a body written anew', 'json_rewritten', signed(text()), {}, BODY.replaceAll(':', ': ')],
    ['milliseconds in the header', 'timestamp_unit', signed(text()), { 'wechatpay-timestamp': `${TIMESTAMP}000` }],
    ['nonce before time', 'order_of_fields', signed(`nonce-1\n${TIMESTAMP}\n${BODY}\n`)],
    ['joined by nothing', 'other_separators', signed(`${TIMESTAMP}nonce-1${BODY}`)],
    ['without the nonce', 'field_left_out', signed(`${TIMESTAMP}\n${BODY}\n`)],
    ['the body alone', 'whole_body_signed', signed(BODY)],
    [
      'like a request',
      'request_text',
      signed(
        wechatRequestText({
          method: 'POST',
          pathAndQuery: '/api/payments/callback/wechat',
          timestamp: TIMESTAMP,
          nonce: 'nonce-1',
          body: BODY,
        }),
      ),
    ],
    ['SHA-1', 'other_hash', signed(text(), ours, 'sha1')],
    ['a blank around it', 'signature_blanks', `${signed(text())} `],
  ];
  test.each(mistakes)('%s: %s', (_what, name, signature, headers, body) => {
    const report = explained(signature, headers, body);
    expect(report.matches).toBe(false);
    expect(found(report)).toContain(name);
  });

  test('a changed body, a stranger’s key, an old time, an unknown serial, missing headers and none kept', () => {
    expect(found(explained(signed(text()), {}, BODY.replace('EV-1', 'EV-2')))).toEqual([]);
    expect(found(explained(signed(text(), strange)))).toEqual([]);
    const old = String(Number(TIMESTAMP) - 900);
    expect(explained(signed(text({ timestamp: old })), { 'wechatpay-timestamp': old }).explanationEn).toContain(
      '900 seconds',
    );
    expect(explained(signed(text()), { 'wechatpay-serial': 'OTHER' }).explanationEn).toContain('not configured');
    expect(explained(signed(text()), { 'wechatpay-nonce': '' }).explanationEn).toContain('wechatpay-nonce');
    expect(ask({ provider: 'wechat', body: BODY })).toMatchObject({
      canonical: null,
      explanation: expect.stringContaining('没有保留'),
    });
    expect(explained('WECHATPAY/SIGNTEST/abc').explanation).toContain('探测');
  });
});

describe('Alipay', () => {
  const FIELDS = {
    app_id: '2021000000000001',
    charset: 'utf-8',
    sign_type: 'RSA2',
    notify_time: '2026-11-21 10:00:00',
    subject: 'a + b',
    blank: '',
    fund_bill_list: '[{"amount":"2999.00","fundChannel":"ALIPAYACCOUNT"}]',
    total_amount: '2999.00',
  };
  const text = alipayCallbackText(FIELDS);
  const right = signed(text);
  const explained = (signature: string, body = form({ ...FIELDS, sign: signature })) =>
    asked({ provider: 'alipay', body }, [right]);

  test('right ones, under both keys', () => {
    expect(explained(right)).toMatchObject({ matches: true, canonical: text });
    expect(found(explained(signed(text, former)))).toEqual(['previous_secret']);
  });

  const mistakes: [string, (typeof SIGNATURE_VARIANTS)[number], string, string?][] = [
    ['sign_type signed', 'sign_type_signed', signed(alipayRequestText(FIELDS))],
    [
      'a + that was not escaped',
      'plus_literal',
      right,
      form({ ...FIELDS, sign: right })
        .replaceAll('+', '%20')
        .replace('a%20%2B%20b', 'a%20+%20b'),
    ],
    ['a + signed as a blank', 'plus_blank', signed(alipayCallbackText({ ...FIELDS, subject: 'a   b' }))],
    [
      'blank fields signed',
      'blank_fields_signed',
      signed(
        Object.entries(FIELDS)
          .filter(([name]) => name !== 'sign_type')
          .map((pair) => pair.join('='))
          .toSorted(byText)
          .join('&'),
      ),
    ],
    [
      'fields as posted',
      'order_of_fields',
      signed(
        Object.entries(FIELDS)
          .filter(([name, value]) => name !== 'sign_type' && value !== '')
          .map((pair) => pair.join('='))
          .join('&'),
      ),
    ],
    [
      'quotes as entities',
      'json_rewritten',
      right,
      form({
        ...FIELDS,
        fund_bill_list: FIELDS.fund_bill_list,
        sign: signed(
          alipayCallbackText({ ...FIELDS, fund_bill_list: FIELDS.fund_bill_list.replaceAll('"', '&quot;') }),
        ),
      }),
    ],
    ['another zone', 'time_format', signed(alipayCallbackText({ ...FIELDS, notify_time: '2026-11-21 02:00:00' }))],
    [
      'escaped values',
      'escaped_values',
      signed(
        alipayCallbackText(
          Object.fromEntries(Object.entries(FIELDS).map(([name, value]) => [name, encodeURIComponent(value)])),
        ),
      ),
    ],
    ['a name in another case', 'key_case', right, form({ ...FIELDS, Sign: right })],
    ['RSA with SHA-1', 'other_hash', signed(text, ours, 'sha1')],
    ['lines in the signature', 'signature_blanks', `${right.slice(0, 64)}\n${right.slice(64)}`],
    ['a blank signed', 'blank_or_newline_added', signed(alipayCallbackText({ ...FIELDS, subject: 'a + b ' }))],
  ];
  test.each(mistakes)('%s: %s', (_what, name, signature, body) => {
    const report = explained(signature, body);
    expect(report.matches).toBe(false);
    expect(found(report)).toContain(name);
  });

  test('a changed body, a stranger’s key, another charset and sign_type', () => {
    expect(found(explained(right, form({ ...FIELDS, total_amount: '0.01', sign: right })))).toEqual([]);
    expect(found(explained(signed(text, strange)))).toEqual([]);
    expect(explained(right, form({ ...FIELDS, sign_type: 'RSA', charset: 'GBK', sign: right })).explanationEn).toMatch(
      /RSA2.*utf-8/,
    );
  });
});

test('a provider that nobody knows has nothing to be explained', () => {
  expect(ask({ provider: 'constructor' })).toMatchObject({ canonical: null, matches: false });
});

test('every known mistake was met', () => {
  const met = new Set(posted.flatMap(found));
  expect(SIGNATURE_VARIANTS.filter((name) => !met.has(name))).toEqual([]);
});
