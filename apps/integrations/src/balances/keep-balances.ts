import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import type { BalanceAnswer } from '../suppliers/suppliers.ts';
import { accountOf } from './balance-account.ts';

const KEEP_LOCK = 4_712_004;
/** However often somebody asks. */
const APART_MS = 10 * 60_000;

/** Keeps an answer about the accounts, all of it under one moment, unless the last one is younger than ten minutes. */
export async function keepBalances(orm: MikroORM, accounts: readonly BalanceAnswer[], now: Date): Promise<void> {
  if (accounts.length === 0) return;
  await orm.em.fork().transactional(async (inner) => {
    const em = inner as SqlEntityManager;
    const [lock] = await em.execute<{ held: boolean }[]>(`select pg_try_advisory_xact_lock(?) as held`, [KEEP_LOCK]);
    // Whoever holds it keeps an answer of this very moment.
    if (!lock?.held) return;
    const recent = await em.execute<object[]>(`select 1 from balance_history where at > ? limit 1`, [
      new Date(now.getTime() - APART_MS),
    ]);
    if (recent.length > 0) return;
    await insertRows(
      em,
      'balance_history',
      'at timestamptz, account text, payer_account_code text, payer_account_name text, balance_fen bigint',
      accounts.map((one) => ({
        at: now,
        account: accountOf(one),
        payer_account_code: one.payerAccountCode,
        payer_account_name: one.payerAccountName,
        balance_fen: one.balanceFen,
      })),
    );
  });
}
