import { pruneSent } from '@orderbridge/service-kit/outbox/prune-sent';
import type { Job } from '@orderbridge/service-kit/repeat';
import type { IntegrationsContext } from '../context.ts';
import { pruneBalances } from '../balances/prune-balances.ts';
import { takeBalances } from '../balances/take-balances.ts';
import { pruneOrderEvents } from '../order-events/prune-order-events.ts';
import { pruneReconcileRuns } from '../reconcile/prune-reconcile-runs.ts';
import { pruneSyncs } from '../sync/prune-syncs.ts';
import { runNextSync } from '../sync/run-sync.ts';
import { scheduleSyncs } from '../sync/schedule-syncs.ts';
import { measureJobs } from './measure-jobs.ts';
import { pruneJobs } from './prune-jobs.ts';

const PRUNE_EVERY_MS = 600_000;

/** The recurring work of integrations. Each is safe to run in several processes at once. */
export const jobs = (context: IntegrationsContext): Job[] => {
  const { orm, now, config } = context;
  return [
    { name: 'schedule syncs', everyMs: 15_000, run: () => scheduleSyncs(context) },
    // Two at once, so that a long run does not hold up a short one.
    ...['run syncs', 'run other syncs'].map((name) => ({
      name,
      everyMs: 500,
      run: (stopping: AbortSignal) => runNextSync(context, stopping),
    })),
    { name: 'measure jobs', everyMs: 5_000, run: () => measureJobs(context) },
    { name: 'keep counts of calls', everyMs: 5_000, run: () => context.upstreams.keep() },
    { name: 'take balances', everyMs: 60_000, run: (stopping: AbortSignal) => takeBalances(context, stopping) },
    { name: 'prune order events', everyMs: PRUNE_EVERY_MS, run: () => pruneOrderEvents(orm, now()) },
    { name: 'prune sent events', everyMs: PRUNE_EVERY_MS, run: () => pruneSent(orm, now()) },
    { name: 'prune sync log', everyMs: PRUNE_EVERY_MS, run: () => pruneSyncs(orm, now(), config.sync.logDays) },
    { name: 'prune reconcile runs', everyMs: PRUNE_EVERY_MS, run: () => pruneReconcileRuns(orm, now()) },
    { name: 'prune jobs', everyMs: PRUNE_EVERY_MS, run: () => pruneJobs(orm, now()) },
    { name: 'prune balances', everyMs: PRUNE_EVERY_MS, run: () => pruneBalances(orm, now()) },
  ];
};
