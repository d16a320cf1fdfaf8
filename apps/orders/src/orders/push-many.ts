import type { orderApi } from '@orderbridge/contracts/orders-api';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { z } from 'zod';
import { DomainError } from '../errors.ts';
import type { OrdersLog } from '../log.ts';
import type { Cause, Tx } from '../transaction.ts';
import { transact } from '../transaction.ts';
import type { ActContext } from './act-on-order.ts';
import { orderNotFound } from './get-order.ts';
import { lockOrders } from './lock-orders.ts';
import { readPushOrders } from './read-push-orders.ts';
import { requestPush } from './request-push.ts';

type Result = z.output<typeof orderApi.pushMany.output>['results'][number];

/** Orders in one transaction: few round trips, and short locks. */
const AT_ONCE = 50;

/**
 * Puts many orders down for a push, each by the rules of a single one (R23); the answer says which were. They go out in
 * the background, behind single pushes, and `batchId` names them there. Never throws for one order: what could not be
 * put down can be asked for again.
 */
export async function pushMany(
  context: Omit<ActContext, 'within'> & { readonly log: Pick<OrdersLog, 'error'> },
  { orderNumbers }: z.output<typeof orderApi.pushMany.input>,
): Promise<z.output<typeof orderApi.pushMany.output>> {
  const { now, by, log } = context;
  const numbers = [...new Set(orderNumbers)];
  const batchId = uuidv7(now());
  const results: Result[] = [];
  for (let index = 0; index < numbers.length; index += AT_ONCE) {
    const some = numbers.slice(index, index + AT_ONCE);
    try {
      results.push(...(await transact(context, (tx) => pushSome(tx, some, { by, at: now() }, batchId))));
    } catch (error) {
      log.error('orders not put down for a push', { id: batchId, count: some.length }, error);
      results.push(...some.map((orderNumber) => refused(orderNumber, NOT_SAVED)));
    }
  }
  return { batchId, results };
}

async function pushSome(tx: Tx, numbers: readonly string[], cause: Cause, batchId: string): Promise<Result[]> {
  const locked = new Map((await lockOrders(tx, { numbers })).map((order) => [order.orderNumber, order]));
  const data = await readPushOrders(tx.em, numbers);
  const results: Result[] = [];
  for (const orderNumber of numbers) {
    const order = locked.get(orderNumber);
    try {
      if (!order) throw orderNotFound(orderNumber);
      await requestPush(tx, order, data.get(orderNumber)!, cause, { batchId });
      results.push({ orderNumber, accepted: true, reason: null, reasonEn: null });
    } catch (error) {
      // It says no before it changes anything, so the others of this transaction are not touched by it.
      if (!(error instanceof DomainError)) throw error;
      results.push(refused(orderNumber, error));
    }
  }
  return results;
}

const refused = (orderNumber: string, { message, messageEn }: { message: string; messageEn: string }): Result => ({
  orderNumber,
  accepted: false,
  reason: message,
  reasonEn: messageEn,
});

const NOT_SAVED = {
  message: '系统暂时繁忙，该订单未提交推送，请稍后重试',
  messageEn: 'The system is busy; this order was not put down for a push, try again shortly',
};
