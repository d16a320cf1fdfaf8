import type { MikroORM } from '@mikro-orm/postgresql';

/** As long as the bus may bring an event again, a job keeps its key taken; this is far longer. */
const KEPT_MS = 90 * 86_400_000;

/** Removes jobs that ended more than 90 days ago with their attempts, and the batches that are left empty. */
export async function pruneJobs(orm: MikroORM, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_MS);
  const em = orm.em.fork();
  await em.execute(
    `delete from jobs where state in ('done', 'refused', 'gave_up') and updated_at < ?`,
    [before],
    'run',
  );
  await em.execute(
    `delete from batches b where created_at < ? and not exists (select 1 from jobs where batch_id = b.public_id)`,
    [before],
    'run',
  );
}
