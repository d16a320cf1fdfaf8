import { Refused } from '../errors.ts';
import { asWritten } from '../text.ts';
import { type Cause, transact, type TransactContext } from '../transaction.ts';
import { lockRefund } from './lock-refund.ts';
import { moveRefund } from './move-refund.ts';
import { whyNoSettlementByHand } from './refund-rules.ts';

export type SettleByHandContext = TransactContext & { readonly now: () => Date; readonly by: string };

/**
 * Puts on record that the money of a failed refund went back by another way; from then on no provider is called for it
 * (rulings.md: a failed refund is for staff). Settling it again changes nothing.
 * @throws NotFound, Refused for one that did not fail or was withdrawn
 */
export async function settleRefundByHand(
  context: SettleByHandContext,
  { id, reason }: { id: string; reason: string },
): Promise<void> {
  await transact(context, async (tx) => {
    const { locked, refund } = await lockRefund(tx, id);
    if (refund.paidByHand) return;
    const why = whyNoSettlementByHand(refund);
    if (why) throw new Refused('REFUSED', why.zh, why.en);

    const cause: Cause = { by: context.by, at: context.now(), note: asWritten(reason) };
    refund.paidByHand = true;
    await moveRefund(tx, locked, refund, 'refund_sent', cause);
    await moveRefund(tx, locked, refund, 'refund_paid_out', cause);
  });
}
