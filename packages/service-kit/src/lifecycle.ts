import { EnvError } from './env.ts';
import type { Log } from './logger.ts';

/** A running service; `stop` finishes what was begun (drains) and frees every resource. */
export type Running = { stop: () => Promise<void> };

const DRAIN_TIMEOUT_MS = 10_000;

/**
 * Runs a service until SIGTERM or SIGINT: starts it, drains it within 10 s, exits 0. A start that fails, an
 * unhandled error or a drain that hangs exits 1, so that a supervisor starts it anew.
 * `start` gets the signal that aborts when the service should go down.
 */
export async function runService(log: Log, start: (shutdown: AbortSignal) => Promise<Running>): Promise<void> {
  const shutdown = new AbortController();
  const fail = (event: string) => (error: unknown) => {
    log.error(event, {}, error);
    // Give the asynchronous log destination its turn before the process ends.
    setTimeout(() => process.exit(1), 50);
  };
  process.on('uncaughtException', fail('uncaught error'));
  process.on('unhandledRejection', fail('unhandled rejection'));

  try {
    const running = await start(shutdown.signal);
    const stop = async (signal: NodeJS.Signals) => {
      if (shutdown.signal.aborted) return;
      log.info('stopping', { reason: signal });
      shutdown.abort();
      const hung = setTimeout(() => fail('drain took too long')(undefined), DRAIN_TIMEOUT_MS);
      await running.stop();
      clearTimeout(hung);
      log.info('stopped');
      setTimeout(() => process.exit(0), 20);
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  } catch (error) {
    if (error instanceof EnvError) process.stderr.write(`${error.message}\n`);
    fail('could not start')(error);
  }
}
