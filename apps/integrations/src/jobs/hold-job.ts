import type { JobView } from '@orderbridge/contracts/integrations-api';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';

/** A job under the lock of this transaction. */
export type HeldJob = Pick<JobView, 'id' | 'kind' | 'orderNumber' | 'key' | 'state'> & {
  readonly round: number;
  readonly leaseNo: number;
  readonly leasedUntil: Date | null;
  readonly attempts: number;
  readonly tries: number;
  readonly outcomeUnknown: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly batchPaused: boolean;
};

type Row = {
  public_id: string;
  kind: JobView['kind'];
  order_number: string;
  key: string;
  state: JobView['state'];
  round: number;
  lease_no: number;
  leased_until: string | null;
  attempts: number;
  tries: number;
  outcome_unknown: boolean;
  created_at: string;
  updated_at: string;
};

/** Locks a job, its batch before it as everywhere; undefined when there is none (any more). */
export async function holdJob(
  { em }: Tx,
  { id, batchId }: { id: string; batchId: string | null },
): Promise<HeldJob | undefined> {
  const [batch] =
    batchId === null
      ? []
      : await em.execute<{ paused: boolean }[]>(`select paused from batches where public_id = ? for share`, [batchId]);
  const [row] = await em.execute<Row[]>(
    `select public_id, kind, order_number, key, state, round, lease_no, leased_until, attempts, tries, outcome_unknown, created_at,
            updated_at
       from jobs where public_id = ? for update`,
    [id],
  );
  return (
    row && {
      id: row.public_id,
      kind: row.kind,
      orderNumber: row.order_number,
      key: row.key,
      state: row.state,
      round: row.round,
      leaseNo: row.lease_no,
      leasedUntil: row.leased_until === null ? null : new Date(row.leased_until),
      attempts: row.attempts,
      tries: row.tries,
      outcomeUnknown: row.outcome_unknown,
      createdAt: new Date(row.created_at),
      updatedAt: new Date(row.updated_at),
      batchPaused: batch?.paused ?? false,
    }
  );
}

/** What a held job becomes; nobody holds a lease of it afterwards. What is not named stays as it is. */
export async function changeJob(
  { em }: Tx,
  { id, attempts, tries, outcomeUnknown }: HeldJob,
  now: Date,
  to: {
    state: JobView['state'];
    attempts?: number;
    tries?: number;
    /** Null when no further call is planned. */
    nextAttemptAt?: Date;
    outcomeUnknown?: boolean;
    lastOutcome?: JobView['lastOutcome'];
    detail: Text | null;
  },
): Promise<void> {
  await em.execute(
    `update jobs set state = ?, attempts = ?, tries = ?, next_attempt_at = ?, leased_until = null, outcome_unknown = ?,
            last_outcome = coalesce(?, last_outcome), detail = ?, detail_en = ?, updated_at = ?
      where public_id = ?`,
    [
      to.state,
      to.attempts ?? attempts,
      to.tries ?? tries,
      to.nextAttemptAt ?? null,
      to.outcomeUnknown ?? outcomeUnknown,
      to.lastOutcome ?? null,
      to.detail?.zh ?? null,
      to.detail?.en ?? null,
      now,
      id,
    ],
    'run',
  );
}
