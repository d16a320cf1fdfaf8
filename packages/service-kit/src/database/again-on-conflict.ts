import { setTimeout as delay } from 'node:timers/promises';
import { isLockConflict } from './errors.ts';

const ATTEMPTS_MAX = 4;
const RETRY_WAIT_MS = 20;

/** Runs a transaction, and again, four times at the most, when a deadlock or a serialisation failure rolled it back. */
export async function againOnConflict<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= ATTEMPTS_MAX || !isLockConflict(error)) throw error;
      await delay(RETRY_WAIT_MS * attempt);
    }
  }
}
