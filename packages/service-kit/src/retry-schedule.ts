const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waiting times between calls of one piece of outbound work (rulings.md "Retries of outbound calls"); the last one repeats. */
const WAITS_MS = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];

/** Waits of different length: after so many calls and one more, waiting longer does not help. */
export const WAITS = WAITS_MS.length;

/** How long all of them take, in ms. */
export const SCHEDULE_MS = WAITS_MS.reduce((sum, waitMs) => sum + waitMs, 0);

/** Whoever asks for patience gets so much of it, and no more. */
const PATIENCE_MS = 24 * HOUR;

/** How long to wait after the `tries`-th call in a row, in ms; longer when the other side asked for it. */
export function waitAfter(tries: number, retryAfterMs = 0): number {
  const waitMs = WAITS_MS[Math.min(Math.max(tries, 1), WAITS_MS.length) - 1]!;
  return Math.max(waitMs, Math.min(retryAfterMs, PATIENCE_MS));
}
