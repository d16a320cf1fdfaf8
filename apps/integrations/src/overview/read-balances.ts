import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { IntegrationsOverview } from '@orderbridge/contracts/overview-api';
import { forecastBalance } from '../balances/forecast-balance.ts';
import { lastReadings } from '../balances/last-readings.ts';

const HOUR_MS = 3_600_000;

/** Of an older reading nobody knows what became of the account since. */
const OUTDATED_MS = 24 * HOUR_MS;

/** The accounts as Haier last told of them, without asking it; none when that is more than a day ago. */
export async function readBalances(em: SqlEntityManager, at: Date): Promise<IntegrationsOverview['balances']> {
  const accounts = await lastReadings(em, at);
  return accounts
    .filter(({ newest }) => at.getTime() - newest.at.getTime() <= OUTDATED_MS)
    .map(({ newest: { payerAccountCode, payerAccountName, balanceFen, at: readAt }, readings }) => ({
      payerAccountCode,
      payerAccountName,
      balanceFen,
      readAt: readAt.toISOString(),
      forecast: forecastBalance(readings, at),
    }));
}
