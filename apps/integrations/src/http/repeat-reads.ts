import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';
import { BACKOFF_MAX_MS, backoffMs } from './backoff.ts';
import type { Tried } from './call-once.ts';
import type { Upstream } from './upstream.ts';

/**
 * Attempts until one cannot be repeated or there were enough of them (R31-R33). A platform that wants to be left alone
 * for longer than a call waits is left alone.
 */
export async function repeated<T>(
  { clock, random }: Pick<Upstream, 'clock' | 'random'>,
  attempts: number,
  { signal }: Pick<CallOptions, 'signal'>,
  once: (attempt: number) => Promise<Tried<T>>,
): Promise<SupplierAnswer<T>> {
  for (let attempt = 1; ; attempt++) {
    const { answer, mayRepeat } = await once(attempt);
    if (!mayRepeat || attempt >= attempts || signal?.aborted) return answer;
    const askedForMs = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0;
    if (askedForMs > BACKOFF_MAX_MS) return answer;
    await clock.wait(Math.max(backoffMs(attempt, random), askedForMs), signal);
    if (signal?.aborted) return answer;
  }
}
