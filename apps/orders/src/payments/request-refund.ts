import { formatFen } from '@orderbridge/contracts/money';
import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { raiseException } from '../exceptions/raise-exception.ts';
import { type ActContext, actOnOrder } from '../orders/act-on-order.ts';
import { refuseIf, whyNoRefund } from '../orders/allowed-actions.ts';
import { isAtHaier } from '../orders/haier-rules.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { moveOrder } from '../orders/move-order.ts';
import { HAIER_STATE_NAMES, inSentence } from '../orders/state-names.ts';
import { asWritten } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { isRequested, REFUND_REQUESTED } from './refund-rules.ts';
import { refundableOf } from './return-money.ts';

/**
 * Agrees to return what was paid for an order, or a part of it in fen: the order becomes refunding and the refunds are
 * opened for the job that pays them out (domain.md §4.1, §3.4). A large one waits for a second person (`approveRefund`).
 * @throws NotFound, Refused (INVALID_ORDER_STATUS, INVALID_PAYMENT_AMOUNT, REFUSED when nothing can be refunded)
 */
export const requestRefund = (
  context: ActContext,
  { orderNumber, amountFen, reason }: z.output<typeof orderApi.requestRefund.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, { by, at }) => {
    refuseIf(whyNoRefund(locked));
    const refundableFen = refundableOf(locked.payments, locked.refunds);
    if (amountFen !== undefined && amountFen > refundableFen) throw tooMuch(amountFen, refundableFen);

    const cause: Cause = { by, at, note: asWritten(reason) };
    const goodsMayCome = locked.order.status === 'paid' && isAtHaier(locked.order);
    await moveOrder(tx, locked, 'refund_agreed', cause, {
      cause: REFUND_REQUESTED,
      reason: asWritten(reason),
      amountFen: amountFen ?? refundableFen,
      approvalFromFen: context.twoPersonFromFen,
    });
    if (goodsMayCome) await raiseNotStopped(tx, locked, cause);
  });

const tooMuch = (amountFen: number, refundableFen: number) =>
  new Refused(
    'INVALID_PAYMENT_AMOUNT',
    `退款金额 ${formatFen(amountFen)} 超过可退金额 ${formatFen(refundableFen)}`,
    `A refund of ${formatFen(amountFen)} is more than the ${formatFen(refundableFen)} that can be refunded`,
  );

function raiseNotStopped(tx: Tx, { order, refunds }: LockedOrder, { at }: Cause): Promise<boolean> {
  const opened = refunds.findLast(isRequested);
  const standing = inSentence(HAIER_STATE_NAMES[order.haierStatus]);
  return raiseException(tx, {
    kind: 'goods_not_stopped',
    order,
    refundId: opened?.publicId,
    dedupKey: `goods_not_stopped:${order.id}:${opened?.refundNo}`,
    detail: {
      zh: `订单已同意退款，但海尔状态为“${standing.zh}”，货物可能仍会发出，请联系海尔拦截`,
      en: `A refund was agreed, but the Haier status is ${standing.en} and the goods may still be sent; stop them at Haier`,
    },
    at,
  });
}
