import { mkdir, readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

/** Who may write to a spool directory: written into it before the directory gets its name, so one never lacks it. */
type Owner = { pid: number; host: string; startedAtMs: number };

const OWNER_FILE = 'owner.json';
const UNFINISHED = '.new-';

/** An owner whose pid means nothing here (another container) is gone when it has not shown itself for so long. */
const SILENT_FOR_MS = 60_000;

/** After so long a silence a living pid is somebody else's: numbers are given out again, at the latest after a reboot. */
const PID_MEANS_NOTHING_AFTER_MS = 600_000;
export const HEARTBEAT_MS = 10_000;

/** Makes a directory that only this process writes to. `instance` must be new. */
export async function makeOwnDirectory(root: string, instance: string, now: Date): Promise<string> {
  const unfinished = join(root, UNFINISHED + instance);
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, OWNER_FILE), JSON.stringify(thisProcess()), { mode: 0o600 });
  await utimes(join(unfinished, OWNER_FILE), now, now);
  const directory = join(root, instance);
  await rename(unfinished, directory);
  return directory;
}

/** Shows that the owner lives. @throws when the directory is not there any more */
export const beat = (directory: string, now: Date) => utimes(join(directory, OWNER_FILE), now, now);

/** From now on anybody may take it over. */
export const giveUp = (directory: string) => rm(join(directory, OWNER_FILE), { force: true });

/**
 * An owner that died while it took over leaves directories that hold nothing, or only the name of their owner. Nobody
 * else would remove them, and each heir would have them one level deeper.
 */
export async function clearTakenOver(directory: string): Promise<void> {
  const found = await readdir(directory, { recursive: true });
  // Backwards, what is in a directory comes before the directory.
  for (const name of found.toSorted().toReversed()) {
    if (basename(name) === OWNER_FILE) await rm(join(directory, name), { force: true });
    else await rmdir(join(directory, name)).catch(() => undefined);
  }
}

/**
 * Moves every directory whose owner is gone into `own` and answers their new paths. A rename is atomic, so of two
 * processes that want the same one exactly one gets it.
 */
export async function takeOverAbandoned(root: string, own: string, now: Date): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const directory = join(root, entry.name);
    if (!entry.isDirectory() || directory === own || !(await isAbandoned(directory, now))) continue;
    const target = join(own, entry.name);
    try {
      await rename(directory, target);
    } catch (error) {
      if (isMissing(error)) continue;
      throw error;
    }
    await giveUp(target);
    taken.push(target);
  }
  return taken;
}

async function isAbandoned(directory: string, now: Date): Promise<boolean> {
  const file = join(directory, OWNER_FILE);
  try {
    const { mtimeMs } = await stat(file);
    const silentMs = now.getTime() - mtimeMs;
    const owner = JSON.parse(await readFile(file, 'utf8')) as Owner;
    if (owner.host !== hostname()) return silentMs > SILENT_FOR_MS;
    // One of this machine can be asked: a living one may be slow, or its disk may be, and keeps what it has.
    return !isAlive(owner) || silentMs > PID_MEANS_NOTHING_AFTER_MS;
  } catch (error) {
    return isMissing(error) || error instanceof SyntaxError;
  }
}

function isAlive({ pid, startedAtMs }: Owner): boolean {
  // A container that restarts gets the same host name and pid again.
  if (pid === process.pid) return startedAtMs === thisProcess().startedAtMs;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Whether a file system call failed because what it names is not there. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const thisProcess = (): Owner => ({
  pid: process.pid,
  host: hostname(),
  startedAtMs: Math.round(performance.timeOrigin),
});
