import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { testNats } from '@orderbridge/service-kit/testing/nats';
import { startProcess } from '@orderbridge/service-kit/testing/processes';
import { expect, test } from 'vitest';
import { fakeOrders, FORM, haierBodyOf, HAIER_PATH, SECRETS, until } from './gateway-under-test.ts';

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url));

async function environment(natsUrl: string) {
  const dataDir = await mkdtemp(join(tmpdir(), 'orderbridge-gateway-'));
  const port = await freePort();
  return {
    port,
    dataDir,
    url: `http://127.0.0.1:${port}`,
    env: { APP_PROFILE: 'test', NATS_URL: natsUrl, DATA_DIR: dataDir, GATEWAY_PORT: String(port), ...SECRETS },
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env['PATH'], ...env } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output };
}

test('production does not start without its secrets, and names each of them', async () => {
  const { code, output } = await start({
    NATS_URL: 'nats://127.0.0.1:1',
    HAIER_CALLBACK_SECRET: 'a-secret-nobody-sees',
  });
  expect(code).toBe(1);
  expect(output).toContain('HAIER_CALLBACK_APP_KEY is not set');
  expect(output).toContain('PAYMENT_CALLBACK_SECRET is not set');
  expect(output).not.toContain('a-secret-nobody-sees');
});

test('a taken port is one clear line', async () => {
  await using place = await environment('nats://127.0.0.1:1');
  const other = createServer().listen(place.port, '127.0.0.1');
  await once(other, 'listening');
  const { code, output } = await start(place.env);
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(`GATEWAY_PORT ${place.port} is taken`);
});

test('SIGKILL with a full spool: the next start delivers what the dead one had answered', async () => {
  const natsPort = await freePort();
  await using place = await environment(`nats://127.0.0.1:${natsPort}`);
  await using gateway = await startProcess({ entry, env: place.env, readyUrl: `${place.url}/readyz` });
  const answered: string[] = [];
  const send = async (orderNumber: string) => {
    const response = await fetch(place.url + HAIER_PATH, {
      method: 'POST',
      headers: { 'content-type': FORM },
      body: haierBodyOf(orderNumber),
    });
    if (((await response.json()) as { success: boolean }).success) answered.push(orderNumber);
  };

  for (let life = 0; life < 3; life++) {
    const sending = Promise.allSettled(Array.from({ length: 40 }, (_, at) => send(`life${life}-${at}`)));
    await delay(30);
    await gateway.kill();
    await sending;
    await gateway.restart();
  }
  await Promise.all(Array.from({ length: 20 }, (_, at) => send(`last-${at}`)));

  await using nats = await testNats({ port: natsPort });
  await using orders = await fakeOrders(nats.url, () => ({}));
  const delivered = () =>
    orders.taken.map(({ body }) => JSON.parse(new URLSearchParams(body).get('Data')!).PlatformOrderNo as string);
  expect(answered.length).toBeGreaterThanOrEqual(20);
  await until(() => answered.every((number) => delivered().includes(number)));
  await gateway.stop();
  expect(await readdir(join(place.dataDir, 'spool'))).toEqual([]);
});

test('SIGTERM with 300 in flight: each gets its answer, and the process ends well', async () => {
  await using nats = await testNats();
  await using place = await environment(nats.url);
  let late = true;
  await using _orders = await fakeOrders(nats.url, () => (late ? undefined : {}));
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'], ...place.env, CALLBACK_WAIT_MS: '1500' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit');
  await until(async () => (await fetch(`${place.url}/readyz`).catch(() => undefined))?.status === 200);
  await until(() => output.includes('broker connected'));

  const agent = new Agent({ keepAlive: true, maxSockets: 300 });
  const answers = Array.from({ length: 300 }, (_, at) => postWith(agent, place.port, haierBodyOf(`flight-${at}`)));
  const waiting = async () =>
    Number(/callbacks_waiting\{.*\} (\d+)/.exec(await (await fetch(`${place.url}/metrics`)).text())?.[1]);
  await until(async () => (await waiting()) === 300);
  child.kill('SIGTERM');
  late = false;

  const results = await Promise.all(answers);
  expect(results.filter(({ status }) => status !== 200)).toEqual([]);
  expect(results.every(({ connection }) => connection === 'close')).toBe(true);
  expect((await ended)[0]).toBe(0);
  expect(output).toContain('"event":"stopped"');
  agent.destroy();
});

function postWith(
  agent: Agent,
  port: number,
  body: string,
): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        path: HAIER_PATH,
        method: 'POST',
        headers: { 'content-type': FORM, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response
          .resume()
          .once('end', () => resolve({ status: response.statusCode!, connection: response.headers.connection }));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
