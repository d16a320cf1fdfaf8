import type { MikroORM } from '@mikro-orm/postgresql';

/** Forgets openings of payments that no limit looks at any more. */
export async function pruneOpenings(orm: MikroORM, now: Date): Promise<void> {
  await orm.em.fork().execute(`delete from payment_opens where at < ?`, [new Date(now.getTime() - KEPT_MS)], 'run');
}

const KEPT_MS = 10 * 60_000;
