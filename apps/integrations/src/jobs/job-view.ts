import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { Text } from '../text.ts';

/** What `jobView` reads, of `jobs j`. */
export const JOB_COLUMNS = `j.id, j.public_id, j.kind, j.order_number, j.round, j.key, j.state, j.attempts,
  j.next_attempt_at, j.last_outcome, j.detail, j.detail_en, j.batch_id, j.created_at, j.updated_at,
  exists (select 1 from jobs n where n.order_number = j.order_number and n.round > j.round) as has_newer`;

export type JobRow = {
  id: string;
  public_id: string;
  kind: JobView['kind'];
  order_number: string;
  round: number;
  key: string;
  state: JobView['state'];
  attempts: number;
  next_attempt_at: string | null;
  last_outcome: JobView['lastOutcome'];
  detail: string | null;
  detail_en: string | null;
  batch_id: string | null;
  created_at: string;
  updated_at: string;
  has_newer: boolean;
};

export function jobView(row: JobRow): JobView {
  const refusal = whyNoRetry(row);
  return {
    id: row.public_id,
    kind: row.kind,
    orderNumber: row.order_number,
    key: row.key,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at === null ? null : new Date(row.next_attempt_at).toISOString(),
    lastOutcome: row.last_outcome,
    detail: row.detail,
    detailEn: row.detail_en,
    batchId: row.batch_id,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
    retry: { allowed: !refusal, reason: refusal?.zh ?? null, reasonEn: refusal?.en ?? null },
  };
}

/** Why no other attempt may be planned, as far as the job itself tells; undefined when one may. */
export function whyNoRetry({ state, has_newer }: Pick<JobRow, 'state' | 'has_newer'>): Text | undefined {
  if (state === 'running') return { zh: '正在执行，请等待结果', en: 'It is running; wait for its outcome' };
  if (state === 'done') return { zh: '已完成，无需重试', en: 'It is done; there is nothing to retry' };
  if (has_newer)
    return { zh: '该订单已有更新的请求，请查看最新任务', en: 'The order has a newer request; look at the newest job' };
  return undefined;
}
