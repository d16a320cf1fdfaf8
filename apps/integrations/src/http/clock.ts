/** Time as the clients need it; tests bring their own. */
export type Clock = {
  /** For what is compared with times that others write, such as the end of a token. */
  readonly now: () => Date;
  /** Ms since some moment. Never jumps, so waiting is measured with it. */
  readonly elapsedMs: () => number;
  /** Ends after `ms` or when the signal aborts, whichever is first; never throws. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** The clock of this process, and of the service for what `now` is. */
export const systemClock = (now: () => Date): Clock => ({
  now,
  elapsedMs: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (signal?.aborted) done();
      else signal?.addEventListener('abort', done);
    }),
});
