import type { Clock } from './clock.ts';

export const BREAKER_STATES = ['closed', 'half_open', 'open'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** How a call went that the breaker let through; `not_made` says nothing about the platform. */
export type CallFate = 'worked' | 'failed' | 'not_made';

/** Keeps calls back from a platform that keeps failing, so that it may recover (P20, P21). */
export type Breaker = {
  /** How long calls are kept back from now, in ms; undefined while they are not. */
  readonly keepsBackMs: () => number | undefined;
  /** Lets one call through and takes its fate; undefined when it is kept back. */
  readonly enter: () => ((fate: CallFate) => void) | undefined;
};

/**
 * Opens for 30 s when of at least 20 calls in 60 s half or more failed. Then three calls try: if all of them work it
 * closes and forgets, if one fails it opens again. Fates of calls that began before the last change count for nothing.
 */
export function openBreaker({
  clock,
  onChange = () => undefined,
}: {
  clock: Clock;
  onChange?: (state: BreakerState) => void;
}): Breaker {
  let state: BreakerState = 'closed';
  let era = 0;
  let openUntilMs = 0;
  let probes = { begun: 0, worked: 0 };
  const counts = slidingCounts(clock);

  const change = (to: BreakerState) => {
    state = to;
    era += 1;
    probes = { begun: 0, worked: 0 };
    counts.forget();
    if (to === 'open') openUntilMs = clock.elapsedMs() + OPEN_MS;
    onChange(to);
  };

  const leave = (fate: CallFate) => {
    if (state === 'half_open') {
      if (fate === 'failed') return change('open');
      if (fate === 'not_made') probes.begun -= 1;
      else if (++probes.worked === PROBES) change('closed');
      return;
    }
    if (fate === 'not_made') return;
    const { all, failed } = counts.add(fate === 'failed');
    if (all >= CALLS_MIN && failed * 2 >= all) change('open');
  };

  const keepsBackMs = () => {
    if (state === 'open' && clock.elapsedMs() >= openUntilMs) change('half_open');
    if (state === 'open') return openUntilMs - clock.elapsedMs();
    return state === 'half_open' && probes.begun >= PROBES ? PROBE_MS : undefined;
  };

  return {
    keepsBackMs,
    enter() {
      if (keepsBackMs() !== undefined) return undefined;
      if (state === 'half_open') probes.begun += 1;
      const entered = era;
      return (fate) => {
        if (entered === era) leave(fate);
      };
    },
  };
}

/** Calls and failures of the last minute, by the second. */
function slidingCounts(clock: Clock) {
  let seconds: { at: number; all: number; failed: number }[] = [];
  return {
    add(isFailure: boolean): { all: number; failed: number } {
      const now = Math.floor(clock.elapsedMs() / 1_000);
      seconds = seconds.filter(({ at }) => at > now - WINDOW_SECONDS);
      const last = seconds.at(-1);
      const current = last?.at === now ? last : { at: now, all: 0, failed: 0 };
      if (current !== last) seconds.push(current);
      current.all += 1;
      if (isFailure) current.failed += 1;
      return {
        all: seconds.reduce((sum, second) => sum + second.all, 0),
        failed: seconds.reduce((sum, second) => sum + second.failed, 0),
      };
    },
    forget() {
      seconds = [];
    },
  };
}

const WINDOW_SECONDS = 60;
const CALLS_MIN = 20;
const OPEN_MS = 30_000;
const PROBES = 3;
/** What a caller is told to wait while others try; they know more by then. */
const PROBE_MS = 1_000;
