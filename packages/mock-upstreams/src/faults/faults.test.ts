import { createHmac, randomUUID } from 'node:crypto';
import { paymentSigningText } from '@orderbridge/contracts/payment-callback';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HAIER_PATHS } from '../haier/haier-paths.ts';
import {
  aYlhOrder,
  type GatewayAnswer,
  PLAYED_ENV,
  playedPlatforms,
  type PlayedPlatforms,
} from '../testing/played-platforms.ts';
import { YLH_PATHS, YLH_ROOTS } from '../ylh/ylh-paths.ts';

const NOW = new Date('2026-11-21T08:00:00.000Z');
let played: PlayedPlatforms;
let gateway: GatewayAnswer;
beforeEach(async () => {
  gateway = () => ({ success: true });
  played = await playedPlatforms({
    now: () => NOW,
    gateway: (callback) => gateway(callback),
    repeatAfterMs: [10],
    env: { MOCK_YLH_ANSWERS_AFTER_MS: '5', MOCK_REFUNDS_FINISH_AFTER_MS: '5' },
  });
});
afterEach(() => played[Symbol.asyncDispose]());

const set = (fault: string, more: object = {}) =>
  played.control('faults', { match: 'receive-hmm-retail-order', fault, ...more });
const orderOf = async (soId: string) => (await played.control(`orders?soId=${soId}`)).items[0];
const WAIT = { timeout: 4_500 };
const toldOf = (count: number) => vi.waitFor(() => expect(played.told).toHaveLength(count), WAIT);
const cancel = async (soId: string, headers: Record<string, string> = {}) =>
  played.call(
    YLH_PATHS.cancel,
    { soId, cancelTime: '1795248000000', cancelReason: '客户取消', sourceSystem: PLAYED_ENV.YLH_SOURCE_SYSTEM },
    { authorization: `bearer ${await played.ylhToken()}`, ...headers },
  );

describe('the menu', () => {
  test('strikes as often as told where the path matches, and shows how often it did', async () => {
    await set('http-500', { times: 2 });
    const statuses = [];
    for (const soId of ['A', 'B', 'C']) statuses.push((await played.push(aYlhOrder(soId))).status);

    expect(statuses).toEqual([500, 500, 200]);
    expect((await played.control('faults')).items).toEqual([
      { id: 1, match: 'receive-hmm-retail-order', fault: 'http-500', times: 2, share: null, seen: 2, struck: 2 },
    ]);
    expect((await played.control('orders')).items.map(({ soId }: { soId: string }) => soId)).toEqual(['C']);
  });

  test('strikes once unless told otherwise, the first one set before the next', async () => {
    await set('http-500');
    await set('http-429');
    const statuses = [];
    for (const soId of ['A', 'B', 'C']) statuses.push((await played.push(aYlhOrder(soId))).status);

    expect(statuses).toEqual([500, 429, 200]);
  });

  test('strikes a share of the calls, the same ones for the same seed', async () => {
    const struckBy = async (seed: number) => {
      await played.control('faults', undefined, 'DELETE');
      await set('http-500', { share: 0.3, seed });
      const authorization = `bearer ${await played.ylhToken()}`;
      const statuses = [];
      for (let call = 0; call < 60; call += 1)
        statuses.push((await played.call(YLH_PATHS.create, {}, { authorization })).status);
      expect((await played.control('faults')).items[0]).toMatchObject({
        times: null,
        seen: 60,
        struck: statuses.filter((status) => status === 500).length,
      });
      return statuses;
    };

    const first = await struckBy(7);
    const count = first.filter((status) => status === 500).length;
    expect(count).toBeGreaterThan(9);
    expect(count).toBeLessThan(27);
    expect(await struckBy(7)).toEqual(first);
    expect(await struckBy(8)).not.toEqual(first);
  });

  test('is forgotten when told so, and with everything else', async () => {
    await set('http-500', { times: 9 });
    expect(await played.control('faults', undefined, 'DELETE')).toEqual({ items: [] });
    expect((await played.push(aYlhOrder('A'))).status).toBe(200);
    await set('http-500', { times: 9 });
    await played.control('reset', {});
    expect((await played.push(aYlhOrder('A'))).status).toBe(200);
  });

  test.each([
    ['no fault of that name', { match: '/', fault: 'earthquake' }, 'fault'],
    ['nothing to match', { match: '', fault: 'slow' }, 'match'],
    ['more than everything', { match: '/', fault: 'slow', share: 1.5 }, 'share'],
    ['no time at all', { match: '/', fault: 'slow', times: 0 }, 'times'],
    ['an unknown field', { match: '/', fault: 'slow', delay: 1 }, ''],
  ])('does not take %s', async (_, order, path) => {
    const answer = await played.call('/_control/faults', order);

    expect(answer).toMatchObject({ status: 400, body: { error: 'bad_input', fields: [{ path }] } });
    expect((await played.control('faults')).items).toEqual([]);
  });

  test('can be asked for by one request alone', async () => {
    expect((await played.push(aYlhOrder('A'), { 'x-mock-fault': 'http-429' })).status).toBe(429);
    expect((await played.push(aYlhOrder('A'))).status).toBe(200);
    expect((await played.push(aYlhOrder('B'), { 'x-mock-fault': 'earthquake' })).body).toMatchObject({
      error: 'bad_input',
      fields: [{ path: 'x-mock-fault' }],
    });
  });

  test('leaves control and health alone', async () => {
    await played.control('faults', { match: '/', fault: 'http-500', times: 9 });

    expect((await fetch(`${played.url}/readyz`)).status).toBe(200);
    expect((await played.control('orders')).items).toEqual([]);
  });
});

