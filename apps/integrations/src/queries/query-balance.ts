import type { BalanceAnswer } from '../suppliers/suppliers.ts';
import { MANUAL, type QueryContext } from './query-context.ts';
import { valueOfAnswer } from './value-of-answer.ts';

/**
 * Asks Haier what is on the payer's accounts (R120).
 * @throws SupplierFailed
 */
export async function queryBalance(context: QueryContext): Promise<BalanceAnswer[]> {
  const { haier } = await context.suppliers.current();
  return valueOfAnswer(await haier.balance(MANUAL), context);
}
