import { oneAtATime } from '@orderbridge/service-kit/database/one-at-a-time';
import type { OrdersContext } from '../context.ts';
import { cancelUnpaidOrders } from '../orders/cancel-unpaid.ts';

/** Advisory lock of whoever cancels unpaid orders: this job, or the command. */
export const CANCEL_UNPAID_LOCK = 4_711_003;

/** Cancels the orders whose time to pay is over, unless another process is just at it (R80, R86). */
export async function cancelUnpaidJob(
  context: Pick<OrdersContext, 'orm' | 'wakeRelay' | 'now' | 'providers' | 'log'>,
  stopping: AbortSignal,
): Promise<void> {
  await oneAtATime(context.orm, CANCEL_UNPAID_LOCK, async (lost) => {
    let count = 0;
    const signal = AbortSignal.any([stopping, lost]);
    for await (const result of cancelUnpaidOrders(context, { signal })) {
      if (result.outcome === 'cancelled') count += 1;
      if (result.outcome === 'paid_meanwhile')
        context.log.info('unpaid order was paid at the provider', { orderNumber: result.orderNumber });
      if (result.outcome === 'failed')
        context.log.warn('unpaid order not cancelled', { orderNumber: result.orderNumber }, result.error);
    }
    if (count > 0) context.log.info('unpaid orders cancelled', { count });
  });
}
