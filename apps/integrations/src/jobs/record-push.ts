import { recordRun } from '../sync/sync-log.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';
import type { HeldJob } from './hold-job.ts';

/** Each push that ended is one entry of the sync log, whatever number of calls it took (R21). */
export async function recordPush(tx: Tx, held: HeldJob, isAccepted: boolean, said: Text, now: Date): Promise<void> {
  if (held.kind !== 'push') return;
  await recordRun(tx, {
    type: 'order',
    by: 'system',
    successCount: isAccepted ? 1 : 0,
    failedCount: isAccepted ? 0 : 1,
    message: { zh: `订单 ${held.orderNumber}：${said.zh}`, en: `Order ${held.orderNumber}: ${said.en}` },
    startedAt: held.createdAt,
    completedAt: now,
  });
}
