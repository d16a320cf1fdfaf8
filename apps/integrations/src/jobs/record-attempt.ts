import type { JobAttempt } from '@orderbridge/contracts/integrations-api';
import type { Exchange } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';
import type { Tx } from '../transaction.ts';

/** What is kept of one call of a job: nothing in it names a person or a secret. */
export type AttemptRecord = {
  /** Counts the calls of the job, from 1. */
  readonly no: number;
  readonly startedAt: Date;
  readonly outcome: JobAttempt['outcome'];
  /** Undefined when nothing went over the wire, or nobody lived to tell. */
  readonly exchange?: Exchange | undefined;
  readonly detail: Text | null;
};

/** Attempts that are kept of a job, the latest ones. */
const KEPT = 20;

/**
 * Keeps how a call of a job ended, in the transaction that says what becomes of the job. What a process tells that was
 * thought dead takes the place of that guess; the guess (`isGuess`) takes no place.
 */
export async function recordAttempt(
  { em }: Tx,
  jobId: string,
  { no, startedAt, outcome, exchange, detail }: AttemptRecord,
  now: Date,
  { isGuess = false } = {},
): Promise<void> {
  await em.execute(
    `insert into job_attempts (job_id, no, started_at, ended_at, outcome, http_status, duration_ms, url, request, answer,
                               detail, detail_en)
     select id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? from jobs where public_id = ?
     on conflict (job_id, no) do ${
       isGuess
         ? 'nothing'
         : `update set started_at = excluded.started_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
              http_status = excluded.http_status, duration_ms = excluded.duration_ms, url = excluded.url,
              request = excluded.request, answer = excluded.answer, detail = excluded.detail, detail_en = excluded.detail_en`
     }`,
    [
      no,
      startedAt,
      now,
      outcome,
      exchange?.httpStatus ?? null,
      exchange?.durationMs ?? null,
      exchange?.url ?? null,
      exchange?.request ?? null,
      exchange?.answer ?? null,
      detail?.zh ?? null,
      detail?.en ?? null,
      jobId,
    ],
    'run',
  );
  if (no > KEPT)
    await em.execute(
      `delete from job_attempts where no <= ? and job_id = (select id from jobs where public_id = ?)`,
      [no - KEPT, jobId],
      'run',
    );
}
