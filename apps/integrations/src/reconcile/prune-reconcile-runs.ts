import type { MikroORM } from '@mikro-orm/postgresql';

const DAY_MS = 86_400_000;

/** Forgets how far runs had come that were started more than a day ago; what they did is in the sync log and the audit. */
export async function pruneReconcileRuns(orm: MikroORM, now: Date): Promise<void> {
  await orm.em
    .fork()
    .execute(`delete from reconcile_runs where started_at < ?`, [new Date(now.getTime() - DAY_MS)], 'run');
}
