import type { RefundView } from '@orderbridge/contracts/orders-api';
import { closeExceptions } from '../exceptions/close-exceptions.ts';
import { refuseIf } from '../orders/allowed-actions.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import type { Text } from '../text.ts';
import { type Cause, transact, type TransactContext, type Tx } from '../transaction.ts';
import { refundView } from './refund-view.ts';
import { lockRefund } from './lock-refund.ts';
import type { Refund } from './refund.entity.ts';
import { readAskers } from './read-askers.ts';
import { awaitsApproval, whyNoApproval, whyNotSecond } from './refund-rules.ts';

export type ApproveRefundContext = TransactContext & { readonly now: () => Date; readonly by: string };

/**
 * Agrees as the second person to a large refund, and to every other that the same act opened: the job that pays out
 * takes them up from now on (features.md row 55).
 * @throws NotFound, NotAllowed for whoever asked for it and for machines, Refused (CONFLICT for one that is approved,
 * REFUSED for one that does not wait)
 */
export async function approveRefund(context: ApproveRefundContext, { id }: { id: string }): Promise<RefundView> {
  const { by, now } = context;
  return transact(context, async (tx) => {
    const { locked, refund } = await lockRefund(tx, id);
    const askersOf = await readAskers(tx.em, locked.refunds);
    refuseIf(whyNoApproval(refund) ?? whyNotSecond(askersOf(refund), by));

    const cause: Cause = { by, at: now() };
    for (const waiting of locked.refunds.filter((other) => awaitsApproval(other) && isOfSameAct(other, refund)))
      await approveOne(tx, locked, waiting, cause);
    const payment = locked.payments.find((entry) => entry.id === refund.paymentId);
    return refundView(refund, locked.order.orderNumber, payment, { by, askersOf });
  });
}

const isOfSameAct = (other: Refund, { cause, requestedBy, createdAt }: Refund): boolean =>
  other.cause === cause && other.requestedBy === requestedBy && other.createdAt.getTime() === createdAt.getTime();

async function approveOne(tx: Tx, { order }: LockedOrder, refund: Refund, { by, at }: Cause): Promise<void> {
  refund.approvedBy = by;
  refund.approvedAt = at;
  refund.updatedAt = at;
  // Whatever became of it at the provider meanwhile: it is sent now, or asked about first.
  refund.tries = 0;
  refund.nextAttemptAt = at;
  const { publicId, status, amountFen, requestedBy } = refund;
  tx.stateChanges.push({
    machine: 'refund',
    order_id: order.id,
    subject_id: publicId,
    from_state: status,
    to_state: status,
    fact: 'refund_approved',
    by,
    note: null,
    note_en: null,
    callback_id: null,
    at,
  });
  tx.audit.push({
    at,
    actor: by,
    action: 'refund_approved',
    resource_type: 'refund',
    resource_id: publicId,
    detail: { orderNumber: order.orderNumber, amountFen, requestedBy },
  });
  await closeExceptions(tx, { refundId: publicId, kinds: ['refund_to_approve'] }, approved(by), at);
}

const approved = (by: string): Text => ({ zh: `${by} 已批准，自动关闭`, en: `${by} approved it; closed by itself` });