describe('an answer', () => {
  test('429 says when to come back', async () => {
    await set('http-429', { retryAfterSeconds: 3 });
    const answer = await played.push(aYlhOrder('A'));

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
    expect(await orderOf('A')).toBeUndefined();
  });

  test('of success false has the words it was given, and nothing happened', async () => {
    await set('success-false', { text: '店铺已停用' });

    expect(await played.push(aYlhOrder('A'))).toMatchObject({
      status: 200,
      body: { success: false, message: '店铺已停用' },
    });
    expect(await orderOf('A')).toBeUndefined();
  });

  test('that comes slowly is about something that happened at once', async () => {
    await set('slow', { delayMs: 150 });
    const startedMs = performance.now();
    const push = played.push(aYlhOrder('A'));
    await vi.waitFor(async () => expect(await orderOf('A')).toMatchObject({ soId: 'A' }), WAIT);

    expect((await push).body).toMatchObject({ success: true });
    expect(performance.now() - startedMs).toBeGreaterThan(145);
  });

  test('that nobody waits for any more is about something that happened all the same', async () => {
    await set('slow', { delayMs: 60_000 });
    const caller = new AbortController();
    const push = fetch(played.url + YLH_PATHS.create, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `bearer ${await played.ylhToken()}` },
      body: JSON.stringify(aYlhOrder('A')),
      signal: caller.signal,
    });
    const ended = push.catch((error: Error) => error.name);
    await vi.waitFor(async () => expect(await orderOf('A')).toMatchObject({ soId: 'A' }), WAIT);
    caller.abort();

    expect(await ended).toBe('AbortError');
    expect((await played.push(aYlhOrder('A'))).body.message).toMatch(/重复/);
  });

  test('is dropped after the order was taken: the same push again finds it there', async () => {
    await set('drop-after-commit');

    await expect(played.push(aYlhOrder('A'))).rejects.toThrow('fetch failed');
    expect(await orderOf('A')).toMatchObject({ acceptedTimes: 1 });
    expect((await played.push(aYlhOrder('A'))).body.message).toMatch(/重复/);
    expect(await orderOf('A')).toMatchObject({ acceptedTimes: 1, repeatsRefused: 1 });
  });

  test('is dropped before the order was taken: the same push again takes it', async () => {
    await set('drop-before-commit');

    await expect(played.push(aYlhOrder('A'))).rejects.toThrow('fetch failed');
    expect(await orderOf('A')).toBeUndefined();
    expect((await played.push(aYlhOrder('A'))).body.success).toBe(true);
    const paths = (await played.control('requests')).items.map(({ path }: { path: string }) => path);
    expect(paths.filter((path: string) => path === YLH_PATHS.create)).toHaveLength(2);
  });

  test('is cut in half, and the order was taken', async () => {
    await set('bad-json');
    const answer = await played.push(aYlhOrder('A'));

    expect([answer.status, answer.text]).toEqual([200, expect.stringMatching(/^\{"success":true/)]);
    expect(answer.body).toBeUndefined();
    expect(await orderOf('A')).toMatchObject({ state: expect.any(String) });
  });

  test('of a million products is cut, too', async () => {
    await played.control('catalogue', { products: 1_000_000 });
    const answer = await played.call(
      HAIER_PATHS.products,
      {
        customerCode: PLAYED_ENV.HAIER_CUSTOMER_CODE,
        sendToCode: PLAYED_ENV.HAIER_SEND_TO_CODE,
        supplierCode: '1001',
        searchType: 'PTJSH',
        passWord: PLAYED_ENV.HAIER_PASSWORD,
      },
      { authorization: await played.haierToken(), 'x-mock-fault': 'bad-json' },
    );

    expect(answer.body).toBeUndefined();
    expect(answer.text).toMatch(/^\{"success":true/);
    expect(answer.text.length).toBeLessThan(100_000);
  });

  test('has wrong types under the right names', async () => {
    await set('wrong-types');

    expect((await played.push(aYlhOrder('A'))).body).toEqual({
      success: 'true',
      code: ['200'],
      message: ['成功'],
      data: { retailOrderNo: ['SO.20261121.57600000'], soId: ['A'] },
    });
  });
});

