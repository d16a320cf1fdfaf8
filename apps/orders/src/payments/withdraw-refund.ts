import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { closeExceptions } from '../exceptions/close-exceptions.ts';
import { type ActContext, actOnOrder } from '../orders/act-on-order.ts';
import { refuseIf, whyNoRefundWithdrawal } from '../orders/allowed-actions.ts';
import { moveOrder } from '../orders/move-order.ts';
import { asWritten, type Text } from '../text.ts';
import type { Cause } from '../transaction.ts';
import { isRequested } from './refund-view.ts';

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
    refuseIf(whyNoRefundWithdrawal(locked));
    for (const refund of locked.refunds.filter(isRequested)) {
      refund.withdrawnAt = at;
      refund.nextAttemptAt = null;
      refund.updatedAt = at;
      tx.audit.push({
        at,
        actor: by,
        action: 'refund_withdrawn',
        resource_type: 'refund',
        resource_id: refund.publicId,
        detail: { orderNumber, amountFen: refund.amountFen, reason },
      });
      await closeExceptions(
        tx,
        { refundId: refund.publicId, kinds: ['refund_failed', 'goods_not_stopped'] },
        WITHDRAWN,
        at,
      );
    }
    const cause: Cause = { by, at, note: asWritten(reason) };
    await moveOrder(tx, locked, 'refund_withdrawn', cause);
  });

const WITHDRAWN: Text = { zh: '退款已撤回，自动关闭', en: 'The refund was withdrawn; closed by itself' };
