import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { Callback } from './callbacks/callback.entity.ts';
import { Product } from './catalogue/product.entity.ts';
import { StaffException } from './exceptions/exception.entity.ts';
import { Spine20261121000000 } from './migrations/20261121000000-spine.ts';
import { OrdersComplete20261121110000 } from './migrations/20261121110000-orders-complete.ts';
import { Suppliers20261121130000 } from './migrations/20261121130000-suppliers.ts';
import { Order, OrderLine } from './orders/order.entity.ts';
import { Payment } from './payments/payment.entity.ts';
import { Refund } from './payments/refund.entity.ts';
import { StaffMember, StaffSession } from './staff/staff.entity.ts';

const SCHEMA = 'orders';
const MIGRATION_LOCK = 4_711_001;

// A dead connection or a forgotten transaction must not hold a lock, or a caller, for ever.
const NOTHING_STALLS = '-c idle_in_transaction_session_timeout=60000 -c lock_timeout=20000';
const QUERY_TIMEOUT_MS = 30_000;

/** Opens the ORM on the schema `orders`; every entity is listed here by hand. A patient one waits as long as it takes. */
export function openOrm(options: { databaseUrl: string; poolMax: number; patient?: boolean }): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: options.databaseUrl,
    entities: [Order, OrderLine, Payment, Refund, Product, Callback, StaffException, StaffMember, StaffSession],
    extensions: [Migrator],
    migrations: {
      migrationsList: [Spine20261121000000, OrdersComplete20261121110000, Suppliers20261121130000],
      tableName: `${SCHEMA}.migrations`,
      snapshot: false,
    },
    pool: { min: 0, max: options.poolMax },
    driverOptions: {
      application_name: 'orderbridge-orders',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      ...(options.patient
        ? { options: `-c search_path=${SCHEMA}` }
        : { options: `-c search_path=${SCHEMA} ${NOTHING_STALLS}`, query_timeout: QUERY_TIMEOUT_MS }),
    },
    forceUtcTimezone: true,
    // What happens is told by our own log lines.
    logger: () => {},
    discovery: { warnWhenNoEntities: false },
  });
}

/** Brings the database to the newest schema; several processes may do so at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  const orm = await openOrm({ databaseUrl, poolMax: 4, patient: true });
  try {
    const em = orm.em.fork();
    await em.transactional(async (tx) => {
      await tx.execute(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
      await orm.em.fork().execute(`create schema if not exists ${SCHEMA}`);
      await orm.migrator.up();
    });
  } finally {
    await orm.close();
  }
}
