import type { MikroORM } from '@mikro-orm/postgresql';

const KEPT_MS = 90 * 86_400_000;

/** Removes balances of more than 90 days ago. */
export async function pruneBalances(orm: MikroORM, now: Date): Promise<void> {
  await orm.em.fork().execute(`delete from balance_history where at < ?`, [new Date(now.getTime() - KEPT_MS)], 'run');
}
