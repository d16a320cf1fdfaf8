import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs a command of integrations as a program of its own, as `pnpm integrations` does. */
export function runCommand(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; lines: string[]; err: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/command.ts'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, lines: out.trimEnd().split('\n'), err })),
  );
}
