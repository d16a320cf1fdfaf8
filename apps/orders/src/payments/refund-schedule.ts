const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waiting times between calls (rulings.md "Retries of outbound calls"); the last one repeats. */
const WAITS_MS = [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR];

/** A provider that asks for patience gets so much of it, and no more. */
const PATIENCE_MS = 24 * HOUR;

/** Calls until a refund that never gets through is put before staff: a week. */
export const TRIES_MAX = 36;

/** How long to wait after the `tries`-th call in a row, in ms; longer when the provider asked for it. */
export function waitAfter(tries: number, retryAfterMs = 0): number {
  const waitMs = WAITS_MS[Math.min(Math.max(tries, 1), WAITS_MS.length) - 1]!;
  return Math.max(waitMs, Math.min(retryAfterMs, PATIENCE_MS));
}
