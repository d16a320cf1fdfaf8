import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installDependencies } from './install-dependencies.mjs';
import { findToolchain } from './find-toolchain.mjs';

const REPO_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const PARENT_CHECK_EVERY_MS = 250;

const SCRIPTS = {
  start: 'scripts/stack.ts',
  dev: 'scripts/dev.ts',
  check: 'scripts/check.ts',
  test: 'scripts/test.ts',
  prove: 'scripts/prove.ts',
  pictures: 'scripts/pictures.ts',
  demo: 'scripts/demo.ts',
  orders: 'scripts/orders.ts',
  integrations: 'scripts/integrations.ts',
  bench: 'bench/bench.ts',
};

/** Makes Node 24, pnpm 12 and the dependencies available, then becomes the script of that command. */
export async function runCommand(command, args) {
  const script = SCRIPTS[command];
  if (!script || !existsSync(join(REPO_ROOT, script))) {
    console.error(`usage: node scripts/bootstrap.mjs ${Object.keys(SCRIPTS).join('|')}`);
    process.exit(2);
  }
  const toolchain = await findToolchain(REPO_ROOT);
  // PATH as seen by everything below, so that a nested `node` or `pnpm` is the same one.
  const env = {
    ...process.env,
    PATH: [dirname(toolchain.node), dirname(toolchain.pnpm), process.env.PATH].filter(Boolean).join(delimiter),
  };
  await installDependencies(REPO_ROOT, toolchain, env);

  const child = spawn(toolchain.node, [script, ...args], { cwd: REPO_ROOT, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) endWithParent(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`${toolchain.node} cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** npm passes signals to the shell between it and us, and that shell dies without passing them on. */
function endWithParent(stopChild) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stopChild();
  }, PARENT_CHECK_EVERY_MS);
}
