import type { MikroORM } from '@mikro-orm/postgresql';
import type { JobView } from '@orderbridge/contracts/integrations-api';
import { PRIORITY } from './plan-jobs.ts';

/** A job that this process holds until its lease runs out; `leaseNo` tells it from whoever holds it later. */
export type Claim = Pick<JobView, 'id' | 'kind' | 'orderNumber' | 'key'> & {
  readonly round: number;
  readonly leaseNo: number;
  readonly priority: 'manual' | 'bulk';
  readonly batchId: string | null;
  /** Whether an earlier call may have arrived, of this round or one before. */
  readonly outcomeUnknown: boolean;
  /** Calls made so far. */
  readonly attempts: number;
  readonly plannedAt: Date;
};

/** Renewed while its holder lives; who is silent so long has died, and nobody knows whether its call arrived. */
export const LEASE_MS = 20_000;

export type ClaimRow = {
  public_id: string;
  kind: JobView['kind'];
  order_number: string;
  key: string;
  round: number;
  lease_no: number;
  priority: number;
  batch_id: string | null;
  outcome_unknown: boolean;
  attempts: number;
  created_at: string;
};

/** What `claimOf` reads. */
export const CLAIM_COLUMNS =
  'public_id, kind, order_number, key, round, lease_no, priority, batch_id, outcome_unknown, attempts, created_at';

export const claimOf = (row: ClaimRow): Claim => ({
  id: row.public_id,
  kind: row.kind,
  orderNumber: row.order_number,
  key: row.key,
  round: row.round,
  leaseNo: row.lease_no,
  priority: row.priority === PRIORITY.manual ? 'manual' : 'bulk',
  batchId: row.batch_id,
  outcomeUnknown: row.outcome_unknown,
  attempts: row.attempts,
  plannedAt: new Date(row.created_at),
});

/**
 * Takes jobs that are due, oldest first, at most so many of each kind of turn. Those that another process takes at the
 * same moment are passed over, so any number of processes may do this at once.
 */
export async function claimJobs(
  orm: MikroORM,
  now: Date,
  most: Readonly<Record<keyof typeof PRIORITY, number>>,
): Promise<Claim[]> {
  const due = `(select id from jobs where state = 'waiting' and priority = ? and next_attempt_at <= ?
                order by next_attempt_at, id limit ? for update skip locked)`;
  const rows = await orm.em.fork().execute<ClaimRow[]>(
    `with manual as ${due}, bulk as ${due}
     update jobs set state = 'running', leased_until = ?, lease_no = lease_no + 1, updated_at = ?
      where id in (select id from manual union all select id from bulk)
     returning ${CLAIM_COLUMNS}`,
    [PRIORITY.manual, now, most.manual, PRIORITY.bulk, now, most.bulk, new Date(now.getTime() + LEASE_MS), now],
  );
  return rows.map(claimOf);
}
