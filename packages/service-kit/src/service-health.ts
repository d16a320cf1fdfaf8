import { readFile } from 'node:fs/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { JetStream } from './jetstream/connect.ts';
import { readUnsent } from './outbox/read-unsent.ts';

export type HealthOptions<S extends string> = {
  readonly service: S;
  readonly orm: MikroORM;
  readonly js: JetStream;
  readonly now: () => Date;
  /** What the service takes from the bus. */
  readonly consumers: readonly { readonly name: string; readonly stream: string }[];
  readonly streams: readonly { readonly name: string; readonly maxBytes: number }[];
};

const PART_TIMEOUT_MS = 2_000;

/** How this process and what it leans on are. Never throws: a part that does not answer is what people want to see. */
export async function readServiceHealth<S extends string>(options: HealthOptions<S>) {
  const { service, orm, js, now, consumers, streams } = options;
  const [database, nats, outbox, lags, fill] = await Promise.all([
    timed(() => askDatabase(orm)),
    timed(async () => {
      await js.connection.flush();
      return js.connection.info?.version ?? null;
    }),
    within(readUnsent(orm.em.fork(), now())).catch(() => null),
    Promise.all(consumers.map((consumer) => readLag(js, consumer))),
    Promise.all(streams.map((stream) => readFill(js, stream))),
  ]);
  return {
    service,
    startedAt: new Date(now().getTime() - process.uptime() * 1_000).toISOString(),
    version: await ownVersion,
    nodeVersion: process.versions.node,
    memoryBytes: process.memoryUsage.rss(),
    database: {
      ok: database.ok,
      responseMs: database.responseMs,
      version: database.value?.version ?? null,
      connections: database.value?.connections ?? null,
    },
    nats: { ok: nats.ok, responseMs: nats.responseMs, version: nats.value ?? null },
    outbox,
    consumers: lags,
    streams: fill,
  };
}

async function askDatabase(orm: MikroORM): Promise<{ version: string; connections: number }> {
  const [row] = await orm.em.fork().execute<{ version: string; connections: number }[]>(
    `select current_setting('server_version') as version,
            (select count(*)::int from pg_stat_activity where datname = current_database()) as connections`,
  );
  return row!;
}

/** Messages still to come and messages under way; how often some had to come again. */
async function readLag(js: JetStream, { name, stream }: { name: string; stream: string }) {
  const info = await within(js.manager.consumers.info(stream, name)).catch(() => undefined);
  return {
    name,
    stream,
    lag: info ? info.num_pending + info.num_ack_pending : null,
    redelivered: info?.num_redelivered ?? 0,
  };
}

async function readFill(js: JetStream, { name, maxBytes }: { name: string; maxBytes: number }) {
  const state = await within(js.manager.streams.info(name)).then(
    (info) => info.state,
    () => undefined,
  );
  return { name, maxBytes, messages: state?.messages ?? null, bytes: state?.bytes ?? null };
}

async function timed<T>(ask: () => Promise<T>): Promise<{ ok: boolean; responseMs: number; value: T | undefined }> {
  const startedMs = performance.now();
  const value = await within(ask()).then(
    (answer) => ({ answer }),
    // Never the error's text: it names hosts and users.
    () => undefined,
  );
  return { ok: value !== undefined, responseMs: Math.round(performance.now() - startedMs), value: value?.answer };
}

function within<T>(answer: Promise<T>): Promise<T> {
  return Promise.race([
    answer,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no answer')), PART_TIMEOUT_MS).unref()),
  ]);
}

/** All packages of the workspace carry one version. */
const ownVersion = readFile(new URL('../package.json', import.meta.url), 'utf8').then(
  (text) => (JSON.parse(text) as { version: string }).version,
);
