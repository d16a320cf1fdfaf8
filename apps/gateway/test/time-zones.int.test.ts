import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readAlipayPayment } from '@orderbridge/contracts/alipay';
import { formatHaierTime, readHaierTime } from '@orderbridge/contracts/haier-callback';
import { wechatSigningText } from '@orderbridge/contracts/wechat-pay';
import { type TestNats, testNats } from '@orderbridge/service-kit/testing/nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeOrders, haierBody, HAIER_PATH, startGateway } from './gateway-under-test.ts';

/** Zones of the machine, with their distance from UTC in minutes in January and in July. */
const ZONES = [
  ['UTC', 0, 0],
  ['America/New_York', -300, -240],
  ['Asia/Shanghai', 480, 480],
] as const;

const wechatKey = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const publicKey = wechatKey.publicKey.export({ type: 'spki', format: 'pem' }).toString();

let nats: TestNats;
let orders: Awaited<ReturnType<typeof fakeOrders>>;
beforeAll(async () => {
  nats = await testNats();
  orders = await fakeOrders(nats.url, ({ late }) => ({ outcome: late ? 'late' : 'applied' }));
});
afterAll(async () => {
  await orders[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
});

describe.each(ZONES)('on a machine in %s (P8)', (zone, januaryMinutes, julyMinutes) => {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = zone;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  test('the machine is really there', () => {
    expect([0, 6].map((month) => 0 - new Date(2026, month, 1).getTimezoneOffset())).toEqual([
      januaryMinutes,
      julyMinutes,
    ]);
  });

  test.each([
    ['20260101000000', '2025-12-31T16:00:00.000Z'],
    ['20260308023000', '2026-03-07T18:30:00.000Z'], // An hour that New York leaves out.
    ['20261101013000', '2026-10-31T17:30:00.000Z'], // An hour that New York has twice.
    ['20240229235959', '2024-02-29T15:59:59.000Z'],
    ['19890416023000', '1989-04-15T18:30:00.000Z'], // Shanghai had summer time then; the wire knows none.
  ])('TimeStamp %s is %s, and is written so', (text, instant) => {
    expect(readHaierTime(text)?.toISOString()).toBe(instant);
    expect(formatHaierTime(new Date(instant))).toBe(text);
  });

  test.each(['20260230000000', '20260101240000', '20260101006000'])('TimeStamp %s is none', (text) => {
    expect(readHaierTime(text)).toBeUndefined();
  });

  test('the time of a payment at Alipay is that of Shanghai', () => {
    const fields = { out_trade_no: '17-P1', trade_status: 'TRADE_SUCCESS', total_amount: '1.00', trade_no: 'T' };
    for (const [gmt_payment, paidAt] of [
      ['2026-03-08 02:30:00', '2026-03-07T18:30:00.000Z'],
      ['2026-11-01 01:30:00', '2026-10-31T17:30:00.000Z'],
    ] as const)
      expect(readAlipayPayment({ ...fields, gmt_payment })).toMatchObject({ notice: { paidAt: new Date(paidAt) } });
  });

  // In a quiet season, and on both sides of New York's change to summer time and back.
  test.each([
    '2026-01-15T12:00:00.000Z',
    '2026-03-08T06:59:00.000Z',
    '2026-03-08T07:01:00.000Z',
    '2026-11-01T05:59:00.000Z',
    '2026-11-01T06:01:00.000Z',
  ])('both windows at %s are 300 s to either side', async (instant) => {
    const now = new Date(instant);
    await using gateway = await startGateway({
      natsUrl: nats.url,
      env: { WECHAT_PAY_PUBLIC_KEYS: `PUB_KEY_ID_1=${publicKey}` },
      overrides: { now: () => now },
    });
    await gateway.connected();
    const found: Record<string, unknown>[] = [];
    for (const offset of [-28_800, -3_600, -301, -300, -299, 0, 299, 300, 301, 3_600, 28_800]) {
      const TimeStamp = shanghaiClock(now.getTime() + offset * 1_000);
      const haier = await gateway.post(HAIER_PATH, haierBody({ TimeStamp }));
      const { description, timeStamp } = await haier.json();
      const body = JSON.stringify({ id: randomUUID(), event_type: 'TRANSACTION.SUCCESS', resource: {} });
      const headers = wechatHeaders(body, Math.floor(now.getTime() / 1_000) + offset);
      const wechat = await gateway.post('/api/payments/callback/wechat/', body, headers);
      found.push({ offset, description, status: wechat.status });
      // fakeOrders decides at 2026-01-02T03:04:05Z.
      expect(timeStamp).toBe('20260102110405');
    }
    const [late, timely] = [
      { description: '请求已过期', status: 400 },
      { description: '成功', status: 200 },
    ];
    expect(found).toEqual([
      { offset: -28_800, ...late },
      { offset: -3_600, ...late },
      { offset: -301, ...late },
      ...[-300, -299, 0, 299, 300].map((offset) => ({ offset, ...timely })),
      { offset: 301, ...late },
      { offset: 3_600, ...late },
      { offset: 28_800, ...late },
    ]);
  });
});

/** What a clock on a wall in Shanghai shows, by the time zone database instead of our own arithmetic. */
const shanghaiClock = (ms: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' })
    .format(ms)
    .replaceAll(/\D/g, '');

function wechatHeaders(body: string, seconds: number): Record<string, string> {
  const [timestamp, nonce] = [String(seconds), randomUUID()];
  const signed = Buffer.from(wechatSigningText({ timestamp, nonce, body }));
  return {
    'content-type': 'application/json',
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': 'PUB_KEY_ID_1',
    'Wechatpay-Signature': sign('sha256', signed, wechatKey.privateKey).toString('base64'),
  };
}
