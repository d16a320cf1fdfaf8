import type { BatchView } from '@orderbridge/contracts/integrations-api';
import { NotFound } from '../errors.ts';
import { recordEvent } from '../outbox/record-event.ts';
import { transact, type TransactContext, type Tx } from '../transaction.ts';
import { findBatch } from './list-batches.ts';

/** `by` is the `staff:<username>` who asks. */
export type BatchContext = TransactContext & { readonly now: () => Date; readonly by: string };

/**
 * Holds back what a bulk push has not sent yet, and whatever comes in of it later; or lets it go on where it stopped. A
 * call that is under way, or may have arrived, is followed to its end all the same.
 * @throws NotFound
 */
export function setBatchPaused(context: BatchContext, batchId: string, paused: boolean): Promise<BatchView> {
  const { now, by } = context;
  return transact(context, async (tx) => {
    const at = now();
    const [changed] = await tx.em.execute<{ id: string }[]>(
      `update batches set paused = ? where public_id = ? and paused <> ? returning id`,
      [paused, batchId, paused],
    );
    if (changed) {
      await moveJobs(tx, batchId, paused, at);
      recordEvent(tx, at, 'staff.acted', null, {
        actor: by,
        action: paused ? 'batch_paused' : 'batch_resumed',
        resourceType: 'batch',
        resourceId: batchId,
        detail: {},
      });
    }
    const batch = await findBatch(tx.em, batchId);
    if (!batch) throw new NotFound('批量推送不存在', 'There is no such bulk push');
    return batch;
  });
}

async function moveJobs({ em }: Tx, batchId: string, paused: boolean, at: Date): Promise<void> {
  const [from, to] = paused ? ['waiting', 'paused'] : ['paused', 'waiting'];
  await em.execute(
    `update jobs set state = ?, updated_at = ? where batch_id = ? and state = ? ${paused ? 'and not outcome_unknown' : ''}`,
    [to, at, batchId, from],
    'run',
  );
}
