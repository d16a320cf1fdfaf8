/** Shows what is going on; every line stands for itself, so that it reads well in a terminal and in a log. */
export type Progress = {
  /** Runs a step and prints one line when it ends, and one every 5 s while it lasts. */
  step: <T>(label: string, work: (say: (what: string) => void) => Promise<T>) => Promise<T>;
  line: (text: string) => void;
};

const STILL_AT_IT_EVERY_MS = 5_000;

export function printProgress(print: (line: string) => void = console.log): Progress {
  return {
    line: print,
    async step(label, work) {
      const startedAtMs = performance.now();
      const seconds = () => ((performance.now() - startedAtMs) / 1000).toFixed(1);
      let doing = '';
      const ticker = setInterval(
        () => print(`· ${label}, ${seconds()} s${doing && `: ${doing}`}`),
        STILL_AT_IT_EVERY_MS,
      );
      try {
        const result = await work((what) => {
          doing = what;
        });
        print(`✓ ${label} (${seconds()} s)`);
        return result;
      } catch (error) {
        print(`✗ ${label} (${seconds()} s)`);
        throw error;
      } finally {
        clearInterval(ticker);
      }
    },
  };
}

export const silent: Progress = { line: () => undefined, step: (_label, work) => work(() => undefined) };
