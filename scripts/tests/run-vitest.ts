import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { REPO_ROOT } from '../stack/start-stack.ts';
import { countTests, type TestCounts, type VitestReport } from './count-tests.ts';

/** Runs vitest with its live reporter and counts what it ran; Ctrl-C lets it clean up once. */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<TestCounts> {
  const dir = await mkdtemp(join(tmpdir(), 'orderbridge-vitest-'));
  const reportFile = join(dir, 'report.json');
  try {
    const exitCode = await runToExit(
      [
        join(REPO_ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportFile}`,
        ...args,
      ],
      env,
    );
    return countTests(await readReport(reportFile), exitCode);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function runToExit(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    // A group of its own: npm and the terminal repeat Ctrl-C, and vitest takes a second one as "do not clean up".
    const child = spawn(process.execPath, [...args], { cwd: REPO_ROOT, env, stdio: 'inherit', detached: true });
    let interrupted = false;
    const forward = () => {
      if (!interrupted) child.kill('SIGINT');
      interrupted = true;
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, forward);
    child.on('error', reject);
    child.on('exit', (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(interrupted ? 130 : (code ?? 1));
    });
  });
}

async function readReport(file: string): Promise<VitestReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}
