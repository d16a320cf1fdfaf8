import type { JobView } from '@orderbridge/contracts/integrations-api';
import { Refused } from '../errors.ts';
import { recordEvent } from '../outbox/record-event.ts';
import { transact } from '../transaction.ts';
import { askOrder } from './ask-order.ts';
import { planWishes, type Wish } from './plan-jobs.ts';
import type { RetryJobContext } from './retry-job.ts';

/**
 * Plans the job of a request that an order waits for and of which nothing is on record here (any more): its event was
 * lost, or the job with it. The key is the same one, so a job that turns up meanwhile stays the only one; and a call may
 * have been made by the one that was lost, so a platform that says it has the order already has taken it.
 * @throws Refused when the order waits for nothing or the job is there, NotServed
 */
export async function planJobAnew(context: RetryJobContext, { orderNumber }: { orderNumber: string }): Promise<void> {
  const { js, now, by } = context;
  const order = await askOrder(js, orderNumber);
  const kind = order && WAITED_FOR[order.haierStatus];
  if (!kind)
    throw new Refused(
      'CONFLICT',
      '订单已不再等待平台的结果',
      'The order no longer waits for an answer of the platform',
    );
  const wish: Wish = { kind, orderNumber, round: order.round, batchId: undefined, mayHaveArrived: true };
  await transact(context, async (tx) => {
    const at = now();
    const planned = await planWishes(tx, [wish], at);
    if (planned === 0)
      throw new Refused(
        'CONFLICT',
        '该请求已有任务，请再次对账',
        'There is a job of this request by now; reconcile again',
      );
    recordEvent(tx, at, 'staff.acted', orderNumber, {
      actor: by,
      action: 'job_planned_anew',
      resourceType: 'order',
      resourceId: orderNumber,
      detail: { key: `${kind}:${orderNumber}:${order.round}` },
    });
  });
}

const WAITED_FOR: Readonly<Partial<Record<string, JobView['kind']>>> = {
  push_pending: 'push',
  cancel_pending: 'cancel',
};
