import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { ORDER_CANCELLED, refundableOf } from '../payments/return-money.ts';
import { asWritten, type Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { type ActContext, actOnOrder, mustBeOwn } from './act-on-order.ts';
import { awaitsCancel, CANCEL_AWAITED, mustAskHaier, refuseIf, whyNoCancel } from './allowed-actions.ts';
import { type AwaitContext, awaitPlatform, platformSaid, withSaid } from './await-platform.ts';
import { getOrder } from './get-order.ts';
import type { LockedOrder } from './lock-orders.ts';
import { moveHaier } from './move-haier.ts';
import { moveOrder } from './move-order.ts';

/**
 * Cancels an order at once, or asks Haier first when Haier has it (R66-R74, rulings.md "Cancel of a pushed order");
 * then `message` says that its answer is awaited. Cancelling again changes nothing and is a success. Stock is given back
 * and money on its way back in the same transaction. On its own, and not as a part of another verb, it waits a little for
 * the platform to take the wish.
 * @throws NotFound, NotAllowed, StepUpRequired when money goes back, Refused INVALID_ORDER_STATUS; Refused SUPPLIER_… when the platform did not take the wish,
 *   which the order keeps (R73)
 */
export async function cancelOrder(
  context: ActContext & AwaitContext,
  { orderNumber, reason, buyer }: z.output<typeof orderApi.cancel.input>,
): Promise<z.input<typeof orderApi.cancel.output>> {
  let askedRound: number | undefined;
  let order: OrderView = await actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    await mustBeOwn(tx, locked, buyer, { permissions: context.permissions, anyOrder: 'orders.cancel' });
    const asks = mustAskHaier(locked.order);
    await cancelLocked(tx, locked, { ...cause, note: asWritten(reason) }, reason, context);
    askedRound = asks ? locked.order.haierRound : undefined;
  });
  if (askedRound !== undefined && !context.within && context.haierWaitMs)
    order = await afterAnswer(context, order, askedRound);
  const awaits = awaitsCancel({ ...order, haierLineCount: order.hasHaierLines ? 1 : 0 });
  return { ...order, message: awaits ? CANCEL_AWAITED.zh : null, messageEn: awaits ? CANCEL_AWAITED.en : null };
}

/** The order once something is known of its cancel. */
async function afterAnswer(
  context: ActContext & AwaitContext,
  { orderNumber }: OrderView,
  round: number,
): Promise<OrderView> {
  const heard = await awaitPlatform(context, { orderNumber, round, kind: 'cancel' });
  const { orm, now, by, permissions, twoPersonFromFen } = context;
  const order = await getOrder(orm.em.fork(), orderNumber, { now: now(), by, permissions, twoPersonFromFen });
  if (heard.outcome !== 'refused') return order;
  const isNoAccess = heard.why === 'authentication';
  const { zh, en } = isNoAccess ? NO_ACCESS : withSaid(NOT_SENT, platformSaid(order));
  throw new Refused(
    isNoAccess
      ? 'SUPPLIER_AUTH_FAILED'
      : heard.why === 'not_configured'
        ? 'SUPPLIER_NOT_CONFIGURED'
        : 'SUPPLIER_API_ERROR',
    zh,
    en,
  );
}

const NO_ACCESS: Text = {
  zh: '易理货系统认证失败，取消不同步',
  en: 'YLH did not let us in; the cancellation was not passed on',
};
const NOT_SENT: Text = { zh: '推送易理货取消失败', en: 'The cancellation could not be passed on to YLH' };

async function cancelLocked(
  tx: Tx,
  locked: LockedOrder,
  cause: Cause,
  reason: string,
  { requireFresh, twoPersonFromFen }: ActContext,
): Promise<void> {
  const { order, payments, refunds } = locked;
  // Cancelling what was paid is a refund, whoever asks for it under this name.
  const requireFreshForMoney = () => {
    if (refundableOf(payments, refunds) > 0) requireFresh?.();
  };
  if (mustAskHaier(order)) {
    requireFreshForMoney();
    moveHaier(tx, order, 'cancel_requested', cause, { approvalFromFen: twoPersonFromFen });
  } else {
    if (order.status === 'cancelled' || awaitsCancel(order)) return;
    refuseIf(whyNoCancel(locked));
    requireFreshForMoney();
    await moveOrder(tx, locked, 'cancel_agreed', cause, {
      cause: ORDER_CANCELLED,
      reason: asWritten(reason),
      approvalFromFen: twoPersonFromFen,
    });
  }
  // An order that was cancelled here before keeps the reason of that.
  await tx.em.execute(
    `update orders set cancel_reason = ? where id = ? and (cancel_reason is null or status <> 'cancelled')`,
    [reason, order.id],
    'run',
  );
}
