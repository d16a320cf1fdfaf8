/** Somebody who has not touched the page for so long is not at it. */
const AWAY_AFTER_MS = 60_000;

let touchedMs = performance.now();

for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const)
  globalThis.addEventListener?.(event, () => (touchedMs = performance.now()), { passive: true, capture: true });

/** Whether a person is at the page, so that its calls count as theirs and not as its own refreshing. */
export const isAttended = (): boolean => performance.now() - touchedMs < AWAY_AFTER_MS;
