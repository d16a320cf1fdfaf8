import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@orderbridge/service-kit/logger';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { LOG_FIELDS } from './gateway-log.ts';
import { openSpool, type Spool, SpoolFull, type SpoolOptions } from './spool.ts';
import { encodeRecord, readSegment, RECORD_HEADER_BYTES } from './spool-segment.ts';

const log = createLogger({ service: 'test', level: 'silent', fields: LOG_FIELDS });
const now = () => new Date();
const newId = uuidv7;

const roots: string[] = [];
const newRoot = async () => {
  const root = await mkdtemp(join(tmpdir(), 'orderbridge-spool-'));
  roots.push(root);
  return root;
};
afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true, force: true });
});

const spoolIn = (root: string, options: Partial<SpoolOptions> = {}) =>
  openSpool({ root, maxBytes: 1024 ** 3, now, newId, log, ...options });
const payload = (at: number) => Buffer.from(JSON.stringify({ id: at, body: 'x'.repeat(at % 50) }));
const idOf = (bytes: Buffer) => (JSON.parse(bytes.toString()) as { id: number }).id;
const ids = (count: number) => Array.from({ length: count }, (_, at) => at);

async function takeAll(spool: Spool): Promise<number[]> {
  const taken: number[] = [];
  for (let segment = await spool.oldest(); segment; segment = await spool.oldest()) {
    const { payloads, damagedBytes } = await spool.read(segment);
    taken.push(...payloads.map(idOf));
    await spool.remove(segment, damagedBytes > 0);
  }
  return taken;
}

const filesIn = async (root: string, suffix: string) =>
  (await readdir(root, { recursive: true })).filter((name) => name.endsWith(suffix));

test('what was appended comes back in order, over several segments, and leaves nothing behind', async () => {
  const root = await newRoot();
  const spool = await spoolIn(root, { segmentBytes: 500 });
  for (const at of ids(40)) await spool.append(payload(at));
  expect(spool.records).toBe(40);
  expect((await filesIn(root, '.spool')).length).toBeGreaterThan(3);
  expect(await takeAll(spool)).toEqual(ids(40));
  expect([spool.records, spool.bytes, await filesIn(root, '.spool')]).toEqual([0, 0, []]);
  await spool.close();
  expect(await readdir(root)).toEqual([]);
});

test('appends that come together share their fsync', async () => {
  const root = await newRoot();
  let syncs = 0;
  const counting: typeof open = async (...given) => {
    const handle = await open(...given);
    const datasync = handle.datasync.bind(handle);
    handle.datasync = () => (syncs++, datasync());
    return handle;
  };
  const spool = await spoolIn(root, { open: counting });
  await Promise.all(ids(200).map((at) => spool.append(payload(at))));
  expect(syncs).toBeLessThan(5);
  expect(await takeAll(spool)).toEqual(ids(200));
});

test('appends go on while the oldest segment is drained', async () => {
  const spool = await spoolIn(await newRoot());
  await spool.append(payload(0));
  const segment = (await spool.oldest())!;
  await spool.append(payload(1));
  expect((await spool.read(segment)).payloads.map(idOf)).toEqual([0]);
  await spool.remove(segment, false);
  expect(await takeAll(spool)).toEqual([1]);
});

test('the next process takes over what a dead one left, oldest first, and before its own', async () => {
  const root = await newRoot();
  for (const at of ids(3)) {
    const dead = await spoolIn(root);
    await dead.append(payload(at));
    await dead.close();
  }
  const spool = await spoolIn(root);
  await spool.append(payload(3));
  expect(await spool.adoptAbandoned()).toBe(3);
  expect(spool.records).toBe(4);
  expect(await takeAll(spool)).toEqual(ids(4));
  await spool.close();
  expect(await readdir(root)).toEqual([]);
});

test('a directory that was itself being adopted when its owner died is taken over whole', async () => {
  const root = await newRoot();
  const first = await spoolIn(root);
  await first.append(payload(0));
  await first.close();
  const second = await spoolIn(root);
  await second.adoptAbandoned();
  await second.append(payload(1));
  await second.close();
  const third = await spoolIn(root);
  await third.adoptAbandoned();
  expect(await takeAll(third)).toEqual([0, 1]);
});

