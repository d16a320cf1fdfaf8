import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepServicePorts } from '../stack/kept-port.ts';
import { stackEnv } from './stack-env.ts';

let dataDir: string;
let server: Server | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'orderbridge-commands-'));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function stackOn(port: number, listens: boolean) {
  writeFileSync(join(dataDir, 'embedded-ports.json'), JSON.stringify({ postgres: port, nats: 4_222 }));
  const secrets = { ordersDatabasePassword: 'p/w', integrationsDatabasePassword: 'i/w', natsToken: 't/k' };
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify(secrets));
  if (!listens) return;
  server = createServer();
  await new Promise<void>((resolve) => server!.listen(port, '127.0.0.1', resolve));
}

test('DATABASE_URL is taken as it is, ORDERS_DATABASE_URL before it', async () => {
  const env = { DATA_DIR: dataDir, DATABASE_URL: 'postgres://a/b' };
  expect(await stackEnv('orders', env, '/')).toEqual(env);
  expect(await stackEnv('orders', { ...env, ORDERS_DATABASE_URL: 'postgres://c/d' }, '/')).toMatchObject({
    DATABASE_URL: 'postgres://c/d',
  });
});

test('without it the running stack of DATA_DIR is found, with the settings of its service', async () => {
  const port = await freePort();
  await stackOn(port, true);
  expect(await stackEnv('orders', { DATA_DIR: dataDir }, '/')).toMatchObject({
    APP_PROFILE: 'demo',
    DATABASE_URL: `postgres://orders:p%2Fw@127.0.0.1:${port}/orderbridge`,
  });
  expect(await stackEnv('integrations', { DATA_DIR: dataDir }, '/')).toMatchObject({
    DATABASE_URL: `postgres://integrations:i%2Fw@127.0.0.1:${port}/orderbridge`,
    NATS_URL: 'nats://t%2Fk@127.0.0.1:4222',
  });
});

test('the services of the stack are called on the ports that it has, unless others are named', async () => {
  await stackOn(await freePort(), true);
  keepServicePorts(dataDir, { gateway: 1_001, admin: 1_002, orders: 1_003, integrations: 1_004, mockUpstreams: 1_005 });
  expect(await stackEnv('integrations', { DATA_DIR: dataDir }, '/')).toMatchObject({
    ORDERS_URL: 'http://127.0.0.1:1003',
    YLH_ORDER_BASE_URL: expect.stringContaining('http://127.0.0.1:1005/'),
    NATS_URL: 'nats://t%2Fk@127.0.0.1:4222',
  });
  expect(await stackEnv('integrations', { DATA_DIR: dataDir, ORDERS_PORT: '2003' }, '/')).toMatchObject({
    ORDERS_URL: 'http://127.0.0.1:2003',
  });
});

test('a stack that was stopped, or never started, is not made up', async () => {
  const env = { DATA_DIR: dataDir };
  expect(await stackEnv('orders', env, '/')).toEqual(env);
  await stackOn(await freePort(), false);
  expect(await stackEnv('orders', env, '/')).toEqual(env);
});
