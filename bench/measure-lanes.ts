/** What a load process is told about time; the window begins when the warm-up is over. */
export type Pace = { readonly lanes: number; readonly warmUpMs: number; readonly windowMs: number };

/** Answers counted by a load process. */
export type Measured = {
  /** Finished from first to last, warm-up and the last ones under way included. */
  readonly finished: number;
  /** Finished inside the window. */
  readonly counted: number;
  /** Length of the window as it was; shorter than planned only when the work ran out. */
  readonly windowMs: number;
  readonly ranOut: boolean;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
};

/**
 * A closed loop: every lane does one step after the other until the window is over or no work is left.
 * Lanes are not stopped at the edges of the window, so it lies in a steady state.
 */
export async function measureLanes<Lane>(
  lanes: readonly Lane[],
  { warmUpMs, windowMs }: Pick<Pace, 'warmUpMs' | 'windowMs'>,
  /** Resolves to false when there was nothing left to do. */
  step: (lane: Lane) => Promise<boolean>,
  tell: (moment: 'window opened' | 'window closed') => void,
): Promise<Measured> {
  const latencies: number[] = [];
  let finished = 0;
  let opened = Infinity;
  let closed = Infinity;
  let ranOut = false;

  const run = async (lane: Lane) => {
    while (closed === Infinity) {
      const startedMs = performance.now();
      if (!(await step(lane))) {
        ranOut = true;
        closed = Math.min(closed, performance.now());
        return;
      }
      finished += 1;
      const endedMs = performance.now();
      if (endedMs >= opened && closed === Infinity) latencies.push(endedMs - startedMs);
    }
  };
  const open = setTimeout(() => {
    tell('window opened');
    opened = performance.now();
  }, warmUpMs);
  const close = setTimeout(() => {
    closed = Math.min(closed, performance.now());
    tell('window closed');
  }, warmUpMs + windowMs);

  await Promise.all(lanes.map(run));
  clearTimeout(open);
  clearTimeout(close);
  if (ranOut) tell('window closed');
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return {
    finished,
    counted: latencies.length,
    windowMs: Math.max(0, closed - opened),
    ranOut,
    latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };
}
