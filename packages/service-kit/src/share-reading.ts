const SHARE_OF_TIME = 10;

/**
 * One reading for everybody who asks: callers during it wait for the same one, and its value serves for `minMs`, or for
 * ten times as long as it took, so that reading never costs more than a tenth of the time however many ask.
 */
export function shareReading<T>(
  read: () => Promise<T>,
  { minMs, clock = () => performance.now() }: { minMs: number; clock?: () => number },
): () => Promise<T> {
  let current: { readonly value: Promise<T>; staleAtMs: number } | undefined;
  return () => {
    if (current && clock() < current.staleAtMs) return current.value;
    const startedMs = clock();
    const reading = { value: read(), staleAtMs: Infinity };
    current = reading;
    reading.value.then(
      () => {
        const endedMs = clock();
        reading.staleAtMs = endedMs + Math.max(minMs, (endedMs - startedMs) * SHARE_OF_TIME);
      },
      // A failure is told to those who waited for it; the next one asks anew.
      () => {
        if (current === reading) current = undefined;
      },
    );
    return reading.value;
  };
}
