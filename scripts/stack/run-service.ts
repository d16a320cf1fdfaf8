import { setTimeout as sleep } from 'node:timers/promises';

import {
  superviseProcess,
  type ProcessExit,
  type SupervisedProcess,
} from '@orderbridge/service-kit/local/supervised-process';

export type ServiceOptions = {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly readyUrl: string;
  /** Gets one line when it died and is started again. */
  readonly report: (line: string) => void;
};

export type RunningService = Pick<
  SupervisedProcess,
  'name' | 'pid' | 'restarts' | 'start' | 'kill' | 'stop' | 'recentOutput'
> & {
  readonly logFile: string;
  /** What `/readyz` said last, while it is not ready. */
  readonly awaited: string;
  /** Resolves at the first 200. Rejects with its last lines when it keeps dying before that, and when `signal` aborts. */
  untilReady(signal: AbortSignal): Promise<void>;
};

const READY_POLL_MS = 100;
const TOO_MANY_DEATHS = 10;
const DEATHS_WITHIN_MS = 60_000;

/** Starts a Node service under supervision. */
export async function runService({ readyUrl, report, args, ...spec }: ServiceOptions): Promise<RunningService> {
  const deathsMs: number[] = [];
  let wasReady = false;
  let awaited = 'starting';
  const keepsDying = Promise.withResolvers<never>();
  // Nobody may be waiting for it at the moment it is decided.
  keepsDying.promise.catch(() => undefined);

  const child = await superviseProcess({
    ...spec,
    command: process.execPath,
    args,
    onEvent(event) {
      if (event.kind !== 'died') return;
      const now = performance.now();
      deathsMs.push(now);
      const recent = deathsMs.filter((at) => now - at <= DEATHS_WITHIN_MS).length;
      if (!wasReady && recent >= TOO_MANY_DEATHS) {
        void child.stop();
        const output = child.recentOutput(15).join('\n');
        keepsDying.reject(new Error(`${spec.name} died ${recent} times before it was ready:\n${output}`));
        return;
      }
      report(`! ${spec.name} died (${describeExit(event.exit)}) and is started again; its log is ${spec.logFile}`);
    },
  });

  async function pollUntilReady(signal: AbortSignal) {
    while (!signal.aborted) {
      awaited = await askReady(readyUrl);
      if (awaited === 'ready') {
        wasReady = true;
        return;
      }
      await sleep(READY_POLL_MS);
    }
    signal.throwIfAborted();
  }

  return {
    name: spec.name,
    logFile: spec.logFile,
    get pid() {
      return child.pid;
    },
    get restarts() {
      return child.restarts;
    },
    get awaited() {
      return awaited;
    },
    start: () => child.start(),
    kill: (signal) => child.kill(signal),
    stop: () => child.stop(),
    recentOutput: (maxLines) => child.recentOutput(maxLines),
    untilReady: (signal) => Promise.race([pollUntilReady(signal), keepsDying.promise]),
  };
}

async function askReady(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200 ? 'ready' : `answers ${response.status}`;
  } catch {
    return 'no answer yet';
  }
}

export function describeExit({ code, signal }: ProcessExit): string {
  return signal ?? `exit code ${code ?? 'unknown'}`;
}
