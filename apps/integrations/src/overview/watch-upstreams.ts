import { BREAKERS, type UPSTREAM_RATE_NAMES, type UpstreamHealth } from '@orderbridge/contracts/overview-api';
import { judgeRate, type RateThresholds } from '@orderbridge/service-kit/rate';
import { type Platform, PLATFORMS } from '../http/platform.ts';
import type { BudgetUse } from '../http/rate-budget.ts';
import type { UpstreamMetrics } from '../suppliers/upstream-metrics.ts';

/** How far back the measures of a platform look. */
const WINDOW_MS = 15 * 60_000;
/** How often a new starting point is kept. */
const STEP_MS = 60_000;

/** R143. */
const THRESHOLDS: Readonly<Record<(typeof UPSTREAM_RATE_NAMES)[number], RateThresholds>> = {
  availability: { unit: 'share', better: 'more', normal: 0.995, alert: 0.99 },
  responseSeconds: { unit: 'seconds', better: 'less', normal: 2, alert: 5 },
  errorRate: { unit: 'share', better: 'less', normal: 0.02, alert: 0.05 },
  authSuccess: { unit: 'share', better: 'more', normal: 0.98, alert: 0.95 },
};

export type UpstreamWatch = {
  /** Since when is counted: when this process started, or 15 minutes ago. */
  readonly since: () => Date;
  readonly read: (budgets: Readonly<Record<Platform, BudgetUse>>) => Promise<UpstreamHealth[]>;
  /** Keeps the counts of now as a starting point, if the last one is a minute old. */
  readonly keep: () => Promise<void>;
};

/** Tells of the platforms what this process counted lately: its counters only ever grow, so it remembers where they were. */
export function watchUpstreams(metrics: UpstreamMetrics, now: () => Date): UpstreamWatch {
  const points: { at: Date; totals: Totals }[] = [{ at: now(), totals: NOTHING }];
  const start = () => {
    const oldest = now().getTime() - WINDOW_MS;
    while (points.length > 1 && points[1]!.at.getTime() <= oldest) points.shift();
    return points[0]!;
  };
  return {
    since: () => start().at,
    async keep() {
      const at = now();
      if (at.getTime() - points.at(-1)!.at.getTime() >= STEP_MS) points.push({ at, totals: await totalsOf(metrics) });
      start();
    },
    async read(budgets) {
      const from = start();
      const windowSeconds = Math.round((now().getTime() - from.at.getTime()) / 1_000);
      const totals = await totalsOf(metrics);
      const breakers = (await metrics.breaker.get()).values;
      return PLATFORMS.map((name) => {
        const lately = (count: Count) => totals[name][count] - from.totals[name][count];
        const rate = (of: keyof typeof THRESHOLDS, part: number, sampleSize: number) =>
          judgeRate(of, THRESHOLDS[of], { value: part / sampleSize, sampleSize, windowSeconds });
        const breaker = breakers.find(({ labels }) => labels.upstream === name)?.value ?? 0;
        return {
          name,
          breaker: BREAKERS[breaker]!,
          calls: lately('calls'),
          rates: [
            rate('availability', lately('calls') - lately('failed'), lately('calls') + lately('keptBack')),
            rate('responseSeconds', lately('seconds'), lately('timed')),
            rate('errorRate', lately('failed'), lately('calls')),
            rate('authSuccess', lately('signedIn'), lately('signIns')),
          ],
          budget: budgets[name],
        };
      });
    },
  };
}

type Count = 'calls' | 'keptBack' | 'failed' | 'seconds' | 'timed' | 'signIns' | 'signedIn';
type Totals = Readonly<Record<Platform, Readonly<Record<Count, number>>>>;

const zero = { calls: 0, keptBack: 0, failed: 0, seconds: 0, timed: 0, signIns: 0, signedIn: 0 };
const NOTHING: Totals = { haier: zero, ylh: zero };

/** A refusal is an answer; a call that never arrived or whose end is unknown is an error. */
const FAILED: readonly unknown[] = ['not_sent', 'uncertain'];

async function totalsOf({ calls, seconds, tokens }: UpstreamMetrics): Promise<Totals> {
  const [made, timed, signIns] = await Promise.all([calls.get(), seconds.get(), tokens.get()]);
  const totals = (name: Platform): Totals[Platform] => {
    const sum = (values: readonly { labels: object; value: number }[], counts: (labels: Labels) => boolean) =>
      values
        .filter(({ labels }) => (labels as Labels).upstream === name && counts(labels as Labels))
        .reduce((all, { value }) => all + value, 0);
    const partOf = (suffix: string) =>
      sum(
        timed.values.filter(({ metricName }) => metricName?.endsWith(suffix)),
        () => true,
      );
    return {
      // What was kept back was no call.
      calls: sum(made.values, ({ outcome }) => outcome !== 'kept_back'),
      keptBack: sum(made.values, ({ outcome }) => outcome === 'kept_back'),
      failed: sum(made.values, ({ outcome }) => FAILED.includes(outcome)),
      seconds: partOf('_sum'),
      timed: partOf('_count'),
      signIns: sum(signIns.values, () => true),
      signedIn: sum(signIns.values, ({ outcome }) => outcome === 'answered'),
    };
  };
  return { haier: totals('haier'), ylh: totals('ylh') };
}

type Labels = { upstream?: unknown; outcome?: unknown };
