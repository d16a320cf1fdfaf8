import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { syncApi, SyncRun } from '@orderbridge/contracts/integrations-api';
import { ascending, descending, pageIn } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { startOfPage } from '../paging.ts';
import { RUN_COLUMNS, type RunRow, syncRunView } from './sync-log.ts';

const ID = { sql: 'id', holds: 'integer' } as const;
const CREATED = { sql: 'created_at', holds: 'instant' } as const;
const SEQUENCES = { newest: descending('newest', ID), oldest: ascending('oldest', ID) };
const SEQUENCES_OF_DAYS = { newest: descending('newest', CREATED, ID), oldest: ascending('oldest', CREATED, ID) };

/**
 * A page of the sync log, newest first unless told otherwise, by keyset. Days of the past are read by time: going along
 * the ids to find them would pass every run before or since.
 * @throws BadInput when the cursor is none of this sequence
 */
export async function listSyncs(
  em: SqlEntityManager,
  { type, status, createdFrom, createdTo, sort = 'newest', cursor, limit }: z.output<typeof syncApi.list.input>,
): Promise<{ items: SyncRun[]; nextCursor: string | null }> {
  const sequence = (createdFrom || createdTo ? SEQUENCES_OF_DAYS : SEQUENCES)[sort];
  const { behind, orderBy, place } = startOfPage(sequence, cursor);
  const wanted = Object.entries({
    'type = ?': type,
    'status = ?': status,
    'created_at >= ?': createdFrom,
    'created_at < ?': createdTo,
  }).filter(([, value]) => value !== undefined);
  const parts = [...wanted.map(([sql]) => sql), ...(behind ? [behind.sql] : [])];
  const rows = await em.execute<(RunRow & { place: string[] })[]>(
    `select ${RUN_COLUMNS}, ${place} from sync_runs ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''}
      order by ${orderBy} limit ?`,
    [...wanted.map(([, value]) => value), ...(behind?.params ?? []), limit + 1],
  );
  return pageIn(sequence, rows, limit, syncRunView);
}
