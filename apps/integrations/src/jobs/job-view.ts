import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { Text } from '../text.ts';

/** What `jobView` reads, of `jobs j`. */
export const JOB_COLUMNS = `j.id, j.public_id, j.kind, j.order_number, j.round, j.key, j.state, j.attempts,
  j.next_attempt_at, j.last_outcome, j.detail, j.detail_en, j.batch_id, j.created_at, j.updated_at,
  exists (select 1 from jobs n where n.order_number = j.order_number and n.round > j.round) as has_newer,
  not exists (select 1 from received_order_events e
               where e.order_number = j.order_number and e.type = 'haier.moved' and e.data->>'round' = j.round::text
                 and e.data->>'to' <> j.kind || '_pending') as unanswered`;

/** How long an answer by callback may take before its absence counts. */
export const ANSWER_DUE_MS = 15 * 60_000;

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
  /** Orders has told of no outcome of this round. */
  unanswered: boolean;
};

export function jobView(row: JobRow, now: Date): JobView {
  const refusal = whyNoRetry(row, now);
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

/**
 * Why no other attempt may be planned, as far as the job itself tells; undefined when one may. One that the platform took
 * may be made again when no callback has come of it: the same request under the same number, so nothing is done twice.
 */
export function whyNoRetry(
  { state, has_newer, unanswered, updated_at }: Pick<JobRow, 'state' | 'has_newer' | 'unanswered' | 'updated_at'>,
  now: Date,
): Text | undefined {
  if (state === 'running') return { zh: '正在执行，请等待结果', en: 'It is running; wait for its outcome' };
  if (state === 'done' && !unanswered) return { zh: '已完成，无需重试', en: 'It is done; there is nothing to retry' };
  if (has_newer)
    return { zh: '该订单已有更新的请求，请查看最新任务', en: 'The order has a newer request; look at the newest job' };
  if (state === 'done' && now.getTime() - Date.parse(updated_at) < ANSWER_DUE_MS)
    return {
      zh: '平台已受理，请等待回调；15 分钟后仍无回调可重试',
      en: 'The platform took it; wait for its callback, and retry when none has come after 15 minutes',
    };
  return undefined;
}
