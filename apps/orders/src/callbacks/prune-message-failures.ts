import type { MikroORM } from '@mikro-orm/postgresql';

const KEPT_MS = 7 * 86_400_000;

/** Removes the counts of failed attempts at messages that have not failed for seven days. */
export async function pruneMessageFailures(orm: MikroORM, now: Date): Promise<void> {
  await orm.em
    .fork()
    .execute(`delete from message_failures where last_at < ?`, [new Date(now.getTime() - KEPT_MS)], 'run');
}
