import type { MikroORM } from '@mikro-orm/postgresql';
import type { haierApi } from '@orderbridge/contracts/integrations-api';
import type { z } from 'zod';
import { askBalances } from '../balances/ask-balances.ts';
import { accountOf } from '../balances/balance-account.ts';
import { forecastBalance } from '../balances/forecast-balance.ts';
import { readReadings } from '../balances/read-readings.ts';
import { MANUAL, type QueryContext } from './query-context.ts';
import { valueOfAnswer } from './value-of-answer.ts';

type Account = z.input<typeof haierApi.balance.output>['data'][number];

/**
 * Asks Haier what is on the payer's accounts (R120), and says how long that will do.
 * @throws SupplierFailed
 */
export async function queryBalance(
  context: QueryContext & { readonly orm: MikroORM; readonly now: () => Date },
): Promise<Account[]> {
  const { haier } = await context.suppliers.current();
  const accounts = valueOfAnswer(await askBalances(context, haier, MANUAL), context);
  const now = context.now();
  const readings = await readReadings(context.orm.em.fork(), now);
  return accounts.map((account) => ({
    ...account,
    // What was just told counts, though it may be too soon to be remembered.
    forecast: forecastBalance(
      [...(readings.get(accountOf(account)) ?? []), { at: now, balanceFen: account.balanceFen }],
      now,
    ),
  }));
}
