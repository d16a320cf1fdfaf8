import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ReplayBatch } from '@orderbridge/contracts/orders-api';

type Row = {
  total: number;
  done: number;
  failed: number;
  started_at: string;
  last_at: string;
  finished_at: string | null;
};

/** How far a replay of many has come; null when none was started under this id. */
export async function readReplayBatch(em: SqlEntityManager, batchId: string): Promise<ReplayBatch | null> {
  const [row] = await em.execute<Row[]>(
    `select total, done, failed, started_at, last_at, finished_at from callback_replay_batches where id = ?`,
    [batchId],
  );
  if (!row) return null;
  const { total, done, failed, started_at, last_at, finished_at } = row;
  return {
    total,
    done,
    failed,
    startedAt: new Date(started_at).toISOString(),
    lastAt: new Date(last_at).toISOString(),
    finishedAt: finished_at === null ? null : new Date(finished_at).toISOString(),
  };
}
