import type { MoneyToReturn } from '../payments/return-money.ts';
import type { Tx } from '../transaction.ts';

/**
 * By what rule Haier's yes to a cancel returns money: in the name of whoever asked Haier for it since the last push, and
 * under the setting of that time. Nothing when nobody did, and Haier cancelled by itself.
 */
export async function readCancelWish(
  tx: Tx,
  orderNumber: string,
  at: Date,
): Promise<Pick<MoneyToReturn, 'requestedBy' | 'approvalFromFen'>> {
  const [asked] = await tx.em.execute<{ actor: string; fact: string; from_fen: string | null }[]>(
    `select actor, detail->>'fact' as fact, detail->>'approvalFromFen' as from_fen from audit_entries
      where resource_type = 'order' and resource_id = ? and action = 'haier_status_changed'
        and detail->>'fact' in ('push_requested', 'cancel_requested') and at <= ?
      order by id desc limit 1`,
    [orderNumber, at],
  );
  if (asked?.fact !== 'cancel_requested') return {};
  return { requestedBy: asked.actor, approvalFromFen: asked.from_fen === null ? undefined : Number(asked.from_fen) };
}
