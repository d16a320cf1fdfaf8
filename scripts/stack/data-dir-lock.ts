import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type DataDirLock = Disposable & {
  /** A stack held it before and was killed; what it had started may take some seconds to end. */
  readonly wasLeftBehind: boolean;
};

/**
 * Makes sure that one stack at a time uses a data directory.
 * @throws Error with one line when another one does
 */
export function lockDataDir(dataDir: string): DataDirLock {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'stack.lock');
  const holder = readHolder(file);
  if (holder && isRunning(holder)) {
    throw new Error(
      `a stack already runs on ${dataDir} (process ${holder.pid}): stop it first, or start with another DATA_DIR`,
    );
  }
  if (holder) rmSync(file, { force: true });
  try {
    const self: Holder = { pid: process.pid, startedAtTicks: startOf(process.pid) };
    writeFileSync(file, JSON.stringify(self), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`another stack is just starting on ${dataDir}: stop it first, or start with another DATA_DIR`, {
      cause: error,
    });
  }
  return { wasLeftBehind: holder !== undefined, [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { pid: 0, startedAtTicks: undefined };
  }
}

/** A number is given to new processes again and again, so the start time has to agree too where it can be known. */
function isRunning({ pid, startedAtTicks }: Holder): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === startedAtTicks;
}

/** Linux only: ticks from the start of the machine to that of the process. */
function startOf(pid: number): number | undefined {
  try {
    // The second field is the program's name, which may hold anything, so counting begins behind it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}

type Holder = { readonly pid: number; readonly startedAtTicks: number | undefined };
