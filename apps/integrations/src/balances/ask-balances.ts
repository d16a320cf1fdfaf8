import type { MikroORM } from '@mikro-orm/postgresql';
import type { IntegrationsLog } from '../log.ts';
import type { BalanceAnswer, CallOptions, HaierClient, SupplierAnswer } from '../suppliers/suppliers.ts';
import { keepBalances } from './keep-balances.ts';

export type BalanceContext = {
  readonly orm: MikroORM;
  readonly log: Pick<IntegrationsLog, 'warn'>;
  readonly now: () => Date;
};

/** Asks Haier what is on the payer's accounts and remembers it; whoever asks gets the answer also when that fails. */
export async function askBalances(
  { orm, log, now }: BalanceContext,
  haier: Pick<HaierClient, 'balance'>,
  options: CallOptions,
): Promise<SupplierAnswer<BalanceAnswer[]>> {
  const answer = await haier.balance(options);
  if (answer.outcome === 'answered')
    await keepBalances(orm, answer.value, now()).catch((error: unknown) => log.warn('balances not kept', {}, error));
  return answer;
}
