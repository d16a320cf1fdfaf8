import { matchOrphans } from '../callbacks/match-orphans.ts';
import { pruneRefused } from '../callbacks/keep-refused.ts';
import type { OrdersContext } from '../context.ts';
import { pruneSent } from '../outbox/prune-sent.ts';
import { pruneSessions } from '../staff/prune-sessions.ts';
import { pruneSignInFailures } from '../staff/prune-sign-in-failures.ts';
import { pruneMessageFailures } from '../callbacks/prune-message-failures.ts';
import type { Job } from './repeat.ts';

const PRUNE_EVERY_MS = 600_000;

/** The recurring work of orders. Each is safe to run in several processes at once. */
export const jobs = (context: OrdersContext): Job[] => {
  const { orm, now } = context;
  return [
    { name: 'match orphans', everyMs: 1_000, run: () => matchOrphans(context) },
    { name: 'prune refused samples', everyMs: 60_000, run: () => pruneRefused(orm) },
    { name: 'prune sent events', everyMs: PRUNE_EVERY_MS, run: () => pruneSent(orm, now()) },
    { name: 'prune sessions', everyMs: PRUNE_EVERY_MS, run: () => pruneSessions(orm, now()) },
    { name: 'prune sign-in failures', everyMs: PRUNE_EVERY_MS, run: () => pruneSignInFailures(orm, now()) },
    { name: 'prune message failures', everyMs: PRUNE_EVERY_MS, run: () => pruneMessageFailures(orm, now()) },
  ];
};
