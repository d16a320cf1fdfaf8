import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { IntegrationsComplete20261121120000 } from './migrations/20261121120000-integrations-complete.ts';
import { Spine20261121000000 } from './migrations/20261121000000-spine.ts';
import { ReceivedEvent } from './order-events/received-event.entity.ts';

const SCHEMA = 'integrations';
const MIGRATION_LOCK = 4_712_001;

// A dead connection or a forgotten transaction must not hold a lock, or a caller, for ever.
const NOTHING_STALLS = '-c idle_in_transaction_session_timeout=60000 -c lock_timeout=20000';
const QUERY_TIMEOUT_MS = 30_000;

/** Opens the ORM on the schema `integrations`. A patient one waits as long as it takes. */
export function openOrm(options: { databaseUrl: string; poolMax: number; patient?: boolean }): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: options.databaseUrl,
    entities: [ReceivedEvent],
    extensions: [Migrator],
    migrations: {
      migrationsList: [Spine20261121000000, IntegrationsComplete20261121120000],
      tableName: `${SCHEMA}.migrations`,
      snapshot: false,
    },
    pool: { min: 0, max: options.poolMax },
    driverOptions: {
      application_name: 'orderbridge-integrations',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      ...(options.patient
        ? { options: `-c search_path=${SCHEMA}` }
        : { options: `-c search_path=${SCHEMA} ${NOTHING_STALLS}`, query_timeout: QUERY_TIMEOUT_MS }),
    },
    forceUtcTimezone: true,
    // What happens is told by our own log lines.
    logger: () => {},
  });
}

/** Brings the database to the newest schema; several processes may do so at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  const orm = await openOrm({ databaseUrl, poolMax: 4, patient: true });
  try {
    await orm.em.fork().transactional(async (tx) => {
      await tx.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await orm.em.fork().execute(`create schema if not exists ${SCHEMA}`);
      await orm.migrator.up();
    });
  } finally {
    await orm.close();
  }
}
