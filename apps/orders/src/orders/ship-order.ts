import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { asWritten } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf, whyNoShipping } from './allowed-actions.ts';
import { moveOrder } from './move-order.ts';

/**
 * Says that the goods of a paid order are on their way, and with whom (R88; rulings.md "After a push" for Haier goods).
 * @throws NotFound, Refused INVALID_ORDER_STATUS
 */
export const shipOrder = (
  context: ActContext,
  { orderNumber, carrier, trackingNo }: z.output<typeof orderApi.ship.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    refuseIf(whyNoShipping(locked));
    const sentWith = [carrier, trackingNo].filter((part) => part !== undefined).join(' ');
    await moveOrder(tx, locked, 'goods_sent', { ...cause, note: sentWith ? asWritten(sentWith) : undefined });
    await tx.em.execute(
      `update orders set carrier = ?, tracking_no = ? where id = ?`,
      [carrier ?? null, trackingNo ?? null, locked.order.id],
      'run',
    );
  });
