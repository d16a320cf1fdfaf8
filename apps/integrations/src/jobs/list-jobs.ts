import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { jobApi, JobView } from '@orderbridge/contracts/integrations-api';
import { ascending, descending, pageIn } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { startOfPage } from '../paging.ts';
import { JOB_COLUMNS, type JobRow, jobView } from './job-view.ts';

const ID = { sql: 'j.id', holds: 'integer' } as const;
/** When a job that waits is tried next; the index `jobs_next` has the same words. */
const NEXT = {
  sql: `coalesce(case when j.state = 'waiting' then j.next_attempt_at end, 'infinity')`,
  holds: 'instant',
} as const;
const SEQUENCES = {
  newest: descending('newest', ID),
  oldest: ascending('oldest', ID),
  nextDue: ascending('nextDue', NEXT, ID),
};

/**
 * A page of jobs, newest first unless told otherwise, by keyset.
 * @throws BadInput when the cursor is none of this sequence
 */
export async function listJobs(
  em: SqlEntityManager,
  { kind, state, orderNumber, batchId, sort = 'newest', cursor, limit }: z.output<typeof jobApi.list.input>,
  now: Date,
): Promise<{ items: JobView[]; nextCursor: string | null }> {
  const sequence = SEQUENCES[sort];
  const { behind, orderBy, place } = startOfPage(sequence, cursor);
  const wanted: [string, unknown][] = [
    ['j.kind = ?', kind],
    ['j.state = ?', state],
    ['j.order_number = ?', orderNumber || undefined],
    ['j.batch_id = ?', batchId],
  ];
  const given = wanted.filter(([, value]) => value !== undefined);
  const parts = [...given.map(([condition]) => condition), ...(behind ? [behind.sql] : [])];
  const rows = await em.execute<(JobRow & { place: string[] })[]>(
    `select ${JOB_COLUMNS}, ${place} from jobs j ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''}
      order by ${orderBy} limit ?`,
    [...given.map(([, value]) => value), ...(behind?.params ?? []), limit + 1],
  );
  return pageIn(sequence, rows, limit, (row) => jobView(row, now));
}
