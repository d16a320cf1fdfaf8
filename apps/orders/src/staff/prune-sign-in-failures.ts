import type { MikroORM } from '@mikro-orm/postgresql';

const KEPT_MS = 86_400_000;

/** Removes failed sign-ins older than a day; the limits look back half an hour. */
export async function pruneSignInFailures(orm: MikroORM, now: Date): Promise<void> {
  await orm.em.fork().execute(`delete from sign_in_failures where at < ?`, [new Date(now.getTime() - KEPT_MS)], 'run');
}
