import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { refundableOf } from '../payments/return-money.ts';
import { asWritten } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { type ActContext, actOnOrder, mustBeOwn } from './act-on-order.ts';
import { awaitsCancel, CANCEL_AWAITED, mustAskHaier, refuseIf, whyNoCancel } from './allowed-actions.ts';
import type { LockedOrder } from './lock-orders.ts';
import { moveHaier } from './move-haier.ts';
import { moveOrder } from './move-order.ts';

/**
 * Cancels an order at once, or asks Haier first when Haier has it (R66-R74, rulings.md "Cancel of a pushed order");
 * then `message` says that its answer is awaited. Cancelling again changes nothing and is a success. Stock is given back
 * and money on its way back in the same transaction.
 * @throws NotFound, NotAllowed, StepUpRequired when money goes back, Refused INVALID_ORDER_STATUS
 */
export async function cancelOrder(
  context: ActContext,
  { orderNumber, reason, buyer }: z.output<typeof orderApi.cancel.input>,
): Promise<z.input<typeof orderApi.cancel.output>> {
  let awaitsHaier = false;
  const order: OrderView = await actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    await mustBeOwn(tx, locked, buyer, { permissions: context.permissions, anyOrder: 'orders.cancel' });
    await cancelLocked(tx, locked, { ...cause, note: asWritten(reason) }, reason, context.requireFresh);
    awaitsHaier = awaitsCancel(locked.order);
  });
  return {
    ...order,
    message: awaitsHaier ? CANCEL_AWAITED.zh : null,
    messageEn: awaitsHaier ? CANCEL_AWAITED.en : null,
  };
}

async function cancelLocked(
  tx: Tx,
  locked: LockedOrder,
  cause: Cause,
  reason: string,
  requireFresh: ActContext['requireFresh'],
): Promise<void> {
  const { order, payments, refunds } = locked;
  // Cancelling what was paid is a refund, whoever asks for it under this name.
  const requireFreshForMoney = () => {
    if (refundableOf(payments, refunds) > 0) requireFresh?.();
  };
  if (mustAskHaier(order)) {
    requireFreshForMoney();
    moveHaier(tx, order, 'cancel_requested', cause);
  } else {
    if (order.status === 'cancelled' || awaitsCancel(order)) return;
    refuseIf(whyNoCancel(locked));
    requireFreshForMoney();
    await moveOrder(tx, locked, 'cancel_agreed', cause);
  }
  // An order that was cancelled here before keeps the reason of that.
  await tx.em.execute(
    `update orders set cancel_reason = ? where id = ? and (cancel_reason is null or status <> 'cancelled')`,
    [reason, order.id],
    'run',
  );
}
