import type { MikroORM } from '@mikro-orm/postgresql';

const KEPT_MS = 90 * 86_400_000;

/** Removes events taken more than 90 days ago. */
export async function pruneOrderEvents(orm: MikroORM, now: Date): Promise<void> {
  await orm.em
    .fork()
    .execute(`delete from received_order_events where received_at < ?`, [new Date(now.getTime() - KEPT_MS)], 'run');
}
