import type { IntegrationsLog } from '../log.ts';
import type { Text } from '../text.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { type Claim, CLAIM_COLUMNS, type ClaimRow, claimOf } from './claim-jobs.ts';
import { endAttempt } from './end-attempt.ts';
import { changeJob, holdJob } from './hold-job.ts';

const AT_ONCE = 200;

/**
 * Takes back the jobs of processes that died. A call that may have been made is uncertain and waits its turn by the
 * schedule; a job that was not called yet is due at once. One that cannot be ended holds up none of the others. Answers how
 * many were looked at.
 */
export async function endLapsed(
  context: TransactContext & { readonly log: Pick<IntegrationsLog, 'error'> },
  now: Date,
): Promise<number> {
  const rows = await context.orm.em
    .fork()
    .execute<ClaimRow[]>(
      `select ${CLAIM_COLUMNS} from jobs where state = 'running' and leased_until <= ? order by leased_until, id limit ${AT_ONCE}`,
      [now],
    );
  for (const claim of rows.map(claimOf)) {
    try {
      await endOne(context, claim, now);
    } catch (error) {
      context.log.error('lapsed job not ended', { id: claim.id, kind: claim.kind }, error);
    }
  }
  return rows.length;
}

const endOne = (context: TransactContext, claim: Claim, now: Date): Promise<void> =>
  transact(context, async (tx) => {
    const held = await holdJob(tx, claim);
    // Its holder lives after all, or another process was faster.
    const isLapsed = held?.state === 'running' && held.leasedUntil !== null && held.leasedUntil <= now;
    if (!held || !isLapsed || held.leaseNo !== claim.leaseNo) return;
    if (held.outcomeUnknown) {
      // Written last when the call was begun; only a call that has no entry yet is that of the dead.
      const call = { no: held.attempts, startedAt: held.updatedAt, isGuess: true };
      await endAttempt(tx, claim, { outcome: 'uncertain', detail: INTERRUPTED }, now, call);
    } else
      await changeJob(tx, held, now, {
        state: held.batchPaused ? 'paused' : 'waiting',
        nextAttemptAt: now,
        detail: null,
      });
  });

const INTERRUPTED: Text = {
  zh: '处理进程中断，未收到上次调用的结果',
  en: 'The process that made the last call ended before its answer came',
};
