import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { jobApi, JobView } from '@orderbridge/contracts/integrations-api';
import { pageOf } from '@orderbridge/service-kit/paging';
import type { z } from 'zod';
import { idOfCursor } from '../paging.ts';
import { JOB_COLUMNS, type JobRow, jobView } from './job-view.ts';

/**
 * A page of jobs, newest first, by keyset.
 * @throws BadInput when the cursor is none of ours
 */
export async function listJobs(
  em: SqlEntityManager,
  { kind, state, orderNumber, batchId, cursor, limit }: z.output<typeof jobApi.list.input>,
  now: Date,
): Promise<{ items: JobView[]; nextCursor: string | null }> {
  const wanted: [string, unknown][] = [
    ['j.kind = ?', kind],
    ['j.state = ?', state],
    ['j.order_number = ?', orderNumber || undefined],
    ['j.batch_id = ?', batchId],
    ['j.id < ?', cursor === undefined ? undefined : idOfCursor(cursor)],
  ];
  const given = wanted.filter(([, value]) => value !== undefined);
  const where = given.length === 0 ? '' : `where ${given.map(([condition]) => condition).join(' and ')}`;
  const rows = await em.execute<JobRow[]>(`select ${JOB_COLUMNS} from jobs j ${where} order by j.id desc limit ?`, [
    ...given.map(([, value]) => value),
    limit + 1,
  ]);
  return pageOf(rows, limit, (row) => jobView(row, now));
}
