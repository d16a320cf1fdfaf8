import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { BatchView, jobApi } from '@orderbridge/contracts/integrations-api';
import { pageOf } from '@orderbridge/service-kit/paging';
import type { z } from 'zod';
import { idOfCursor } from '../paging.ts';

type Row = {
  id: string;
  public_id: string;
  paused: boolean;
  created_at: string;
  total: string;
  done: string;
  refused: string;
};

/**
 * A page of bulk pushes with their progress, newest first, by keyset.
 * @throws BadInput when the cursor is none of ours
 */
export async function listBatches(
  em: SqlEntityManager,
  { cursor, limit }: z.output<typeof jobApi.batches.input>,
): Promise<{ items: BatchView[]; nextCursor: string | null }> {
  const before = cursor === undefined ? [] : [idOfCursor(cursor)];
  const rows = await em.execute<Row[]>(
    `${SELECT} ${before.length > 0 ? 'where b.id < ?' : ''} order by b.id desc limit ?`,
    [...before, limit + 1],
  );
  return pageOf(rows, limit, batchView);
}

/** One bulk push; undefined when there is none of that id. */
export async function findBatch(em: SqlEntityManager, batchId: string): Promise<BatchView | undefined> {
  const [row] = await em.execute<Row[]>(`${SELECT} where b.public_id = ?`, [batchId]);
  return row && batchView(row);
}

const SELECT = `
  select b.id, b.public_id, b.paused, b.created_at, n.total, n.done, n.refused
    from batches b cross join lateral (
      select count(*) as total, count(*) filter (where state = 'done') as done,
             count(*) filter (where state in ('refused', 'gave_up')) as refused
        from jobs where batch_id = b.public_id) n`;

function batchView(row: Row): BatchView {
  const [total, done, refused] = [Number(row.total), Number(row.done), Number(row.refused)];
  return {
    id: row.public_id,
    total,
    done,
    refused,
    waiting: total - done - refused,
    paused: row.paused,
    createdAt: new Date(row.created_at).toISOString(),
  };
}
