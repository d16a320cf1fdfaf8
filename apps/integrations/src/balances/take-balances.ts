import type { SupplierAccess } from '../suppliers/suppliers.ts';
import { askBalances, type BalanceContext } from './ask-balances.ts';

const EVERY_MS = 30 * 60_000;

/**
 * Asks for the balances when nobody has for half an hour, so that their course is known also of quiet days. Nothing is
 * asked while Haier is not configured. Answers whether it was asked.
 */
export async function takeBalances(
  context: BalanceContext & { readonly suppliers: Pick<SupplierAccess, 'current'> },
  stopping: AbortSignal,
): Promise<boolean> {
  const since = new Date(context.now().getTime() - EVERY_MS);
  const recent = await context.orm.em
    .fork()
    .execute<object[]>(`select 1 from balance_history where at > ? limit 1`, [since]);
  if (recent.length > 0) return false;
  const { haier, source, problems } = await context.suppliers.current();
  if (source === 'none' || problems.haier) return false;
  await askBalances(context, haier, { priority: 'bulk', signal: stopping });
  return true;
}