describe('a token', () => {
  const balance = {
    customerCode: PLAYED_ENV.HAIER_CUSTOMER_CODE,
    customerPassword: PLAYED_ENV.HAIER_CUSTOMER_PASSWORD,
  };

  test.each([
    ['token-revoked', 'token已失效'],
    ['token-expired', 'token已过期'],
  ])('ends by %s with the call that it hits, and a new one works', async (fault, text) => {
    await played.control('faults', { match: '/yilihuo/', fault });
    const authorization = await played.haierToken();
    const call = (token: string) => played.call(HAIER_PATHS.balance, balance, { authorization: token });

    expect(await call(authorization)).toMatchObject({ status: 401, body: { errorMsg: text } });
    expect((await call(authorization)).status).toBe(401);
    expect((await call(await played.haierToken())).status).toBe(200);
  });

  test('can be dead when it is handed out', async () => {
    await played.control('faults', { match: YLH_ROOTS.auth, fault: 'token-revoked' });

    expect((await played.push(aYlhOrder('A'))).status).toBe(401);
    expect((await played.push(aYlhOrder('A'))).status).toBe(200);
  });
});

describe('the callbacks of a call', () => {
  test('come twice', async () => {
    await set('duplicate-callback');
    await played.push(aYlhOrder('A'));
    await toldOf(2);

    expect(played.told[0]).toEqual(played.told[1]);
    expect(played.told[0]).toMatchObject({ isSignedRight: true, notice: { platformOrderNo: 'A', state: 1 } });
    expect(await orderOf('A')).toMatchObject({ told: [{ answers: [{}, {}] }] });
  });

  test('come, and are answered, before the answer of the push', async () => {
    await played.control('ylh', { autoConfirm: false });
    await set('early-callback');
    let pushIsAnswered = false;
    let wasAnsweredBefore: boolean | undefined;
    gateway = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      wasAnsweredBefore = pushIsAnswered;
      return { success: true };
    };
    await played.push(aYlhOrder('A'));
    pushIsAnswered = true;

    expect(wasAnsweredBefore).toBe(false);
    expect(played.told).toMatchObject([{ isSignedRight: true, notice: { platformOrderNo: 'A', state: 1 } }]);
    expect(await orderOf('A')).toMatchObject({ state: 'confirmed', told: [{ answers: [{ status: 200 }] }] });
  });

  test('come before the answer of a cancel, too', async () => {
    await played.push(aYlhOrder('A'));
    await toldOf(1);
    await cancel('A', { 'x-mock-fault': 'early-callback' });

    expect(played.told[1]).toMatchObject({ notice: { method: 'hmm.scm_heorder.cancel', state: 1 } });
  });

  test('do not verify, and are not repeated', async () => {
    gateway = ({ isSignedRight }) => ({ success: isSignedRight });
    await set('wrong-sign');
    await played.push(aYlhOrder('A'));
    await toldOf(1);
    await played.push(aYlhOrder('B'));
    await toldOf(2);

    expect(played.told.map(({ isSignedRight, notice }) => [isSignedRight, notice?.platformOrderNo])).toEqual([
      [false, 'A'],
      [true, 'B'],
    ]);
  });

  test('are from another time', async () => {
    await set('skewed-clock', { skewMs: -7_200_000 });
    await played.push(aYlhOrder('A'));
    await played.push(aYlhOrder('B'));
    await toldOf(2);

    expect(
      Object.fromEntries(played.told.map(({ notice }) => [notice?.platformOrderNo, notice?.sentAt.toISOString()])),
    ).toEqual({ A: '2026-11-21T06:00:00.000Z', B: NOW.toISOString() });
    expect(played.told.every(({ isSignedRight }) => isSignedRight)).toBe(true);
  });

  test('change places: the confirmation comes after the cancel', async () => {
    await set('reordered-callback', { delayMs: 60_000 });
    await played.push(aYlhOrder('A'));
    await vi.waitFor(async () => expect(await orderOf('A')).toMatchObject({ state: 'confirmed', told: [] }), WAIT);
    await cancel('A');
    await toldOf(2);

    expect(played.told.map(({ notice }) => notice?.method)).toEqual([
      'hmm.scm_heorder.cancel',
      'hmm.scm_heorder.confirm',
    ]);
  });

  test('can be struck by their own address, whatever call they are about', async () => {
    await played.control('faults', { match: '/api/v1/haier/callback', fault: 'wrong-sign', times: 1 });
    await played.control('faults', { match: '/haier/callback', fault: 'skewed-clock', skewMs: -7_200_000 });
    await set('duplicate-callback');
    for (const soId of ['A', 'B', 'C']) {
      await played.push(aYlhOrder(soId));
      await vi.waitFor(async () => expect((await orderOf(soId)).told).toHaveLength(1), WAIT);
    }

    expect(
      played.told.map(({ notice, isSignedRight }) => [
        notice?.platformOrderNo,
        isSignedRight,
        notice?.sentAt.toISOString(),
      ]),
    ).toEqual([
      // The fault of the call that it answers comes first.
      ['A', true, NOW.toISOString()],
      ['A', true, NOW.toISOString()],
      ['B', false, NOW.toISOString()],
      ['C', true, '2026-11-21T06:00:00.000Z'],
    ]);
  });

  test('wait for the newer one for so long only', async () => {
    await set('reordered-callback', { delayMs: 20 });
    await played.push(aYlhOrder('A'));
    await toldOf(1);

    expect(played.told).toMatchObject([{ isSignedRight: true, notice: { state: 1 } }]);
  });
});

