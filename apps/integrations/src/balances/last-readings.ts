import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type KeptReading, readReadings } from './read-readings.ts';

/** An account that Haier named last, with how it stood then and what is remembered of it before, oldest first. */
export type LastReading = { readonly newest: KeptReading; readonly readings: readonly KeptReading[] };

/**
 * The accounts of Haier's last answer, when there was one in seven days. One that this answer does not name is not ours
 * any more: another configuration is in use.
 */
export async function lastReadings(em: SqlEntityManager, now: Date): Promise<LastReading[]> {
  const accounts = [...(await readReadings(em, now)).values()].map((readings) => ({
    newest: readings.at(-1)!,
    readings,
  }));
  const lastMs = Math.max(...accounts.map(({ newest }) => newest.at.getTime()));
  return accounts.filter(({ newest }) => newest.at.getTime() === lastMs);
}
