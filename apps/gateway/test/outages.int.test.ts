import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readHaierNotice } from '@orderbridge/contracts/haier-callback';
import { streams } from '@orderbridge/contracts/subjects';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { createLogger } from '@orderbridge/service-kit/logger';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { expect, test } from 'vitest';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { LOG_FIELDS } from '../src/gateway-log.ts';
import { openSpool, type SpoolOptions } from '../src/spool.ts';
import {
  fakeOrders,
  haierBody,
  haierBodyOf,
  HAIER_PATH,
  paymentBody,
  startGateway,
  until,
} from './gateway-under-test.ts';

type Orders = Awaited<ReturnType<typeof fakeOrders>>;
type Gateway = Awaited<ReturnType<typeof startGateway>>;

const orderNumbersOf = ({ taken }: Orders) => {
  const numbers = taken.map(({ body }) => {
    const reading = readHaierNotice(Object.fromEntries(new URLSearchParams(body)));
    return reading.ok ? reading.notice.platformOrderNo : 'unreadable';
  });
  return new Set(numbers);
};

async function sendTo(gateway: Gateway, orderNumber: string) {
  const startedMs = performance.now();
  const response = await gateway.post(HAIER_PATH, haierBodyOf(orderNumber));
  const { success } = (await response.json()) as { success: boolean };
  return { orderNumber, success, status: response.status, ms: performance.now() - startedMs };
}

const numbers = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);

test('NATS comes up after the gateway: what was taken before is delivered', async () => {
  const port = await freePort();
  await using gateway = await startGateway({ natsUrl: `nats://127.0.0.1:${port}` });
  const answers = await Promise.all(numbers('early', 50).map((number) => sendTo(gateway, number)));
  expect(answers.every(({ success }) => success)).toBe(true);
  expect(await gateway.metric('spool_records')).toBe(50);
  expect(await gateway.metric('jetstream_connected')).toBe(0);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(503);
  expect(gateway.logged('broker out of reach')).toHaveLength(1);
  expect(gateway.logged('callback received')[0]).toMatchObject({ kept: 'spool', outcome: 'accepted' });

  await using nats = await testNats({ port });
  await using orders = await fakeOrders(nats.url, () => ({}));
  await until(() => orders.taken.length >= 50);
  expect([...orderNumbersOf(orders)].toSorted()).toEqual(numbers('early', 50).toSorted());
  expect(orders.taken.every(({ replyTo }) => replyTo === undefined)).toBe(true);
  await until(async () => (await gateway.metric('spool_records')) === 0);
  expect(await sendTo(gateway, 'after')).toMatchObject({ success: true });
  expect(gateway.logged('callback received').at(-1)).toMatchObject({ kept: 'stream', outcome: 'applied' });
});

test('NATS dies twice under load: every answer is a success, none is lost', async () => {
  await using nats = await testNats();
  await using orders = await fakeOrders(nats.url, () => ({}));
  await using gateway = await startGateway({ natsUrl: nats.url });
  await gateway.connected();

  const answers: Awaited<ReturnType<typeof sendTo>>[] = [];
  let sending = true;
  const senders = Array.from({ length: 8 }, async (_, sender) => {
    for (let at = 0; sending; at++) {
      answers.push(await sendTo(gateway, `load-${sender}-${at}`));
      await delay(10);
    }
  });
  for (let kills = 0; kills < 2; kills++) {
    await delay(400);
    await nats.kill();
    await gateway.connected(false);
    await delay(600);
    await nats.restart();
    await gateway.connected();
  }
  await delay(400);
  sending = false;
  await Promise.all(senders);

  expect(answers.filter(({ success }) => !success)).toEqual([]);
  const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
  // The spool takes over at once: nearly nobody waits out the 2 s that JetStream is given to keep a callback.
  expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(2_000);
  const spooled = gateway.logged('callback received').filter((line) => line['kept'] === 'spool');
  expect(spooled.length).toBeGreaterThan(20);
  await until(() => orderNumbersOf(orders).size >= answers.length);
  expect([...orderNumbersOf(orders)].toSorted()).toEqual(answers.map(({ orderNumber }) => orderNumber).toSorted());
  await until(async () => (await gateway.metric('spool_records')) === 0);
});

test('NATS hangs without closing: the first callbacks wait once, then the spool takes over, until it answers again', async () => {
  await using nats = await testNats();
  await using orders = await fakeOrders(nats.url, () => ({}));
  await using gateway = await startGateway({ natsUrl: nats.url, env: { KEEP_TIMEOUT_MS: '500' } });
  await gateway.connected();
  expect(await sendTo(gateway, 'before')).toMatchObject({ success: true });

  process.kill(nats.pid!, 'SIGSTOP');
  const first = await sendTo(gateway, 'first');
  expect(first).toMatchObject({ success: true });
  expect(first.ms).toBeGreaterThan(450);
  const next = await Promise.all(numbers('hung', 30).map((number) => sendTo(gateway, number)));
  expect(next.every(({ success, ms }) => success && ms < 450)).toBe(true);
  process.kill(nats.pid!, 'SIGCONT');

  await until(() => orderNumbersOf(orders).size >= 32);
  await until(async () => {
    await sendTo(gateway, 'again');
    return gateway.logged('callback received').at(-1)?.['kept'] === 'stream';
  });
});

