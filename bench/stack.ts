import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@orderbridge/service-kit/local/free-port';
import { findNatsServer, startNatsServer } from '@orderbridge/service-kit/local/nats-server';
import { startPostgres } from '@orderbridge/service-kit/local/postgres';
import { type SupervisedProcess, superviseProcess } from '@orderbridge/service-kit/local/supervised-process';
import pg from 'pg';
import { APP_KEY, CALLBACK_SECRET } from './confirm-callbacks.ts';

const ROOT = join(import.meta.dirname, '..');
const TMPFS = 0x01021994;
const READY_WITHIN_MS = 60_000;

/** The services under test with a PostgreSQL and a nats-server of their own, both of which wait for the disk. */
export async function startStack({
  parentDir = tmpdir(),
  log,
}: {
  parentDir?: string | undefined;
  log: (line: string) => void;
}) {
  if ((await statfs(parentDir)).type === TMPFS) {
    throw new Error(`${parentDir} lies in memory, where fsync costs nothing: set BENCH_DIR to a folder on a disk`);
  }
  const dir = await mkdtemp(join(parentDir, 'orderbridge-bench-'));
  // Under root PostgreSQL runs as another user, who has to pass through here.
  await chmod(dir, 0o711);
  const stops: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async () => {
    for (const undo of stops.splice(0).toReversed()) await undo();
  };

  try {
    log('starting PostgreSQL and nats-server');
    const postgres = await startPostgres({
      dataDir: join(dir, 'postgres'),
      port: await freePort(),
      superuserPassword: randomBytes(12).toString('hex'),
      // Room for 128 connections of the SQL side beside the services; no checkpoint falls into a window.
      settings: { max_connections: '300', max_wal_size: '8GB', checkpoint_timeout: '30min' },
      restart: false,
    });
    stops.push(() => postgres.stop());
    const { binary, version: natsVersion } = await findNatsServer(process.env);
    const nats = await startNatsServer({ binary, storeDir: join(dir, 'nats'), port: await freePort(), restart: false });
    stops.push(() => nats.stop());

    const database = new pg.Client({ connectionString: postgres.url, options: '-c search_path=orders' });
    await database.connect();
    stops.push(() => database.end());

    const ports = { gateway: await freePort(), orders: await freePort(), bareHono: await freePort() };
    const admin = { username: 'admin', password: randomBytes(12).toString('hex') };
    const env = serviceEnv({ dir, databaseUrl: postgres.url, natsUrl: nats.url, ports, admin });
    const run = async (
      name: string,
      entry: string,
      more: Record<string, string> = {},
      nodeArgs: readonly string[] = [],
    ) => {
      const service = await superviseProcess({
        name,
        command: process.execPath,
        args: [...nodeArgs, join(ROOT, entry)],
        env: { ...env, ...more },
        logFile: join(dir, `${name}.log`),
        restart: false,
      });
      stops.push(() => service.stop());
      return service;
    };
    const runToEnd = async (name: string, entry: string, more: Record<string, string> = {}) => {
      const program = await run(name, entry, more);
      await until(
        () => program.pid === undefined,
        READY_WITHIN_MS,
        () => `${name} did not end`,
      );
      return program;
    };
    const ready = (service: SupervisedProcess, url: string) =>
      until(
        () => answersOk(url),
        READY_WITHIN_MS,
        () => `${service.name} did not become ready:\n${service.recentOutput().join('\n')}`,
        () => service.pid === undefined,
      );

    log('migrating');
    const migration = await runToEnd('migrate', 'apps/orders/src/migrate.ts');
    const { rows } = await database.query<{ found: string | null }>(`select to_regclass('orders.orders') as found`);
    if (!rows[0]?.found) throw new Error(`the migration failed:\n${migration.recentOutput().join('\n')}`);

    log('starting gateway, orders and the bare Hono route');
    // Profiles, when wanted, of the two services only.
    const profiled: Record<string, string> = process.env['BENCH_CPU_PROF_DIR']
      ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env['BENCH_CPU_PROF_DIR']}` }
      : {};
    const orders = await run('orders', 'apps/orders/src/main.ts', profiled);
    const gateway = await run('gateway', 'apps/gateway/src/main.ts', profiled);
    const bareHono = await run('bare-hono', 'bench/bare-hono.ts', { PORT: String(ports.bareHono) });
    await ready(orders, `http://127.0.0.1:${ports.orders}/readyz`);
    await ready(gateway, `http://127.0.0.1:${ports.gateway}/readyz`);
    await ready(bareHono, `http://127.0.0.1:${ports.bareHono}/livez`);
    const { rows: pgVersion } = await database.query<{ server_version: string }>('show server_version');
    return {
      /** Goes away with the stack. */
      dir,
      database,
      databaseUrl: postgres.url,
      ports,
      /** Roots of what a callback passes through. */
      pids: {
        gateway: gateway.pid,
        orders: orders.pid,
        postgres: postgres.pid,
        nats: nats.pid,
        bareHono: bareHono.pid,
      },
      admin,
      /** Starts another program in the same surroundings; it stops with the stack. */
      run,
      runToEnd,
      /** Resolves when the address answers; ends the run when the service does not get there. */
      ready,
      versions: { node: process.version, postgresql: pgVersion[0]!.server_version, nats: natsVersion },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
export type BenchStack = Awaited<ReturnType<typeof startStack>>;

function serviceEnv({
  dir,
  databaseUrl,
  natsUrl,
  ports,
  admin,
}: {
  dir: string;
  databaseUrl: string;
  natsUrl: string;
  ports: Ports;
  admin: { username: string; password: string };
}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    APP_PROFILE: 'demo',
    HOST: '127.0.0.1',
    DATA_DIR: join(dir, 'data'),
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    GATEWAY_PORT: String(ports.gateway),
    ORDERS_PORT: String(ports.orders),
    HAIER_CALLBACK_APP_KEY: APP_KEY,
    HAIER_CALLBACK_SECRET: CALLBACK_SECRET,
    PAYMENT_CALLBACK_SECRET: randomBytes(24).toString('hex'),
    STOREFRONT_API_TOKEN: randomBytes(24).toString('hex'),
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
    // Every answer shall carry the outcome, however slow it is: then success means committed.
    CALLBACK_WAIT_MS: '30000',
    // A round may take longer than a real callback is under way.
    CALLBACK_MAX_AGE_SECONDS: '3600',
    // The price of refusing is measured, not the limit that spares it.
    CALLBACK_FAILURES_PER_MINUTE: '1000000000',
  };
}

async function until(
  done: () => boolean | Promise<boolean>,
  withinMs: number,
  why: () => string,
  hopeless: () => boolean = () => false,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await done())) {
    if (performance.now() > deadline || hopeless()) throw new Error(why());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

type Ports = { gateway: number; orders: number; bareHono: number };
