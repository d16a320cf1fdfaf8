import type { PushOrder } from '@orderbridge/contracts/internal-calls';
import { closeExceptions } from '../exceptions/close-exceptions.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import { refuseIf } from './allowed-actions.ts';
import { whyNoPush } from './haier-rules.ts';
import { refuseIncomplete } from './missing-fields.ts';
import { moveHaier } from './move-haier.ts';
import type { MovedOrder } from './moved-order.ts';

/**
 * Puts a locked order down for a push: checks it, and saves the wish before anybody is called (R20). The event of it
 * makes the job in integrations. `data` is the order as read under the lock.
 * @throws Refused (R4-R8, R159); then nothing has changed
 */
export async function requestPush(
  tx: Tx,
  order: MovedOrder,
  data: PushOrder,
  cause: Cause,
  bulk: { readonly batchId?: string } = {},
): Promise<void> {
  refuseUnfit(order, data);
  const failedBefore = order.haierStatus === 'failed';
  moveHaier(tx, order, 'push_requested', cause, bulk);
  order.haierFailMessage = null;
  if (failedBefore) await closeExceptions(tx, { orderId: order.id, kinds: ['push_failed'] }, PUSHED_AGAIN, cause.at);
}

/**
 * Says no to the push of an order that is not for it, or whose data is not complete.
 * @throws Refused (R4-R8, R159)
 */
export function refuseUnfit(order: MovedOrder, data: PushOrder): void {
  refuseIf(whyNoPush({ order }));
  refuseIncomplete(data);
}

const PUSHED_AGAIN: Text = { zh: '订单已重新推送', en: 'The order was pushed again' };
