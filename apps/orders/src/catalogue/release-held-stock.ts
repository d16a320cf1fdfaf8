import type { LockedOrder } from '../orders/lock-orders.ts';
import { lockOrder } from '../orders/lock-orders.ts';
import { orderNotFound } from '../orders/get-order.ts';
import { inSentence, ORDER_STATE_NAMES } from '../orders/state-names.ts';
import { Refused } from '../errors.ts';
import { type Cause, transact, type TransactContext, type Tx } from '../transaction.ts';
import { giveBackStock } from './give-back-stock.ts';
import { releaseStock } from './release-stock.ts';

/**
 * Gives back, on a person's word, the stock that a cancelled or refunded order still holds. Answers how many pieces; 0
 * when it holds nothing any more.
 * @throws NotFound, Refused (INVALID_ORDER_STATUS for an order that still needs its stock, CONFLICT when it cannot be
 * given back now)
 */
export async function releaseHeldStock(
  context: TransactContext & { readonly now: () => Date; readonly by: string },
  { orderNumber }: { orderNumber: string },
): Promise<{ quantity: number }> {
  return transact(context, async (tx) => {
    const locked = await lockOrder(tx, orderNumber);
    if (!locked) throw orderNotFound(orderNumber);
    const { status } = locked.order;
    const standing = inSentence(ORDER_STATE_NAMES[status]);
    if (status !== 'cancelled' && status !== 'refunded')
      throw new Refused(
        'INVALID_ORDER_STATUS',
        `订单状态为“${standing.zh}”，仍需占用库存`,
        `An order that is ${standing.en} still needs its stock`,
      );
    return { quantity: await releaseHeld(tx, locked, { by: context.by, at: context.now() }) };
  });
}

/**
 * The same for a locked order that is cancelled or refunded, in the caller's transaction.
 * @throws Refused CONFLICT when it cannot be given back now
 */
export async function releaseHeld(tx: Tx, locked: LockedOrder, cause: Cause): Promise<number> {
  const { order, lines } = locked;
  const quantity = lines.reduce((sum, line) => sum + line.heldQty, 0);
  releaseStock(tx, locked, order.status === 'refunded' ? 'order_refunded' : 'order_cancelled', cause);
  if ((await giveBackStock(tx)).size > 0)
    throw new Refused(
      'CONFLICT',
      `订单 ${order.orderNumber} 占用的库存暂时无法释放，请检查商品库存后重试`,
      `The stock that order ${order.orderNumber} holds cannot be given back now; look at the product's stock and try again`,
    );
  return quantity;
}
