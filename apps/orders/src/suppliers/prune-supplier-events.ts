import type { MikroORM } from '@mikro-orm/postgresql';

/** Far longer than the stream keeps an event that could come again; what is parked stays. */
const KEPT_DAYS = 30;

/** Forgets which events were applied long ago. */
export const pruneSupplierEvents = (orm: MikroORM, now: Date) =>
  orm.em
    .fork()
    .execute(
      `delete from supplier_events where raw is null and received_at < ?::timestamptz - interval '${KEPT_DAYS} days'`,
      [now],
      'run',
    );
