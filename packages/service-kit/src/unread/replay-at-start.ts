import type { Log } from '../logger.ts';
import type { Replayed } from './replay-kept.ts';

/**
 * Replays, once and beside everything else, what an earlier version could not read or apply: a fix comes with a new
 * version. What is left then waits for the next one, or for the command. Resolves when it is over and never throws.
 */
export async function replayAtStart(
  { log }: { readonly log: Pick<Log, 'info' | 'warn'> },
  replayed: AsyncIterable<Replayed<unknown>>,
): Promise<void> {
  let applied = 0;
  let left = 0;
  try {
    for await (const { outcome } of replayed) {
      if (outcome === 'applied' || outcome === 'repeated') applied += 1;
      else left += 1;
    }
  } catch (error) {
    log.warn('kept messages not replayed', {}, error);
  }
  if (applied > 0) log.info('kept messages replayed', { count: applied });
  if (left > 0) log.warn('kept messages still cannot be read or applied', { count: left });
}
