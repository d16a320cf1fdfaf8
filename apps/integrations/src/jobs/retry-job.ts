import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { IntegrationsContext } from '../context.ts';
import { Refused } from '../errors.ts';
import { recordEvent } from '../outbox/record-event.ts';
import { transact } from '../transaction.ts';
import { askOrder } from './ask-order.ts';
import { holdJob } from './hold-job.ts';
import { type JobRow, jobView, whyNoRetry } from './job-view.ts';
import { PRIORITY } from './plan-jobs.ts';
import { readJob } from './read-job.ts';
import { whyNoCall } from './why-no-call.ts';

/** `by` is the `staff:<username>` who asks. */
export type RetryJobContext = Pick<IntegrationsContext, 'orm' | 'js' | 'wakeRelay' | 'now'> & { readonly by: string };

/**
 * Plans another attempt of a job now, under the same key, with the whole schedule before it. A job that has ended gets
 * one only while the order still waits for its answer: once orders has taken the refusal, the order is pushed anew. After
 * a success without a callback the platform may say that it has the order, and that is a success again.
 * @throws NotFound, Refused with what `JobView.retry` says or because the order waits no longer, NotServed
 */
export async function retryJob(context: RetryJobContext, { id }: { id: string }): Promise<JobView> {
  const { orm, now, by } = context;
  const seen = await readJob(orm.em.fork(), id);
  refuseUnlessFree(seen, now());
  if (seen.state === 'refused' || seen.state === 'gave_up' || seen.state === 'done')
    await refuseUnlessWaitedFor(context, seen);

  return transact(context, async (tx) => {
    const at = now();
    await holdJob(tx, { id, batchId: seen.batch_id });
    refuseUnlessFree(await readJob(tx.em, id), at);
    await tx.em.execute(
      `update jobs set state = 'waiting', priority = ?, tries = 0, next_attempt_at = ?, updated_at = ?,
              outcome_unknown = outcome_unknown or state = 'done'
        where public_id = ?`,
      [PRIORITY.manual, at, at, id],
      'run',
    );
    recordEvent(tx, at, 'staff.acted', seen.order_number, {
      actor: by,
      action: 'job_retried',
      resourceType: 'job',
      resourceId: id,
      detail: { key: seen.key },
    });
    return jobView(await readJob(tx.em, id), at);
  });
}

function refuseUnlessFree(row: JobRow, now: Date): void {
  const refusal = whyNoRetry(row, now);
  if (refusal) throw new Refused('CONFLICT', refusal.zh, refusal.en);
}

async function refuseUnlessWaitedFor({ js }: RetryJobContext, row: JobRow): Promise<void> {
  const order = await askOrder(js, row.order_number);
  const { kind, round, attempts, order_number: orderNumber } = row;
  if (!whyNoCall(order, { kind, round, orderNumber, attempts })) return;
  const [zh, en] = kind === 'push' ? ['推送', 'push it'] : ['取消', 'cancel it'];
  throw new Refused(
    'CONFLICT',
    `订单已不再等待这次请求，请在订单页重新${zh}`,
    `The order no longer waits for this request; ${en} again on the order's page`,
  );
}
