import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { INTEGRATION_RATE_NAMES, IntegrationsOverview } from '@orderbridge/contracts/overview-api';
import { judgeRate, type RateThresholds } from '@orderbridge/service-kit/rate';

const HOUR_SECONDS = 3_600;

/** R143 and R144. */
const THRESHOLDS: Readonly<Record<(typeof INTEGRATION_RATE_NAMES)[number], RateThresholds>> = {
  pushSuccess: { unit: 'share', better: 'more', normal: 0.95, alert: 0.9 },
  cancelSuccess: { unit: 'share', better: 'more', normal: 0.98, alert: 0.95 },
};

/** What waits, and how what ended within the last hour ended. */
export async function readJobs(em: SqlEntityManager, at: Date): Promise<Pick<IntegrationsOverview, 'jobs' | 'rates'>> {
  const [live] = await em.execute<{ waiting: number; running: number; paused: number; since: string | null }[]>(
    `select (select count(*)::int from jobs where state = 'waiting') as waiting,
            (select count(*)::int from jobs where state = 'running') as running,
            (select count(*)::int from jobs where state = 'paused') as paused,
            (select min(next_attempt_at) from jobs where state = 'waiting' and next_attempt_at <= ?) as since`,
    [at],
  );
  const ended = await em.execute<{ kind: JobView['kind']; ended: number; accepted: number }[]>(
    `select kind, count(*)::int as ended, count(*) filter (where state = 'done')::int as accepted from jobs
      where attempts > 0 and state in ('done', 'refused', 'gave_up') and updated_at > ? group by kind`,
    [new Date(at.getTime() - HOUR_SECONDS * 1_000)],
  );
  const share = (name: keyof typeof THRESHOLDS, kind: JobView['kind']) => {
    const found = ended.find((row) => row.kind === kind);
    const sampleSize = found?.ended ?? 0;
    const value = (found?.accepted ?? 0) / sampleSize;
    return judgeRate(name, THRESHOLDS[name], { value, sampleSize, windowSeconds: HOUR_SECONDS });
  };
  const { waiting, running, paused, since } = live!;
  return {
    jobs: {
      waiting,
      running,
      paused,
      oldestDueSeconds: since === null ? null : Math.floor((at.getTime() - Date.parse(since)) / 1_000),
    },
    rates: [share('pushSuccess', 'push'), share('cancelSuccess', 'cancel')],
  };
}
