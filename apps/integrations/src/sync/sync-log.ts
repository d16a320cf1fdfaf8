import type { SyncRun } from '@orderbridge/contracts/integrations-api';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';

/** Columns of a run as `syncRunView` reads them. */
export const RUN_COLUMNS = `id, public_id, type, status, message, message_en, total_count, success_count, failed_count, changed_count, by,
  cancel_requested, created_at, started_at, completed_at`;

export type RunRow = {
  id: string;
  public_id: string;
  type: SyncRun['type'];
  status: SyncRun['status'];
  message: string;
  message_en: string;
  total_count: number;
  success_count: number;
  failed_count: number;
  changed_count: number;
  by: string;
  cancel_requested: boolean;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
};

/** An entry of the sync log as the API shows it (domain.md §3.9). */
export function syncRunView(row: RunRow): SyncRun {
  const startedAt = instant(row.started_at);
  const completedAt = instant(row.completed_at);
  return {
    id: row.public_id,
    type: row.type,
    status: row.status,
    message: row.message,
    messageEn: row.message_en,
    totalCount: row.total_count,
    successCount: row.success_count,
    failedCount: row.failed_count,
    doneCount: row.success_count + row.failed_count,
    changedCount: row.changed_count,
    by: row.by,
    cancelRequested: row.cancel_requested,
    createdAt: instant(row.created_at)!,
    startedAt,
    completedAt,
    durationSeconds: startedAt && completedAt ? (Date.parse(completedAt) - Date.parse(startedAt)) / 1_000 : null,
  };
}

const instant = (at: string | null) => (at === null ? null : new Date(at).toISOString());

/** How a finished run ended: `partial` when both counts are above zero (R115). */
export const statusOf = (successCount: number, failedCount: number): 'success' | 'partial' | 'failed' =>
  failedCount === 0 ? 'success' : successCount === 0 ? 'failed' : 'partial';

/** Work of others that is over: a push or cancel, a logistics query, something done by hand. */
export type FinishedRun = {
  readonly type: 'order' | 'logistics' | 'manual';
  /** `staff:<username>` or `system`. */
  readonly by: string;
  readonly successCount: number;
  readonly failedCount: number;
  readonly message: Text;
  readonly startedAt: Date;
  readonly completedAt: Date;
};

/** Writes a finished run into the sync log, in the caller's transaction (R115). Its status follows from the counts. */
export async function recordRun({ em }: Pick<Tx, 'em'>, run: FinishedRun): Promise<void> {
  await em.execute(
    `insert into sync_runs (public_id, type, status, message, message_en, total_count, success_count, failed_count, by, listed,
       created_at, started_at, completed_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, true, ?, ?, ?)`,
    [
      uuidv7(run.startedAt),
      run.type,
      statusOf(run.successCount, run.failedCount),
      run.message.zh,
      run.message.en,
      run.successCount + run.failedCount,
      run.successCount,
      run.failedCount,
      run.by,
      run.startedAt,
      run.startedAt,
      run.completedAt,
    ],
    'run',
  );
}
