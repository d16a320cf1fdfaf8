import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const planted: string[] = [];
afterEach(() => {
  for (const file of planted.splice(0)) rmSync(file, { force: true });
});

/** Lints one line in a file of this folder, with the project's own rules. */
function lintIn(folder: string, line: string): string {
  const file = join(root, folder, `planted-${process.pid}-${planted.length}.ts`);
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(file, `${line}\n`);
  planted.push(file);
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-c', '.oxlintrc.json', file], {
    cwd: root,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

test.each([
  ['packages/state-machine/src', `import '@orderbridge/contracts/primitives';`],
  ['packages/state-machine/src', `import 'node:fs';`],
  ['packages/contracts/src', `import '@orderbridge/service-kit/env';`],
  ['packages/contracts/src', `import 'node:crypto';`],
  ['packages/service-kit/src', `import '@orderbridge/contracts/primitives';`],
  ['packages/mock-upstreams/src', `import '@orderbridge/service-kit/env';`],
  ['apps/admin-web/src/client', `import '@orderbridge/service-kit/env';`],
  ['apps/admin-web/src/client', `import '../../../orders/src/errors.ts';`],
  ['apps/gateway/src', `import '@orderbridge/orders/errors';`],
  ['apps/gateway/src', `import '../../orders/src/errors.ts';`],
  ['apps/orders/src/orders', `import '@orderbridge/integrations/config';`],
  ['apps/orders/src/orders', `import '../api/router.ts';`],
  ['apps/orders/src/payments', `import '../jobs/jobs.ts';`],
  ['apps/orders/src/payments/providers', `import '@orderbridge/mock-upstreams/app';`],
  ['apps/orders/src/callbacks', `import '../consumers/callbacks.ts';`],
])('in %s this import fails the lint: %s', (folder, line) => {
  expect(lintIn(folder, line)).toContain('no-restricted-imports');
});

test.each([
  ['packages/contracts/src', `import '@orderbridge/state-machine/decide';`],
  ['apps/orders/src/api', `import '../orders/place-order.ts';`],
  ['apps/gateway/src', `import '@orderbridge/service-kit/env';`],
  // Tests run the clients against the played platforms.
  ['apps/orders/test', `import '@orderbridge/mock-upstreams/app';`],
])('in %s this import is fine: %s', (folder, line) => {
  expect(lintIn(folder, line)).not.toContain('no-restricted-imports');
});

test('a cycle fails the lint', () => {
  const one = join(root, 'apps/orders/src', `planted-${process.pid}-a.ts`);
  const two = join(root, 'apps/orders/src', `planted-${process.pid}-b.ts`);
  planted.push(one, two);
  writeFileSync(one, `import { b } from './planted-${process.pid}-b.ts';\nexport const a = () => b;\n`);
  writeFileSync(two, `import { a } from './planted-${process.pid}-a.ts';\nexport const b = () => a;\n`);
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-c', '.oxlintrc.json', one, two], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toContain('no-cycle');
});
