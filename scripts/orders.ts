import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { stackEnv } from './orders/stack-env.ts';

const REPO_ROOT = join(import.meta.dirname, '..');

// Commands of orders, in the environment that the service itself would have.
const child = spawn(process.execPath, ['apps/orders/src/command.ts', ...process.argv.slice(2)], {
  cwd: REPO_ROOT,
  env: await stackEnv(process.env, REPO_ROOT),
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
});
