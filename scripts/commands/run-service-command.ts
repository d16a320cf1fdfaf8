import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type CommandedService, stackEnv } from './stack-env.ts';

const REPO_ROOT = join(import.meta.dirname, '..', '..');

/** Runs a command of a service, with our arguments, in the environment that the service itself would have. */
export async function runServiceCommand(service: CommandedService): Promise<void> {
  const child = spawn(process.execPath, [`apps/${service}/src/command.ts`, ...process.argv.slice(2)], {
    cwd: REPO_ROOT,
    env: await stackEnv(service, process.env, REPO_ROOT),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}
