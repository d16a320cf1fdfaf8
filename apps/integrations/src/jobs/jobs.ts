import { setTimeout as delay } from 'node:timers/promises';
import type { IntegrationsContext } from '../context.ts';
import { pruneOrderEvents } from '../order-events/prune-order-events.ts';

const PRUNE_EVERY_MS = 600_000;

/** The recurring work of integrations, safe to run in several processes at once. */
export function startJobs({ orm, log, now }: IntegrationsContext): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await delay(PRUNE_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await pruneOrderEvents(orm, now()).catch((error: unknown) =>
        log.warn('job failed', { id: 'prune order events' }, error),
      );
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
