import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './logger.ts';

export type Job = {
  readonly name: string;
  readonly everyMs: number;
  /** `stopping` aborts when the service goes down: long work ends between two pieces then. */
  readonly run: (stopping: AbortSignal) => Promise<unknown>;
};

/** Runs jobs again and again, each at its own pace and never twice at once; a failure is logged and tried at the next turn. */
export function repeatJobs({ log }: { log: Pick<Log, 'warn'> }, jobs: readonly Job[]): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const running = jobs.map(async ({ name, everyMs, run }) => {
    while (!stopping.signal.aborted) {
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await run(stopping.signal).catch((error: unknown) => log.warn('job failed', { id: name }, error));
    }
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
