import { BACKGROUND_HEADER } from '@orderbridge/contracts/request-headers';

/** Somebody who has not touched the page for so long is not at it. */
const AWAY_AFTER_MS = 60_000;

let touchedMs = performance.now();

for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const)
  globalThis.addEventListener?.(event, () => (touchedMs = performance.now()), { passive: true, capture: true });

/** Whether a person is at the page, so that its calls count as theirs and not as its own refreshing. */
const isAttended = (): boolean => performance.now() - touchedMs < AWAY_AFTER_MS;

/** Headers of a call: one that the page makes by itself while nobody is at it says so. */
export const callHeaders = (): Record<string, string> => (isAttended() ? {} : { [BACKGROUND_HEADER]: '1' });
