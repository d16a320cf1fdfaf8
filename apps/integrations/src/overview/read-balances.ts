import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { IntegrationsOverview } from '@orderbridge/contracts/overview-api';
import { forecastBalance } from '../balances/forecast-balance.ts';
import { readReadings } from '../balances/read-readings.ts';

const HOUR_MS = 3_600_000;

/** Of an older reading nobody knows what became of the account since. */
const OUTDATED_MS = 24 * HOUR_MS;

/** The accounts as Haier last told of them, without asking it; none when that is more than a day ago. */
export async function readBalances(em: SqlEntityManager, at: Date): Promise<IntegrationsOverview['balances']> {
  const byAccount = await readReadings(em, at);
  const newest = [...byAccount.values()].map((readings) => readings.at(-1)!);
  // An account that the last answer does not name is not ours any more: another configuration is in use.
  const lastMs = Math.max(...newest.map((reading) => reading.at.getTime()));
  if (at.getTime() - lastMs > OUTDATED_MS) return [];
  return newest
    .filter((reading) => reading.at.getTime() === lastMs)
    .map(({ account, payerAccountCode, payerAccountName, balanceFen, at: readAt }) => ({
      payerAccountCode,
      payerAccountName,
      balanceFen,
      readAt: readAt.toISOString(),
      forecast: forecastBalance(byAccount.get(account)!, at),
    }));
}
