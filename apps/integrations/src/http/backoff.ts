/** The longest that a call waits between two of its attempts (R31); more patience is a matter of jobs. */
export const BACKOFF_MAX_MS = 10_000;

/**
 * How long to wait after the `attempt`-th attempt (from 1) before the next, in ms: 0.5 s, doubled each time, at most
 * 10 s, a fifth more or less, so that callers that failed together do not come back together.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const plain = Math.min(FIRST_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS);
  return Math.min(plain * (1 - SPREAD + 2 * SPREAD * random()), BACKOFF_MAX_MS);
}

const FIRST_MS = 500;
const SPREAD = 0.2;