test('a stream that was deleted comes back, with what arrived meanwhile', async () => {
  await using nats = await testNats();
  await using gateway = await startGateway({ natsUrl: nats.url, env: { CALLBACK_WAIT_MS: '300' } });
  await gateway.connected();
  await sendTo(gateway, 'before');
  const { manager } = gateway.ctx.broker.session!.js;
  await manager.streams.delete(streams.callbacks.name);

  const answers = await Promise.all(numbers('gone', 20).map((number) => sendTo(gateway, number)));
  expect(answers.every(({ success }) => success)).toBe(true);
  await until(
    async () => (await manager.streams.info(streams.callbacks.name).catch(() => undefined))?.state.messages === 20,
  );
  await until(async () => (await gateway.metric('spool_records')) === 0);
});

test('a spool of 2,000 is drained faster than 200 a second', async () => {
  const port = await freePort();
  await using gateway = await startGateway({ natsUrl: `nats://127.0.0.1:${port}` });
  for (let at = 0; at < 2_000; at += 200)
    await Promise.all(numbers(`backlog-${at}`, 200).map((number) => sendTo(gateway, number)));
  expect(gateway.ctx.spool.records).toBe(2_000);
  await using nats = await testNats({ port });
  await gateway.connected();
  const startedMs = performance.now();
  await until(() => gateway.ctx.spool.records === 0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  const { manager } = gateway.ctx.broker.session!.js;
  expect((await manager.streams.info(streams.callbacks.name)).state.messages).toBe(2_000);
  expect(nats.pid).toBeGreaterThan(0);
});

async function withFullDisk(work: (gateway: Gateway) => Promise<void>, natsUrl: string) {
  const root = await mkdtemp(join(tmpdir(), 'orderbridge-full-'));
  const log = createLogger({ service: 'test', level: 'silent', fields: LOG_FIELDS });
  const options: SpoolOptions = {
    root,
    maxBytes: 1024 ** 2,
    now: () => new Date(),
    newId: uuidv7,
    log,
    open: () => open('/dev/full', 'w'),
  };
  await using gateway = await startGateway({ natsUrl, overrides: { spool: await openSpool(options) } });
  await work(gateway);
  await rm(root, { recursive: true, force: true });
}

test('neither NATS nor the disk: 503, never a success, and not ready', async () => {
  await withFullDisk(
    async (gateway) => {
      const haier = await gateway.post(HAIER_PATH, haierBody());
      expect([haier.status, haier.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await haier.json()).toMatchObject({
        success: false,
        code: 'error',
        description: '服务暂时不可用，请稍后重试',
        data: {},
      });
      const payment = await gateway.post('/api/payments/callback/generic', paymentBody());
      expect([payment.status, await payment.json()]).toEqual([503, { detail: 'service temporarily unavailable' }]);
      expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({ ready: false, waitingFor: ['keep'] });
      expect(gateway.logged('callback refused').at(-1)).toMatchObject({
        level: 'error',
        reason: 'cannot_keep',
        status: 503,
      });
      expect(await gateway.metric('callback_requests_total', { result: 'cannot_keep' })).toBe(2);
    },
    `nats://127.0.0.1:${await freePort()}`,
  );
});

test('a full disk does no harm while NATS keeps', async () => {
  await using nats = await testNats();
  await using _orders = await fakeOrders(nats.url, () => ({}));
  await withFullDisk(async (gateway) => {
    await gateway.connected();
    expect(await sendTo(gateway, 'kept')).toMatchObject({ success: true, status: 200 });
  }, nats.url);
});

test('a full spool refuses instead of pretending', async () => {
  await using gateway = await startGateway({
    natsUrl: `nats://127.0.0.1:${await freePort()}`,
    env: { SPOOL_MAX_BYTES: '3000' },
  });
  const answers: Awaited<ReturnType<typeof sendTo>>[] = [];
  for (const number of numbers('full', 12)) answers.push(await sendTo(gateway, number));
  const kept = answers.filter(({ success }) => success).length;
  expect(answers.map(({ status }) => status)).toEqual([
    ...Array.from({ length: kept }, () => 200),
    ...Array.from({ length: 12 - kept }, () => 503),
  ]);
  expect([kept, gateway.ctx.spool.records]).toEqual([gateway.ctx.spool.records, kept]);
  expect(kept).toBeGreaterThan(2);
  expect(kept).toBeLessThan(12);
});

test('going down drains the spool while NATS answers', async () => {
  const port = await freePort();
  await using gateway = await startGateway({ natsUrl: `nats://127.0.0.1:${port}` });
  for (let at = 0; at < 600; at += 200)
    await Promise.all(numbers(`rest-${at}`, 200).map((number) => sendTo(gateway, number)));
  await using nats = await testNats({ port });
  await using orders = await fakeOrders(nats.url, () => ({}));
  await gateway.connected();
  await gateway.stop();
  expect(gateway.ctx.spool.records).toBe(0);
  await until(() => orderNumbersOf(orders).size === 600);
});
