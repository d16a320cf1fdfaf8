import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { type ActContext, actOnOrder, mustBeOwn } from './act-on-order.ts';
import { refuseIf, whyNoCompletion } from './allowed-actions.ts';
import { moveOrder } from './move-order.ts';

/**
 * Says that the buyer accepted the goods: shipped → completed, by staff, or by a storefront for the buyer it names (R89).
 * @throws NotFound, NotAllowed, Refused INVALID_ORDER_STATUS
 */
export const completeOrder = (
  context: ActContext,
  { orderNumber, buyer }: z.output<typeof orderApi.complete.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    await mustBeOwn(tx, locked, buyer, { permissions: context.permissions, anyOrder: 'orders.complete' });
    refuseIf(whyNoCompletion(locked));
    await moveOrder(tx, locked, 'goods_accepted', cause);
  });
