import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { superviseProcess } from '../local/supervised-process.ts';

export type TestProcessOptions = {
  /** Path of the file that Node runs, for instance an app's `src/main.ts`. */
  readonly entry: string;
  /** Over the environment of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 200 when the process is ready. */
  readonly readyUrl: string;
  /** Default 30000. */
  readonly readyWithinMs?: number;
};

export type TestProcess = AsyncDisposable & {
  readonly pid: number | undefined;
  /** Resolves when the process is gone; it stays down until `restart`. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again (after a graceful stop when it still runs) and waits until it is ready. */
  restart(): Promise<void>;
  /** Graceful: SIGTERM, and SIGKILL when it does not end. */
  stop(): Promise<void>;
  /** Everything it printed so far, over all its lives. */
  logs(): Promise<string>;
};

/** Runs a real service process; resolves when it is ready, throws with its last lines when it is not. */
export async function startProcess({
  entry,
  env = {},
  readyUrl,
  readyWithinMs = 30_000,
}: TestProcessOptions): Promise<TestProcess> {
  const dir = await mkdtemp(join(tmpdir(), 'orderbridge-process-'));
  const logFile = join(dir, 'output.log');
  const name = `${basename(dirname(dirname(entry)))}/${basename(entry)}`;
  const child = await superviseProcess({
    name,
    command: process.execPath,
    args: [entry],
    env: { ...process.env, ...env },
    logFile,
    restart: false,
  });

  async function untilReady() {
    const deadline = performance.now() + readyWithinMs;
    while (!(await answersOk(readyUrl))) {
      if (child.pid === undefined || performance.now() > deadline) {
        const why = child.pid === undefined ? 'ended' : `was not ready within ${readyWithinMs} ms`;
        await child.stop();
        throw new Error(`${name} ${why}:\n${child.recentOutput().join('\n')}`);
      }
      await sleep(25);
    }
  }
  await untilReady();

  return {
    get pid() {
      return child.pid;
    },
    kill: (signal = 'SIGKILL') => child.kill(signal),
    async restart() {
      await child.stop();
      await child.start();
      await untilReady();
    },
    stop: () => child.stop(),
    logs: () => readFile(logFile, 'utf8'),
    async [Symbol.asyncDispose]() {
      await child.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
