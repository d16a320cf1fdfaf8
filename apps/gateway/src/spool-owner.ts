import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Who may write to a spool directory: written into it before the directory gets its name, so one never lacks it. */
type Owner = { pid: number; host: string; startedAtMs: number };

const OWNER_FILE = 'owner.json';
const UNFINISHED = '.new-';

/** An owner that has not shown itself for so long is gone, also where its pid means nothing (another container). */
const SILENT_FOR_MS = 60_000;
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
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
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
    if (now.getTime() - mtimeMs > SILENT_FOR_MS) return true;
    return isGone(JSON.parse(await readFile(file, 'utf8')) as Owner);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError;
  }
}

function isGone({ pid, host, startedAtMs }: Owner): boolean {
  if (host !== hostname()) return false;
  // A container that restarts gets the same host name and pid again.
  if (pid === process.pid) return startedAtMs !== thisProcess().startedAtMs;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const thisProcess = (): Owner => ({
  pid: process.pid,
  host: hostname(),
  startedAtMs: Math.round(performance.timeOrigin),
});