test('an owner that died while it adopted leaves no empty directories for ever', async () => {
  const root = await newRoot();
  const dead = await spoolIn(root);
  await dead.append(payload(0));
  await dead.close();
  const [name] = await readdir(root);
  // Killed between the move and what follows it: one still names its owner, one holds nothing.
  await mkdir(join(root, name!, 'moved', 'before'), { recursive: true });
  await writeFile(join(root, name!, 'moved', 'owner.json'), owner({ pid: 2 ** 22 + 1 }));
  const heir = await spoolIn(root);
  expect(await heir.adoptAbandoned()).toBe(1);
  expect(await takeAll(heir)).toEqual([0]);
  await heir.close();
  expect(await readdir(root)).toEqual([]);
});

test('two processes do not share: a living owner keeps its directory', async () => {
  const root = await newRoot();
  const mine = await spoolIn(root);
  await mine.append(payload(0));
  const other = await spoolIn(root);
  expect(await other.adoptAbandoned()).toBe(0);
  expect(await takeAll(mine)).toEqual([0]);
});

const owner = (change: object) =>
  JSON.stringify({ pid: process.pid, host: hostname(), startedAtMs: Math.round(performance.timeOrigin), ...change });

test.each([
  ['dead pid', owner({ pid: 2 ** 22 + 1 }), 0, true],
  ['our pid in an earlier life of this container', owner({ startedAtMs: 1 }), 0, true],
  ['a living process of this machine', owner({ pid: process.ppid }), 0, false],
  ['another machine that shows itself', owner({ host: 'elsewhere' }), 59_000, false],
  ['another machine, silent for a minute', owner({ host: 'elsewhere' }), 61_000, true],
  ['a living pid, silent for a minute', owner({ pid: process.ppid }), 61_000, false],
  ['we, silent for a minute', owner({}), 61_000, false],
  ['a dead pid that showed itself', owner({ pid: 2 ** 22 + 1 }), 1_000, true],
  // After a reboot the number may belong to anybody.
  ['a living pid, silent for longer than any pause', owner({ pid: process.ppid }), 601_000, true],
  ['an unreadable owner', '{', 0, true],
])('owner is %s: taken over %s', async (_, content, silentMs, taken) => {
  const root = await newRoot();
  const abandoned = join(root, 'other');
  await mkdir(abandoned);
  await writeFile(join(abandoned, '00000001.spool'), encodeRecord(payload(7)));
  await writeFile(join(abandoned, 'owner.json'), content);
  const seen = new Date(Date.now() - silentMs);
  await utimes(join(abandoned, 'owner.json'), seen, seen);
  const spool = await spoolIn(root);
  expect(await spool.adoptAbandoned()).toBe(taken ? 1 : 0);
});

