import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { Spine20261121000000 } from './migrations/20261121000000-spine.ts';
import { ReceivedEvent } from './order-events/received-event.entity.ts';

const SCHEMA = 'integrations';
const MIGRATION_LOCK = 4_712_001;

/** Opens the ORM on the schema `integrations`. */
export function openOrm(options: { databaseUrl: string; poolMax: number }): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: options.databaseUrl,
    entities: [ReceivedEvent],
    extensions: [Migrator],
    migrations: { migrationsList: [Spine20261121000000], tableName: `${SCHEMA}.migrations`, snapshot: false },
    pool: { min: 0, max: options.poolMax },
    driverOptions: { options: `-c search_path=${SCHEMA}`, application_name: 'orderbridge-integrations' },
    forceUtcTimezone: true,
    // What happens is told by our own log lines.
    logger: () => {},
  });
}

/** Brings the database to the newest schema; several processes may do so at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  const orm = await openOrm({ databaseUrl, poolMax: 4 });
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
