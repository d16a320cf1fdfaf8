import type { MikroORM } from '@mikro-orm/postgresql';

const KEPT_MS = 30 * 86_400_000;

/** Removes events that were sent more than 30 days ago. */
export async function pruneSent(orm: MikroORM, now: Date): Promise<void> {
  await orm.em.fork().execute(`delete from outbox where sent_at < ?`, [new Date(now.getTime() - KEPT_MS)], 'run');
}
