import type { MikroORM } from '@mikro-orm/postgresql';

const DAY_MS = 86_400_000;

/** Removes entries of the sync log that ended more than `logDays` days ago, with what they say of products (R157). */
export async function pruneSyncs(orm: MikroORM, now: Date, logDays: number): Promise<void> {
  await orm.em
    .fork()
    .execute(`delete from sync_runs where completed_at < ?`, [new Date(now.getTime() - logDays * DAY_MS)], 'run');
}
