import type { MikroORM } from '@mikro-orm/postgresql';
import { type Claim, LEASE_MS } from './claim-jobs.ts';

/**
 * Counts the call that is about to be made, and says before it that its outcome is not known: whoever dies before its
 * answer is written leaves the right word behind. False when the lease has gone to somebody else meanwhile.
 */
export async function beginCall(orm: MikroORM, { id, leaseNo }: Claim, now: Date): Promise<boolean> {
  const begun = await orm.em.fork().execute<{ id: string }[]>(
    `update jobs set attempts = attempts + 1, tries = tries + 1, outcome_unknown = true, leased_until = ?, updated_at = ?
      where public_id = ? and lease_no = ? and state = 'running' returning id`,
    [new Date(now.getTime() + LEASE_MS), now, id, leaseNo],
  );
  return begun.length > 0;
}
