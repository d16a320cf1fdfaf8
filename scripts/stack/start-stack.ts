import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  findNatsServer,
  startNatsServer,
  type FoundNatsServer,
  type NatsServer,
} from '@orderbridge/service-kit/local/nats-server';
import { startPostgres, type Postgres } from '@orderbridge/service-kit/local/postgres';
import type { ProcessEvent } from '@orderbridge/service-kit/local/supervised-process';

import { buildAdminWeb } from './build-admin-web.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { prepareDatabase, type DatabaseUrls } from './database.ts';
import { readDemoSecrets, type DemoSecrets } from './demo-secrets.ts';
import { keepServicePorts, keptPort } from './kept-port.ts';
import { checkPorts, type PortName } from './ports.ts';
import { silent, type Progress } from './progress.ts';
import { describeExit, runService, type RunningService } from './run-service.ts';
import { runToEnd } from './run-to-end.ts';
import {
  PREPARATIONS,
  serviceEnv,
  SERVICES,
  whatProductionLacks,
  type Preparation,
  type ServicePlan,
  type Surroundings,
} from './services.ts';
import { localUrl, readStackSettings, type StackSettings } from './settings.ts';

export const REPO_ROOT = resolve(import.meta.dirname, '..', '..');

export type StackOptions = {
  /** Of the user; see design §8. */
  readonly env: NodeJS.ProcessEnv;
  readonly progress?: Progress;
  /** Aborting it while the stack starts ends what was started so far. */
  readonly signal?: AbortSignal;
  /** Restart a service when one of its files changes. */
  readonly watch?: boolean;
  /** Default: those of the repository. */
  readonly services?: readonly ServicePlan[];
  readonly preparations?: readonly Preparation[];
  /** Build the admin web's client when its sources changed. Default true. */
  readonly build?: boolean;
};

export type Stack = AsyncDisposable & {
  readonly settings: StackSettings;
  readonly secrets: DemoSecrets;
  readonly urls: Readonly<Record<PortName, string>>;
  readonly databaseUrls: DatabaseUrls;
  readonly natsUrl: string;
  readonly services: ReadonlyMap<string, RunningService>;
  /** Undefined when `DATABASE_URL` names another one. */
  readonly postgres: Postgres | undefined;
  /** Undefined when `NATS_URL` names another one. */
  readonly nats: NatsServer | undefined;
  /** Services drain first, then nats-server, then PostgreSQL; nothing is left running. */
  stop(): Promise<void>;
};

/**
 * Starts the whole system on this machine and resolves when every service is ready.
 * @throws Error with one line, or with the last lines of what failed; nothing is left running then
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env: userEnv, progress = silent, signal = new AbortController().signal } = options;
  const settings = readStackSettings(userEnv, REPO_ROOT);
  const lacking = whatProductionLacks(settings, userEnv);
  if (lacking.length > 0)
    throw new Error(`APP_PROFILE=production needs ${lacking.join(', ')}: set them, or leave it out`);
  await using started = new AsyncDisposableStack();

  const lock = started.use(lockDataDir(settings.dataDir));
  await untilPortsAreFree(settings, lock.wasLeftBehind);
  keepServicePorts(settings.dataDir, settings.ports);
  const secrets = readDemoSecrets(settings.dataDir, userEnv);
  const logDir = join(settings.dataDir, 'logs');
  mkdirSync(logDir, { recursive: true, mode: 0o700 });
  const local = { settings, secrets, progress, logDir };

  // Looked for first, because a missing one ends the start; started last, so that it stops before PostgreSQL.
  const natsServer = settings.external.natsUrl ? undefined : await findNatsServer(userEnv);
  const postgres = await startDatabase(local, started);
  signal.throwIfAborted();
  const nats = natsServer && (await startNats(local, natsServer, started));
  signal.throwIfAborted();
  const databaseUrls = await serviceDatabases(settings, secrets, postgres);
  const natsUrl = settings.external.natsUrl ?? nats?.url ?? '';
  const around: Surroundings = { userEnv, settings, secrets, databaseUrls, natsUrl };

  const services = (options.services ?? SERVICES).filter((service) => !service.demoOnly || settings.profile === 'demo');
  await prepare(options, services, { around, logDir, progress, signal });
  const running = await startServices(options, services, { around, logDir, progress, signal }, started);

  const whole = started.move();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= whole.disposeAsync());
  return {
    settings,
    secrets,
    urls: urlsOf(settings),
    databaseUrls,
    natsUrl,
    services: new Map(running.map((service) => [service.name, service])),
    postgres,
    nats,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** What a killed stack had started ends within seconds by itself; its ports are waited for. */
async function untilPortsAreFree({ ports, host }: StackSettings, wasLeftBehind: boolean) {
  const deadline = performance.now() + (wasLeftBehind ? 12_000 : 0);
  for (;;) {
    try {
      return await checkPorts(ports, host);
    } catch (error) {
      if (performance.now() >= deadline) throw error;
      await sleep(250);
    }
  }
}

