import type { SyncRun } from '@orderbridge/contracts/integrations-api';
import { Refused } from '../errors.ts';
import { recordEvent } from '../outbox/record-event.ts';
import { transact } from '../transaction.ts';
import { syncNotFound } from './get-sync.ts';
import type { SyncVerbContext } from './start-sync.ts';
import { RUN_COLUMNS, type RunRow, syncRunView } from './sync-log.ts';

/**
 * Asks a run to end. The worker that has it ends it after the batches that are under way; one that nobody has is taken
 * up only to be ended. What was synced stays synced.
 * @throws NotFound, Refused CONFLICT when it is over
 */
export async function cancelSync(context: SyncVerbContext, { id }: { id: string }): Promise<SyncRun> {
  return transact(context, async (tx) => {
    const [row] = await tx.em.execute<(RunRow & { is_open: boolean })[]>(
      `select ${RUN_COLUMNS}, status in ('pending', 'processing') as is_open from sync_runs where public_id = ? for update`,
      [id],
    );
    if (!row) throw syncNotFound(id);
    if (!row.is_open)
      throw new Refused('CONFLICT', '同步已经结束，不能取消', 'This sync is over and cannot be cancelled');
    if (!row.cancel_requested) {
      await tx.em.execute(`update sync_runs set cancel_requested = true where id = ?`, [row.id], 'run');
      recordEvent(tx, context.now(), 'staff.acted', null, {
        actor: context.by,
        action: 'sync_cancelled',
        resourceType: 'sync',
        resourceId: id,
        detail: { type: row.type },
      });
    }
    return syncRunView({ ...row, cancel_requested: true });
  });
}
