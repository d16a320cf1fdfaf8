import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { lockDataDir } from './data-dir-lock.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'orderbridge-lock-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('a second stack on the same data directory is one line', () => {
  using _first = lockDataDir(dataDir);

  expect(() => lockDataDir(dataDir)).toThrow(
    `a stack already runs on ${dataDir} (process ${process.pid}): stop it first, or start with another DATA_DIR`,
  );
});

test('a stack that stopped leaves no lock', () => {
  lockDataDir(dataDir)[Symbol.dispose]();

  using second = lockDataDir(dataDir);
  expect(second.wasLeftBehind).toBe(false);
});

test.each([
  ['a process that is gone', { pid: 2 ** 22 + 1 }],
  ['a number that another process has now', { pid: process.pid, startedAtTicks: 1 }],
])('the lock of %s is taken over', (_case, holder) => {
  writeFileSync(join(dataDir, 'stack.lock'), JSON.stringify(holder));

  using lock = lockDataDir(dataDir);
  expect(lock.wasLeftBehind).toBe(true);
});

test('a lock that a killed start left half written is taken over', () => {
  writeFileSync(join(dataDir, 'stack.lock'), '');

  using lock = lockDataDir(dataDir);
  expect(lock.wasLeftBehind).toBe(true);
});
