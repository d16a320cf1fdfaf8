import type { MikroORM } from '@mikro-orm/postgresql';

// Well under the time after which the database ends a transaction that does nothing (orm.ts).
const ALIVE_EVERY_MS = 20_000;

/**
 * Runs `work` in one process at a time: an advisory lock of PostgreSQL is held on a connection of its own until the work
 * ends (R86). A process that dies loses its connection, and the lock with it; one that is cut off loses it within a
 * minute, and `signal` aborts. Undefined, without waiting, when another process is at it.
 */
export function oneAtATime<T>(
  orm: MikroORM,
  lockKey: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  return orm.em.fork().transactional(async (em) => {
    const [lock] = await em.execute<{ held: boolean }[]>(`select pg_try_advisory_xact_lock(?) as held`, [lockKey]);
    if (!lock?.held) return undefined;
    const lost = new AbortController();
    const alive = setInterval(() => {
      em.execute('select 1').catch((error: unknown) => lost.abort(error));
    }, ALIVE_EVERY_MS);
    try {
      return await work(lost.signal);
    } finally {
      clearInterval(alive);
    }
  });
}
