import { formatFen } from '@orderbridge/contracts/money';
import type { RefundView } from '@orderbridge/contracts/orders-api';
import { raiseException } from '../exceptions/raise-exception.ts';
import { refuseIf } from '../orders/allowed-actions.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { asWritten, type Text } from '../text.ts';
import { type Cause, transact, type Tx } from '../transaction.ts';
import type { ApproveRefundContext } from './approve-refund.ts';
import { lockRefund } from './lock-refund.ts';
import type { Refund } from './refund.entity.ts';
import { readAskers } from './read-askers.ts';
import { REFUND_REQUESTED, whyNoDecline } from './refund-rules.ts';
import { refundView } from './refund-view.ts';
import { mismatchCallbackOf } from './return-money.ts';
import { withdrawOne, withdrawRequested } from './withdraw-refund.ts';

/**
 * Takes back a large refund that waits for its second person, be it in that person's name or the requester's own: an
 * order whose refund was asked for is paid again; money of a wrong amount becomes a case again, because it still lies
 * here. The money of a cancelled order has to go back and cannot be declined.
 * @throws NotFound, Refused with what `RefundView.approval.decline` says
 */
export async function declineRefund(
  context: ApproveRefundContext,
  { id, reason }: { id: string; reason: string },
): Promise<RefundView> {
  return transact(context, async (tx) => {
    const { locked, refund } = await lockRefund(tx, id);
    refuseIf(whyNoDecline(refund));
    const cause = { by: context.by, at: context.now(), note: asWritten(reason) };
    if (refund.cause === REFUND_REQUESTED) await withdrawRequested(tx, locked, 'refund_declined', cause);
    else {
      await withdrawOne(tx, locked, refund, 'refund_declined', cause);
      await raiseMoneyLeft(tx, locked, refund, cause);
    }
    const payment = locked.payments.find((entry) => entry.id === refund.paymentId);
    const askersOf = await readAskers(tx.em, [refund]);
    return refundView(refund, locked.order.orderNumber, payment, { by: context.by, askersOf });
  });
}

function raiseMoneyLeft(
  tx: Tx,
  { order, payments }: LockedOrder,
  refund: Refund,
  { by, at, note }: Cause & { readonly note: Text },
): Promise<boolean> {
  const sum = formatFen(refund.amountFen);
  return raiseException(tx, {
    kind: 'amount_mismatch',
    order,
    callbackId: mismatchCallbackOf(refund),
    paymentId: payments.find(({ id }) => id === refund.paymentId)?.publicId,
    dedupKey: `amount_mismatch:${refund.publicId}:declined:${at.toISOString()}`,
    detail: {
      zh: `${by} 未批准退还 ${sum}（${note.zh}），这笔金额不符的款项仍在我方`,
      en: `${by} declined to return ${sum} (${note.en}); this money of a wrong amount is still here`,
    },
    at,
  });
}