test('of two that want the same directory exactly one gets it', async () => {
  const root = await newRoot();
  const dead = await spoolIn(root);
  await dead.append(payload(0));
  await dead.close();
  const spools = await Promise.all([spoolIn(root), spoolIn(root), spoolIn(root)]);
  const adopted = await Promise.all(spools.map((spool) => spool.adoptAbandoned()));
  expect(adopted.toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
});

/** Every owner in the root, as a neighbour sees one that slept in another container. */
async function looksDead(root: string) {
  const silent = new Date(Date.now() - 61_000);
  for (const name of await filesIn(root, 'owner.json')) {
    await writeFile(join(root, name), owner({ host: 'elsewhere' }));
    await utimes(join(root, name), silent, silent);
  }
}

test('a process that was taken for dead notices before it confirms, and goes on in a new directory', async () => {
  const root = await newRoot();
  const sleeper = await spoolIn(root);
  await sleeper.append(payload(0));
  await looksDead(root);
  const heir = await spoolIn(root);
  expect(await heir.adoptAbandoned()).toBe(1);

  await expect(sleeper.append(payload(1))).rejects.toMatchObject({ code: 'ENOENT' });
  await sleeper.append(payload(2));
  expect(await takeAll(sleeper)).toEqual([2]);
  expect((await takeAll(heir))[0]).toBe(0);
});

describe('taken for dead while no segment is open', () => {
  /** A spool with closed segments and none open, and the heir that took them. */
  async function robbed(root: string) {
    const sleeper = await spoolIn(root, { segmentBytes: 1 });
    for (const at of ids(3)) await sleeper.append(payload(at));
    await looksDead(root);
    const heir = await spoolIn(root);
    expect(await heir.adoptAbandoned()).toBe(3);
    return { sleeper, heir };
  }

  test('the next append is kept in a new directory, and drained', async () => {
    const { sleeper, heir } = await robbed(await newRoot());
    await sleeper.append(payload(3));
    await sleeper.append(payload(4));
    expect([sleeper.usable, sleeper.records]).toEqual([true, 2]);
    expect(await takeAll(sleeper)).toEqual([3, 4]);
    expect([sleeper.records, sleeper.bytes]).toEqual([0, 0]);
    expect(await takeAll(heir)).toEqual(ids(3));
  });

  test('draining finds nothing of what the heir has, and goes on with what comes', async () => {
    const { sleeper, heir } = await robbed(await newRoot());
    expect(await sleeper.oldest()).toBeUndefined();
    expect([sleeper.records, sleeper.bytes]).toEqual([0, 0]);
    await sleeper.append(payload(3));
    expect(await takeAll(sleeper)).toEqual([3]);
    expect(await takeAll(heir)).toEqual(ids(3));
  });

  test('a segment that went between the look and the read is not offered again', async () => {
    const root = await newRoot();
    const sleeper = await spoolIn(root);
    await sleeper.append(payload(0));
    const segment = (await sleeper.oldest())!;
    await looksDead(root);
    const heir = await spoolIn(root);
    await heir.adoptAbandoned();
    await expect(sleeper.read(segment)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(sleeper.remove(segment, false)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await takeAll(sleeper)).toEqual([]);
    expect([sleeper.records, sleeper.bytes]).toEqual([0, 0]);
  });

  test('it takes over from the dead again', async () => {
    const root = await newRoot();
    const { sleeper, heir } = await robbed(root);
    const dead = await spoolIn(root);
    await dead.append(payload(3));
    await dead.close();
    expect(await sleeper.adoptAbandoned()).toBe(1);
    expect(await takeAll(sleeper)).toEqual([3]);
    expect(await takeAll(heir)).toEqual(ids(3));
  });

  test('the heartbeat notices it too', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { sleeper } = await robbed(await newRoot());
      expect(sleeper.records).toBe(3);
      vi.advanceTimersByTime(10_000);
      await vi.waitUntil(() => sleeper.records === 0 && sleeper.bytes === 0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('with a segment open, the closed ones before it are let go as well', async () => {
    const root = await newRoot();
    const sleeper = await spoolIn(root);
    await sleeper.append(payload(0));
    await sleeper.oldest();
    await sleeper.append(payload(1));
    await looksDead(root);
    const heir = await spoolIn(root);
    expect(await heir.adoptAbandoned()).toBe(2);
    await expect(sleeper.append(payload(2))).rejects.toMatchObject({ code: 'ENOENT' });
    expect([sleeper.records, sleeper.bytes]).toEqual([0, 0]);
    await sleeper.append(payload(3));
    expect(await takeAll(sleeper)).toEqual([3]);
    expect(await takeAll(heir)).toEqual([0, 1]);
  });

  test('one file that somebody deleted costs only itself', async () => {
    const root = await newRoot();
    const spool = await spoolIn(root, { segmentBytes: 1 });
    for (const at of ids(3)) await spool.append(payload(at));
    await rm((await spool.oldest())!.path);
    expect(await takeAll(spool)).toEqual([1, 2]);
    expect([spool.records, spool.bytes]).toEqual([0, 0]);
  });
});

// P6: a power cut leaves any prefix of what was written after the last fsync.
test('cut at 200 places, every whole record before the cut is recovered and only the torn one is dropped', async () => {
  const records = ids(30).map((at) => encodeRecord(payload(at)));
  const whole = Buffer.concat(records);
  const ends = records.map((_, at) => Buffer.concat(records.slice(0, at + 1)).length);
  const step = whole.length / 200;
  for (let cut = 0; cut < 200; cut++) {
    const length = Math.floor(cut * step);
    const { payloads, tornBytes, damagedBytes } = readSegment(whole.subarray(0, length));
    const complete = ends.filter((end) => end <= length).length;
    expect(payloads.map(idOf)).toEqual(ids(complete));
    expect([tornBytes, damagedBytes]).toEqual([length - (ends[complete - 1] ?? 0), 0]);
  }
});

test('a file that was cut short on the disk is drained up to the cut', async () => {
  const root = await newRoot();
  const dead = await spoolIn(root);
  for (const at of ids(10)) await dead.append(payload(at));
  await dead.close();
  const [name] = await filesIn(root, '.spool');
  await truncate(join(root, name!), (await stat(join(root, name!))).size - 3);
  const spool = await spoolIn(root);
  await spool.adoptAbandoned();
  expect(await takeAll(spool)).toEqual(ids(9));
});

test('a tail of zeroes, as a file system may leave it, is a torn record', () => {
  const { payloads, tornBytes, damagedBytes } = readSegment(
    Buffer.concat([encodeRecord(payload(0)), Buffer.alloc(100)]),
  );
  expect([payloads.map(idOf), tornBytes, damagedBytes]).toEqual([[0], 100, 0]);
});

test('a flipped bit anywhere loses at most its own record, and what is lost is told', () => {
  const records = ids(5).map((at) => encodeRecord(payload(at)));
  const whole = Buffer.concat(records);
  const ends = records.map((_, at) => Buffer.concat(records.slice(0, at + 1)).length);
  for (let at = 0; at < whole.length; at++) {
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 1 << (at % 8);
    const hit = ends.findIndex((end) => at < end);
    const { payloads, tornBytes, damagedBytes } = readSegment(flipped);
    expect(payloads.map(idOf)).toEqual(ids(5).filter((id) => id !== hit));
    expect([tornBytes, damagedBytes]).toEqual(hit === 4 ? [records[4]!.length, 0] : [0, records[hit]!.length]);
  }
});

test('a damaged segment is put aside, not deleted', async () => {
  const root = await newRoot();
  const dead = await spoolIn(root);
  for (const at of ids(3)) await dead.append(payload(at));
  await dead.close();
  const path = join(root, (await filesIn(root, '.spool'))[0]!);
  const bytes = await readFile(path);
  bytes[RECORD_HEADER_BYTES]! ^= 1;
  await writeFile(path, bytes);
  const spool = await spoolIn(root);
  await spool.adoptAbandoned();
  expect(await takeAll(spool)).toEqual([1, 2]);
  expect([await filesIn(root, '.spool'), (await filesIn(root, '.damaged')).length]).toEqual([[], 1]);
});

test('beyond its size it refuses, and takes again when it is drained', async () => {
  const spool = await spoolIn(await newRoot(), { maxBytes: 200 });
  await spool.append(Buffer.alloc(150, '1'));
  expect(spool.usable).toBe(true);
  await expect(spool.append(Buffer.alloc(150, '1'))).rejects.toBeInstanceOf(SpoolFull);
  await spool.remove((await spool.oldest())!, false);
  await spool.append(Buffer.alloc(150, '1'));
});

test('a full disk refuses each append and never pretends; it is tried again each time', async () => {
  const root = await newRoot();
  let full = true;
  const spool = await spoolIn(root, { open: (path, ...rest) => (full ? open('/dev/full', 'w') : open(path, ...rest)) });
  await expect(spool.append(payload(0))).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(Promise.all([spool.append(payload(1)), spool.append(payload(2))])).rejects.toMatchObject({
    code: 'ENOSPC',
  });
  expect([spool.usable, spool.bytes, spool.records]).toEqual([false, 0, 0]);
  full = false;
  await spool.append(payload(3));
  expect([spool.usable, await takeAll(spool)]).toEqual([true, [3]]);
});

test('a write that fails half-way leaves no half record in front of later ones', async () => {
  const root = await newRoot();
  let failing = false;
  const flaky: typeof open = async (...given) => {
    const handle = await open(...given);
    const write = handle.write.bind(handle) as (
      ...args: unknown[]
    ) => Promise<{ bytesWritten: number; buffer: Buffer }>;
    handle.write = (async (buffer: Buffer, from: number, length: number, position: number) => {
      if (!failing) return write(buffer, from, length, position);
      await write(buffer, from, Math.floor(length / 2), position);
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }) as typeof handle.write;
    return handle;
  };
  const spool = await spoolIn(root, { open: flaky });
  await spool.append(payload(0));
  failing = true;
  await expect(spool.append(payload(1))).rejects.toMatchObject({ code: 'ENOSPC' });
  failing = false;
  await spool.append(payload(2));
  expect(await takeAll(spool)).toEqual([0, 2]);
});

test('a disk that cannot be used at all does not stop the start', async () => {
  const root = join(await newRoot(), 'file');
  await writeFile(root, 'not a directory');
  const spool = await spoolIn(root);
  expect(spool.usable).toBe(false);
  await expect(spool.append(payload(0))).rejects.toMatchObject({ code: 'ENOTDIR' });
  await rm(root);
  await spool.append(payload(1));
  expect([spool.usable, await takeAll(spool)]).toEqual([true, [1]]);
});