async function startDatabase({ settings, secrets, progress, logDir }: Local, started: AsyncDisposableStack) {
  const { ordersDatabaseUrl, integrationsDatabaseUrl } = settings.external;
  if (ordersDatabaseUrl && integrationsDatabaseUrl) return undefined;
  const postgres = await progress.step('PostgreSQL 18', async (say) =>
    startPostgres({
      dataDir: join(settings.dataDir, 'postgres'),
      port: await keptPort(settings.dataDir, 'postgres'),
      superuserPassword: secrets.postgresPassword,
      logFile: join(logDir, 'postgres.log'),
      log: say,
      onEvent: reportDeath('PostgreSQL', progress),
    }),
  );
  started.defer(() => postgres.stop());
  return postgres;
}

async function startNats(
  { settings, secrets, progress, logDir }: Local,
  { binary, version }: FoundNatsServer,
  started: AsyncDisposableStack,
) {
  const nats = await progress.step(`nats-server ${version}`, async () =>
    startNatsServer({
      binary,
      storeDir: join(settings.dataDir, 'nats'),
      port: await keptPort(settings.dataDir, 'nats'),
      token: secrets.natsToken,
      logFile: join(logDir, 'nats-server.log'),
      onEvent: reportDeath('nats-server', progress),
    }),
  );
  started.defer(() => nats.stop());
  return nats;
}

async function serviceDatabases(
  settings: StackSettings,
  secrets: DemoSecrets,
  postgres: Postgres | undefined,
): Promise<DatabaseUrls> {
  const embedded = postgres
    ? await prepareDatabase(postgres.url, {
        orders: secrets.ordersDatabasePassword,
        integrations: secrets.integrationsDatabasePassword,
      })
    : { orders: '', integrations: '' };
  return {
    orders: settings.external.ordersDatabaseUrl ?? embedded.orders,
    integrations: settings.external.integrationsDatabaseUrl ?? embedded.integrations,
  };
}

/** Databases and the admin web's client do not depend on each other; together they take as long as the slower one. */
async function prepare(options: StackOptions, services: readonly ServicePlan[], site: Site) {
  const failed = new AbortController();
  const signal = AbortSignal.any([site.signal, failed.signal]);
  const both = [prepareDatabases(options, services, { ...site, signal }), buildClient(options, { ...site, signal })];
  // The one that goes on must end before what it uses is stopped.
  for (const one of both) one.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(both);
  await Promise.all(both);
}

async function prepareDatabases(
  { preparations = PREPARATIONS }: StackOptions,
  services: readonly ServicePlan[],
  site: Site,
) {
  for (const { name, label, entry, of } of preparations) {
    const service = services.find((candidate) => candidate.name === of);
    if (!service) continue;
    await site.progress.step(label, () =>
      runToEnd({
        name: `node ${entry}`,
        command: process.execPath,
        args: [entry],
        cwd: REPO_ROOT,
        env: serviceEnv(service, site.around),
        logFile: join(site.logDir, `${name}.log`),
        signal: site.signal,
      }),
    );
  }
}

async function buildClient({ build = true }: StackOptions, { around, logDir, progress, signal }: Site) {
  if (!build) return;
  await progress.step('admin web client', () =>
    buildAdminWeb({ repoRoot: REPO_ROOT, env: around.userEnv, logFile: join(logDir, 'admin-web-build.log'), signal }),
  );
}

const WATCHING = ['--watch', '--watch-preserve-output'];

async function startServices(
  options: StackOptions,
  services: readonly ServicePlan[],
  site: Site,
  started: AsyncDisposableStack,
) {
  const { around, logDir, progress, signal } = site;
  const running: RunningService[] = [];
  started.defer(async () => {
    await Promise.all(running.map((service) => service.stop()));
  });
  for (const service of services) {
    running.push(
      await runService({
        name: service.name,
        args: [...(service.nodeArgs ?? []), ...(options.watch ? WATCHING : []), service.entry],
        cwd: REPO_ROOT,
        env: serviceEnv(service, around),
        logFile: join(logDir, `${service.name}.log`),
        readyUrl: `${urlsOf(around.settings)[service.port]}/readyz`,
        report: progress.line,
      }),
    );
  }
  await progress.step('services', async (say) => {
    const failed = new AbortController();
    const awaited = new Set(running);
    const tell = setInterval(
      () => say(`waiting for ${[...awaited].map((one) => `${one.name} (${one.awaited})`).join(', ')}`),
      500,
    );
    try {
      await Promise.all(
        running.map(async (service) => {
          await service.untilReady(AbortSignal.any([signal, failed.signal]));
          awaited.delete(service);
        }),
      );
    } finally {
      clearInterval(tell);
      failed.abort();
    }
  });
  return running;
}

function urlsOf({ host, ports }: StackSettings): Record<PortName, string> {
  return {
    gateway: localUrl(host, ports.gateway),
    admin: localUrl(host, ports.admin),
    orders: localUrl(host, ports.orders),
    integrations: localUrl(host, ports.integrations),
    mockUpstreams: localUrl(host, ports.mockUpstreams),
  };
}

function reportDeath(name: string, progress: Progress) {
  return (event: ProcessEvent) => {
    if (event.kind === 'died') progress.line(`! ${name} died (${describeExit(event.exit)}) and is started again`);
  };
}

type Local = {
  readonly settings: StackSettings;
  readonly secrets: DemoSecrets;
  readonly progress: Progress;
  readonly logDir: string;
};
type Site = {
  readonly around: Surroundings;
  readonly logDir: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};
