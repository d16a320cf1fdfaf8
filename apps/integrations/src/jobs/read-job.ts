import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { NotFound } from '../errors.ts';
import { JOB_COLUMNS, type JobRow } from './job-view.ts';

/**
 * One job, as `jobView` takes it.
 * @throws NotFound
 */
export async function readJob(em: SqlEntityManager, id: string): Promise<JobRow> {
  const [row] = await em.execute<JobRow[]>(`select ${JOB_COLUMNS} from jobs j where j.public_id = ?`, [id]);
  if (!row) throw new NotFound('任务不存在', 'There is no such job');
  return row;
}
