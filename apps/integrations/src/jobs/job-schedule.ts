import { createHash } from 'node:crypto';
import { SCHEDULE_MS, WAITS, waitAfter } from '@orderbridge/service-kit/retry-schedule';

/** Calls until a job is given up: one, and one after each wait of the schedule. */
export const TRIES_MAX = WAITS + 1;

/** Whether a job is so old that the whole schedule could have passed: it no longer waits for a platform to recover. */
export const isOverdue = (now: Date, { createdAt }: { createdAt: Date }): boolean =>
  now.getTime() - createdAt.getTime() > SCHEDULE_MS;

/** Share of the wait that is added to spread jobs which failed together. */
const SPREAD = 0.1;

/** When the next call after the `tries`-th is due. The spread is taken from the key, so that it is the same everywhere. */
export function nextAttemptAt(now: Date, job: { key: string; tries: number }, retryAfterMs?: number): Date {
  const waitMs = waitAfter(job.tries, retryAfterMs);
  const share = createHash('sha256').update(`${job.key}:${job.tries}`).digest().readUInt16BE() / 2 ** 16;
  return new Date(now.getTime() + Math.round(waitMs * (1 + SPREAD * share)));
}
