import { type Migration, Migrator } from '@mikro-orm/migrations';
import { type Constructor, MikroORM, type Options } from '@mikro-orm/postgresql';

// A dead connection or a forgotten transaction must not hold a lock, or a caller, for ever.
const NOTHING_STALLS = '-c idle_in_transaction_session_timeout=60000 -c lock_timeout=20000';
const QUERY_TIMEOUT_MS = 30_000;
const MIGRATION_POOL_MAX = 4;

/** The tables of one service: they stand in a schema of its own. */
export type ServiceTables = {
  readonly schema: string;
  /** As PostgreSQL shows its connections. */
  readonly applicationName: string;
  readonly entities: NonNullable<Options['entities']>;
  /** Oldest first. */
  readonly migrations: readonly Constructor<Migration>[];
  /** Advisory lock of the one process that migrates; its own for each service, because they may share a database. */
  readonly migrationLock: number;
};

export type OpenOrmOptions = {
  readonly databaseUrl: string;
  readonly poolMax: number;
  /** A patient one waits as long as it takes. */
  readonly patient?: boolean;
};

/** Opens the ORM on the schema of a service. */
export function openServiceOrm(
  { schema, applicationName, entities, migrations }: ServiceTables,
  { databaseUrl, poolMax, patient }: OpenOrmOptions,
): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: databaseUrl,
    entities,
    extensions: [Migrator],
    migrations: { migrationsList: [...migrations], tableName: `${schema}.migrations`, snapshot: false },
    pool: { min: 0, max: poolMax },
    driverOptions: {
      application_name: applicationName,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      ...(patient
        ? { options: `-c search_path=${schema}` }
        : { options: `-c search_path=${schema} ${NOTHING_STALLS}`, query_timeout: QUERY_TIMEOUT_MS }),
    },
    forceUtcTimezone: true,
    // What happens is told by our own log lines.
    logger: () => {},
    discovery: { warnWhenNoEntities: false },
  });
}

/** Brings the database of a service to the newest schema; several processes may do so at once. */
export async function migrateService(tables: ServiceTables, databaseUrl: string): Promise<void> {
  const orm = await openServiceOrm(tables, { databaseUrl, poolMax: MIGRATION_POOL_MAX, patient: true });
  try {
    await orm.em.fork().transactional(async (tx) => {
      await tx.execute(`select pg_advisory_xact_lock(${tables.migrationLock})`);
      await orm.em.fork().execute(`create schema if not exists ${tables.schema}`);
      await orm.migrator.up();
    });
  } finally {
    await orm.close();
  }
}
