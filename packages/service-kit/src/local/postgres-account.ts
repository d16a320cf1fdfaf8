import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export type Account = { readonly uid: number; readonly gid: number };

export type PostgresPlace = {
  /** Undefined: as the user of this process. */
  readonly account: Account | undefined;
  /** Where the cluster really is. */
  readonly dataDir: string;
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly nativeDir: string;
};

/** Root's own folder for what the system user has to reach. */
const SHELTER = '/var/lib/orderbridge';

/**
 * PostgreSQL refuses to run as root, so root starts it as the system user `postgres`. What that user may not enter
 * (a project in /root, a folder from mktemp) is kept in /var/lib/orderbridge, with a link in its place.
 * @throws Error with one line that says what to do
 */
export async function placeForPostgres({ dataDir, nativeDir }: Wanted): Promise<PostgresPlace> {
  if (process.getuid?.() !== 0) return { account: undefined, dataDir, nativeDir };
  const account = (await findAccount()) ?? (await makeAccount());
  await mkdir(dirname(dataDir), { recursive: true });
  try {
    return {
      account,
      dataDir: (await canEnter(account, dirname(dataDir))) ? dataDir : await shelteredCluster(dataDir),
      nativeDir: (await canEnter(account, nativeDir)) ? nativeDir : await shelteredBinaries(nativeDir),
    };
  } catch (error) {
    throw new Error(
      `PostgreSQL cannot run as root, and the user "postgres" that it runs as may not enter this folder: move the project to where others may enter (for example /srv or /opt), or set DATABASE_URL (${(error as Error).message})`,
      { cause: error },
    );
  }
}

async function shelteredBinaries(nativeDir: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(nativeDir, '..', 'package.json'), 'utf8')) as Manifest;
  const sheltered = join(SHELTER, `${basename(name)}-${version}`);
  if (existsSync(sheltered)) return sheltered;
  const unfinished = `${sheltered}.${process.pid}`;
  await mkdir(SHELTER, { recursive: true, mode: 0o755 });
  await cp(nativeDir, unfinished, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(unfinished, sheltered);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Somebody else was quicker.
    if (!existsSync(sheltered)) throw error;
  }
  return sheltered;
}

async function shelteredCluster(dataDir: string): Promise<string> {
  const sheltered = join(SHELTER, `cluster-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`);
  if (await isLinkTo(dataDir, sheltered)) return sheltered;
  await mkdir(SHELTER, { recursive: true, mode: 0o755 });
  // The link went with its data directory and the passwords in it; what it led to is set aside, never removed.
  if (existsSync(sheltered))
    await rename(sheltered, `${sheltered}.lost-${new Date().toISOString().replaceAll(/[-:.]/g, '')}`);
  // Fails when anything else is there: nothing of the user's is replaced.
  await symlink(sheltered, dataDir);
  return sheltered;
}

async function isLinkTo(path: string, target: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink() && (await readlink(path)) === target;
  } catch {
    return false;
  }
}

async function findAccount(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')]);
    return { uid, gid };
  } catch {
    return undefined;
  }
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  return Number((await promisify(execFile)('id', [flag, 'postgres'])).stdout);
}

async function makeAccount(): Promise<Account> {
  try {
    await promisify(execFile)('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch (error) {
    throw new Error(
      'PostgreSQL cannot run as root, and the user "postgres" could not be made: start as another user, or set DATABASE_URL',
      { cause: error },
    );
  }
}

async function canEnter(account: Account, folder: string): Promise<boolean> {
  try {
    await promisify(execFile)('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { ...account, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

type Wanted = { readonly dataDir: string; readonly nativeDir: string };
type Manifest = { readonly name: string; readonly version: string };
