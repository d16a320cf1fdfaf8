import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

const REPO_ROOT = resolve(import.meta.dirname, '..', '..');
const textOf = (path: string) => readFileSync(resolve(REPO_ROOT, path), 'utf8');

test('.env.example names every variable that a service reads', () => {
  const files = globSync(
    ['apps/*/src/{config,payment-config,seed}.ts', 'apps/*/src/server/config.ts', 'packages/*/src/config.ts'],
    { cwd: REPO_ROOT },
  );
  // A variable is a key of the schema; whatever it is set to says what it may be.
  const read = new Set(
    files.flatMap((file) => [...textOf(file).matchAll(/^ +([A-Z][A-Z0-9_]+): /gm)].map(([, n]) => n!)),
  );
  const named = new Set([...textOf('.env.example').matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name!));

  expect(read.size).toBeGreaterThan(40);
  expect([...read].filter((name) => !named.has(name))).toEqual([]);
});
