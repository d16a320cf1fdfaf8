import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { closeExceptions } from '../exceptions/close-exceptions.ts';
import { type ActContext, actOnOrder } from '../orders/act-on-order.ts';
import { refuseIf, whyNoRefundWithdrawal } from '../orders/allowed-actions.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { moveOrder } from '../orders/move-order.ts';
import { asWritten, type Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import type { Refund } from './refund.entity.ts';
import { isRequested } from './refund-rules.ts';

/**
 * Takes back a refund request of which nothing was sent yet: its refunds are never paid out and the order is paid again
 * (design.md §4). The job that pays refunds out needs the same lock, so one of the two comes first and the other sees it.
 * @throws NotFound, Refused INVALID_ORDER_STATUS once a provider may know of it
 */
export const withdrawRefund = (
  context: ActContext,
  { orderNumber, reason }: z.output<typeof orderApi.withdrawRefund.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, { by, at }) => {
    await withdrawRequested(tx, locked, 'refund_withdrawn', { by, at, note: asWritten(reason) });
  });

/**
 * Takes back what a person asked for of an order, as a part of the verb that `action` names in the audit.
 * @throws Refused
 */
export async function withdrawRequested(
  tx: Tx,
  locked: LockedOrder,
  action: Withdrawal,
  cause: WithdrawalCause,
): Promise<void> {
  refuseIf(whyNoRefundWithdrawal(locked));
  for (const refund of locked.refunds.filter(isRequested)) await withdrawOne(tx, locked, refund, action, cause);
  await moveOrder(tx, locked, 'refund_withdrawn', cause);
}

type Withdrawal = 'refund_withdrawn' | 'refund_declined';
type WithdrawalCause = Cause & { readonly note: Text };

/** Takes one refund back, of which nothing was sent. */
export async function withdrawOne(
  tx: Tx,
  { order }: LockedOrder,
  refund: Refund,
  action: Withdrawal,
  { by, at, note }: WithdrawalCause,
): Promise<void> {
  refund.withdrawnAt = at;
  refund.nextAttemptAt = null;
  refund.updatedAt = at;
  tx.audit.push({
    at,
    actor: by,
    action,
    resource_type: 'refund',
    resource_id: refund.publicId,
    detail: { orderNumber: order.orderNumber, amountFen: refund.amountFen, reason: note.zh },
  });
  await closeExceptions(
    tx,
    { refundId: refund.publicId, kinds: ['refund_failed', 'goods_not_stopped', 'refund_to_approve'] },
    WITHDRAWN,
    at,
  );
}

const WITHDRAWN: Text = { zh: '退款已撤回，自动关闭', en: 'The refund was withdrawn; closed by itself' };
