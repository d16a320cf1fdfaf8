import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { expect, test, vi } from 'vitest';

import { superviseProcess, type ProcessEvent } from '../src/local/supervised-process.ts';
import { testDatabase } from '../src/testing/database.ts';
import { testNats } from '../src/testing/nats.ts';

const kettles = {
  template: 'kettles',
  migrate: (url: string) =>
    query(url, "create table kettle (name text); insert into kettle values ('first')").then(() => undefined),
};

test('two clones of one template do not see each other', async () => {
  await using left = await testDatabase(kettles);
  await using right = await testDatabase(kettles);

  await query(left.url, "insert into kettle values ('left')");

  expect(await query(left.url, 'select name from kettle order by name')).toEqual([{ name: 'first' }, { name: 'left' }]);
  expect(await query(right.url, 'select name from kettle')).toEqual([{ name: 'first' }]);
});

test('the template is migrated once however many ask at the same time', async () => {
  const migrate = vi.fn<(url: string) => Promise<void>>(async (url) => void (await query(url, 'create table once ()')));

  const databases = await Promise.all(Array.from({ length: 5 }, () => testDatabase({ template: 'once', migrate })));
  await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));

  expect(migrate).toHaveBeenCalledTimes(1);
});

test('a disposed database is gone, with the connections it still had', async () => {
  const database = await testDatabase(kettles);
  const client = new pg.Client({ connectionString: database.url });
  const ended = new Promise<unknown>((resolve) => client.on('error', resolve));
  await client.connect();

  await database[Symbol.asyncDispose]();

  expect(await ended).toMatchObject({ code: '57P01' });
  await expect(query(database.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
});

test('a killed nats-server has every acknowledged message after its restart', async () => {
  await using nats = await testNats();
  await using before = await connectTo(nats.url);
  await (await jetstreamManager(before.nc)).streams.add({ name: 'KEPT', subjects: ['kept.*'] });
  for (let i = 0; i < 20; i += 1) await jetstream(before.nc).publish('kept.one', String(i));

  await nats.kill('SIGKILL');
  expect(nats.pid).toBe(undefined);
  await nats.restart();

  await using after = await connectTo(nats.url);
  expect((await (await jetstreamManager(after.nc)).streams.info('KEPT')).state.messages).toBe(20);
});

test('a supervised process is back after SIGKILL, and stays down after stop', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'orderbridge-supervised-'));
  const events: ProcessEvent['kind'][] = [];
  const child = await superviseProcess({
    name: 'ticker',
    command: process.execPath,
    args: ['-e', 'console.log("up"); setInterval(() => {}, 1000)'],
    logFile: join(dir.path, 'ticker.log'),
    onEvent: (event) => events.push(event.kind),
  });
  const firstPid = child.pid;
  await vi.waitFor(() => expect(child.recentOutput()).toEqual(['up']), 5_000);

  await child.kill('SIGKILL');
  await vi.waitFor(() => expect(child.recentOutput()).toEqual(['up', 'up']), 5_000);

  expect(child.pid).not.toBe(firstPid);
  expect(child.restarts).toBe(1);
  await child.stop();
  expect(child.pid).toBe(undefined);
  expect(events).toEqual(['started', 'died', 'started', 'stopped']);
});

test('a process that ignores SIGTERM is killed after its time', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'orderbridge-supervised-'));
  const events: ProcessEvent[] = [];
  const child = await superviseProcess({
    name: 'stubborn',
    command: process.execPath,
    args: ['-e', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'],
    logFile: join(dir.path, 'stubborn.log'),
    stopTimeoutMs: 200,
    onEvent: (event) => events.push(event),
  });
  await vi.waitFor(() => expect(child.recentOutput()).toEqual(['up']), 5_000);

  await child.stop();

  expect(events.at(-1)).toEqual({ kind: 'stopped', exit: { code: null, signal: 'SIGKILL' } });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function connectTo(url: string) {
  const nc = await connect({ servers: url });
  return { nc, [Symbol.asyncDispose]: () => nc.close() };
}
