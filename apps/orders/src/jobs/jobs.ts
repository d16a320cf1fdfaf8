import { matchOrphans } from '../callbacks/match-orphans.ts';
import { pruneRefused } from '../callbacks/keep-refused.ts';
import type { OrdersContext } from '../context.ts';
import type { Job } from './repeat.ts';

const SENT_EVENTS_KEPT_DAYS = 30;

/** The recurring work of orders. Each is safe to run in several processes at once. */
export const jobs = (context: OrdersContext): Job[] => [
  { name: 'match orphans', everyMs: 1_000, run: () => matchOrphans(context) },
  { name: 'prune refused samples', everyMs: 60_000, run: () => pruneRefused(context.orm) },
  {
    name: 'prune sent events',
    everyMs: 600_000,
    run: () =>
      context.orm.em
        .fork()
        .execute(`delete from outbox where sent_at < now() - interval '${SENT_EVENTS_KEPT_DAYS} days'`, [], 'run'),
  },
];
