import { JOB_KINDS } from '@orderbridge/contracts/integrations-api';
import type { IntegrationsContext } from '../context.ts';

/** Time over which the share of accepted pushes is told (R143: alert below 90 %). */
const SHARE_WINDOW_MS = 3_600_000;

/** Of the others every process counts what it ended; how many lie in the table says nothing and takes long to count. */
const OPEN_STATES = ['waiting', 'running', 'paused'] as const;

/** Reads from the table what no process can count alone: open jobs by state, the oldest due one, the share of accepted pushes. */
export async function measureJobs({
  orm,
  metrics,
  now,
}: Pick<IntegrationsContext, 'orm' | 'metrics' | 'now'>): Promise<void> {
  const at = now();
  const em = orm.em.fork();
  const counts = await em.execute<{ kind: string; state: string; count: string }[]>(
    `select kind, state, count(*) as count from jobs where state in ('waiting', 'running', 'paused') group by kind, state`,
  );
  for (const kind of JOB_KINDS)
    for (const state of OPEN_STATES) {
      const found = counts.find((row) => row.kind === kind && row.state === state);
      metrics.jobs.set({ kind, state }, Number(found?.count ?? 0));
    }

  const [oldest] = await em.execute<{ since: string | null }[]>(
    `select min(next_attempt_at) as since from jobs where state = 'waiting' and next_attempt_at <= ?`,
    [at],
  );
  metrics.oldestDueJob.set(oldest?.since ? (at.getTime() - Date.parse(oldest.since)) / 1_000 : 0);

  const [pushes] = await em.execute<{ ended: string; accepted: string }[]>(
    `select count(*) as ended, count(*) filter (where state = 'done') as accepted
       from jobs where kind = 'push' and attempts > 0 and state in ('done', 'refused', 'gave_up') and updated_at > ?`,
    [new Date(at.getTime() - SHARE_WINDOW_MS)],
  );
  const ended = Number(pushes?.ended ?? 0);
  metrics.pushSuccess.set(ended === 0 ? 1 : Number(pushes?.accepted) / ended);
}
