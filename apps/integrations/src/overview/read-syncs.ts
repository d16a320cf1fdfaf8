import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { SYNC_TYPES } from '@orderbridge/contracts/integrations-api';
import type { IntegrationsOverview } from '@orderbridge/contracts/overview-api';
import { RUN_COLUMNS, type RunRow, syncRunView } from '../sync/sync-log.ts';

/** The newest run of each type that ever ran. */
export async function readSyncs(em: SqlEntityManager): Promise<IntegrationsOverview['syncs']> {
  const rows = await em.execute<RunRow[]>(
    `select newest.* from unnest(array[${SYNC_TYPES.map((type) => `'${type}'`).join(', ')}]) with ordinality as wanted (name, place)
      cross join lateral (select ${RUN_COLUMNS} from sync_runs where type = wanted.name order by id desc limit 1) newest
      order by wanted.place`,
  );
  return rows
    .map(syncRunView)
    .map(({ id, type, status, successCount, failedCount, createdAt, startedAt, completedAt }) => ({
      id,
      type,
      status,
      successCount,
      failedCount,
      at: completedAt ?? startedAt ?? createdAt,
    }));
}
