import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readDemoSecrets } from './demo-secrets.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'orderbridge-secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('what is made the first time is kept the second time', () => {
  const first = readDemoSecrets(dataDir, {});
  const second = readDemoSecrets(dataDir, {});

  expect(first.made.has('ADMIN_PASSWORD')).toBe(true);
  expect(second.made.size).toBe(0);
  expect({ ...second, made: first.made }).toEqual(first);
});

test('only the owner can read the file', () => {
  readDemoSecrets(dataDir, {});

  expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('the encryption key is 32 bytes in base64', () => {
  expect(Buffer.from(readDemoSecrets(dataDir, {}).DATA_ENCRYPTION_KEY, 'base64')).toHaveLength(32);
});

test('a value of the environment wins and is not written down', () => {
  const made = readDemoSecrets(dataDir, {}).ADMIN_PASSWORD;

  const secrets = readDemoSecrets(dataDir, { ADMIN_PASSWORD: 'from-the-environment', HAIER_CALLBACK_SECRET: '' });

  expect(secrets.ADMIN_PASSWORD).toBe('from-the-environment');
  expect([...secrets.given]).toEqual(['ADMIN_PASSWORD']);
  expect(readFileSync(secrets.file, 'utf8')).not.toContain('from-the-environment');
  expect(readDemoSecrets(dataDir, {}).ADMIN_PASSWORD).toBe(made);
});

test('a damaged file is one line, and stays as it is', () => {
  const file = join(dataDir, 'secrets.json');
  writeFileSync(file, '{"ADMIN_PASSWORD": ');

  expect(() => readDemoSecrets(dataDir, {})).toThrow(
    `${file} is no JSON: restore it, or remove the data directory to begin anew`,
  );
  expect(readFileSync(file, 'utf8')).toBe('{"ADMIN_PASSWORD": ');
});
