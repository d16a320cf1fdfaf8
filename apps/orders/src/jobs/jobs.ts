import { pruneSent } from '@orderbridge/service-kit/outbox/prune-sent';
import type { Job } from '@orderbridge/service-kit/repeat';
import { auditSealer } from '../audit/seal-audit.ts';
import { retryReleases } from '../catalogue/retry-releases.ts';
import { matchOrphans } from '../callbacks/match-orphans.ts';
import { raiseOrphans } from '../callbacks/raise-orphans.ts';
import { pruneRefused } from '../callbacks/keep-refused.ts';
import type { OrdersContext } from '../context.ts';
import { raiseOverdue } from '../exceptions/raise-overdue.ts';
import { expirePayments } from '../payments/expire-payments.ts';
import { reconcilePayments } from '../payments/reconcile-payments.ts';
import { pruneOpenings } from '../payments/prune-openings.ts';
import { pruneSessions } from '../staff/prune-sessions.ts';
import { pruneSignInFailures } from '../staff/prune-sign-in-failures.ts';
import { pruneMessageFailures } from '../callbacks/prune-message-failures.ts';
import { pruneSupplierEvents } from '../suppliers/prune-supplier-events.ts';
import { cancelUnpaidJob } from './cancel-unpaid-orders.ts';
import { payOutRefunds } from './pay-out-refunds.ts';

const PRUNE_EVERY_MS = 600_000;

/** The recurring work of orders. Each is safe to run in several processes at once. */
export const jobs = (context: OrdersContext): Job[] => {
  const { config, orm, now } = context;
  return [
    { name: 'match orphans', everyMs: 1_000, run: () => matchOrphans(context) },
    { name: 'raise orphans', everyMs: 15_000, run: () => raiseOrphans(context) },
    {
      name: 'raise overdue',
      everyMs: 30_000,
      run: (stopping) => raiseOverdue({ ...context, overdue: config.overdue }, stopping),
    },
    { name: 'cancel unpaid orders', everyMs: 5_000, run: (stopping) => cancelUnpaidJob(context, stopping) },
    { name: 'expire payments', everyMs: 10_000, run: (stopping) => expirePayments(context, stopping) },
    { name: 'reconcile payments', everyMs: 5_000, run: (stopping) => reconcilePayments(context, stopping) },
    { name: 'pay out refunds', everyMs: 1_000, run: () => payOutRefunds(context) },
    { name: 'release held stock', everyMs: 15_000, run: (stopping) => retryReleases(context, stopping) },
    { name: 'seal audit', everyMs: 1_000, run: auditSealer({ ...context, auditChainKey: config.auditChainKey }) },
    { name: 'prune refused samples', everyMs: 60_000, run: () => pruneRefused(orm) },
    { name: 'prune sent events', everyMs: PRUNE_EVERY_MS, run: () => pruneSent(orm, now()) },
    { name: 'prune payment openings', everyMs: PRUNE_EVERY_MS, run: () => pruneOpenings(orm, now()) },
    { name: 'prune sessions', everyMs: PRUNE_EVERY_MS, run: () => pruneSessions(orm, now()) },
    { name: 'prune sign-in failures', everyMs: PRUNE_EVERY_MS, run: () => pruneSignInFailures(orm, now()) },
    { name: 'prune supplier events', everyMs: PRUNE_EVERY_MS, run: () => pruneSupplierEvents(orm, now()) },
    { name: 'prune message failures', everyMs: PRUNE_EVERY_MS, run: () => pruneMessageFailures(orm, now()) },
  ];
};