describe('a payment provider', () => {
  const signed = (fields: Record<string, string>) => ({
    ...fields,
    sign: createHmac('sha256', PLAYED_ENV.PAYMENT_CALLBACK_SECRET).update(paymentSigningText(fields)).digest('hex'),
  });
  const refund = () =>
    signed({ out_refund_no: '1-R1', out_trade_no: '1-P1', refund_amount: '1.00', amount: '2.00', nonce: randomUUID() });
  const setOnRefunds = (fault: string) => played.control('faults', { match: '/generic-pay/refunds', fault });
  const verifies = (body: Record<string, string>) => {
    const { sign, ...fields } = body;
    return signed(fields).sign === sign;
  };

  test('signs its answer wrongly, once', async () => {
    await setOnRefunds('wrong-sign');

    expect(verifies((await played.call('/generic-pay/refunds', refund())).body)).toBe(false);
    expect(verifies((await played.call('/generic-pay/refunds', refund())).body)).toBe(true);
  });

  test('drops the line after the refund was taken', async () => {
    await setOnRefunds('drop-after-commit');

    await expect(played.call('/generic-pay/refunds', refund())).rejects.toThrow('fetch failed');
    const { items } = await played.control('payments');
    expect(items.find(({ provider }: { provider: string }) => provider === 'generic').refunds).toHaveLength(1);
  });

  test.each([
    ['http-429', 429],
    ['http-500', 500],
  ])('answers %s without looking', async (fault, status) => {
    await setOnRefunds(fault);

    expect((await played.call('/generic-pay/refunds', refund())).status).toBe(status);
    const { items } = await played.control('payments');
    expect(items.flatMap(({ refunds }: { refunds: object[] }) => refunds)).toEqual([]);
  });

  const toldFields = async (count: number) => {
    await toldOf(count);
    return played.told.map(({ fields }) => {
      const { signature, ...rest } = fields;
      return { isRight: signed(rest).sign === signature, status: rest['refund_status'] };
    });
  };

  test('tells of the refund before its answer says that it is under way', async () => {
    await setOnRefunds('early-callback');

    expect((await played.call('/generic-pay/refunds', refund())).body.refund_status).toBe('processing');
    expect(await toldFields(1)).toEqual([{ isRight: true, status: 'success' }]);
  });

  test('tells of the refund twice', async () => {
    await setOnRefunds('duplicate-callback');
    await played.call('/generic-pay/refunds', refund());

    expect(await toldFields(2)).toEqual([
      { isRight: true, status: 'success' },
      { isRight: true, status: 'success' },
    ]);
  });

  test('tells of the refund with a wrong signature', async () => {
    await setOnRefunds('wrong-sign');
    await played.call('/generic-pay/refunds', refund());

    expect(await toldFields(1)).toEqual([{ isRight: false, status: 'success' }]);
  });

  const pays = async (outTradeNo: string, match: string, more: object) => {
    await played.control('faults', { match, ...more });
    await played.control('payments/pay', { provider: 'generic', outTradeNo, amountFen: 100 });
  };
  const CALLBACK = '/api/payments/callback/generic/';

  test('tells of a payment with a wrong signature, or twice, where the address of the callback matches', async () => {
    await pays('1-P1', CALLBACK, { fault: 'wrong-sign' });
    await pays('2-P1', CALLBACK, { fault: 'duplicate-callback' });
    await pays('3-P1', '/api/payments/refund-callback/', { fault: 'wrong-sign' });

    await toldOf(4);
    const told = played.told.map(({ fields: { signature, ...rest } }) => [
      rest['out_trade_no'],
      signed(rest as Record<string, string>).sign === signature,
    ]);
    expect(told).toEqual([
      ['1-P1', false],
      ['2-P1', true],
      ['2-P1', true],
      ['3-P1', true],
    ]);
    expect((await played.control('faults')).items.map(({ struck }: { struck: number }) => struck)).toEqual([1, 1, 0]);
  });

  test('is not struck in what it tells by what is meant for calls', async () => {
    await pays('1-P1', '/api/', { fault: 'http-500' });

    expect((await played.control('faults')).items).toMatchObject([{ seen: 0, struck: 0 }]);
  });
});
