import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type BalanceReading, FORECAST_WINDOW_MS } from './forecast-balance.ts';

/** What is remembered of the last seven days, by account, oldest first. */
export async function readReadings(em: SqlEntityManager, now: Date): Promise<ReadonlyMap<string, KeptReading[]>> {
  const rows = await em.execute<Row[]>(
    `select at, account, payer_account_code, payer_account_name, balance_fen from balance_history
      where at >= ? order by at, id`,
    [new Date(now.getTime() - FORECAST_WINDOW_MS)],
  );
  return Map.groupBy(
    rows.map((row) => ({
      at: new Date(row.at),
      account: row.account,
      payerAccountCode: row.payer_account_code,
      payerAccountName: row.payer_account_name,
      balanceFen: Number(row.balance_fen),
    })),
    ({ account }) => account,
  );
}

export type KeptReading = BalanceReading & {
  readonly account: string;
  readonly payerAccountCode: string | null;
  readonly payerAccountName: string | null;
};

type Row = {
  at: string;
  account: string;
  payer_account_code: string | null;
  payer_account_name: string | null;
  balance_fen: string;
};
