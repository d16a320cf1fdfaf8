import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { syncApi, SyncRun } from '@orderbridge/contracts/integrations-api';
import { pageOf } from '@orderbridge/service-kit/paging';
import type { z } from 'zod';
import { idOfCursor } from '../paging.ts';
import { RUN_COLUMNS, type RunRow, syncRunView } from './sync-log.ts';

/**
 * A page of the sync log, newest first, by keyset. Days of the past are read by time: going down by id to find them would
 * pass every run since.
 * @throws BadInput when the cursor is none of ours
 */
export async function listSyncs(
  em: SqlEntityManager,
  { type, status, createdFrom, createdTo, cursor, limit }: z.output<typeof syncApi.list.input>,
): Promise<{ items: SyncRun[]; nextCursor: string | null }> {
  const byTime = createdFrom !== undefined || createdTo !== undefined;
  const after = cursor === undefined ? undefined : idOfCursor(cursor);
  const beyond = byTime ? '(created_at, id) < (select r.created_at, r.id from sync_runs r where r.id = ?)' : 'id < ?';
  const wanted = Object.entries({
    'type = ?': type,
    'status = ?': status,
    'created_at >= ?': createdFrom,
    'created_at < ?': createdTo,
    [beyond]: after,
  }).filter(([, value]) => value !== undefined);
  const rows = await em.execute<RunRow[]>(
    `select ${RUN_COLUMNS} from sync_runs ${wanted.length > 0 ? `where ${wanted.map(([sql]) => sql).join(' and ')}` : ''}
      order by ${byTime ? 'created_at desc, ' : ''}id desc limit ?`,
    [...wanted.map(([, value]) => value), limit + 1],
  );
  return pageOf(rows, limit, syncRunView);
}
