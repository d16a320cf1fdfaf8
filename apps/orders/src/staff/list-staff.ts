import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { StaffView } from '@orderbridge/contracts/staff-api';
import { idOfCursor, pageOf } from '../paging.ts';
import { staffRows, staffView } from './staff-view.ts';

/** A page of staff accounts, newest first, those that are switched off included. */
export async function listStaff(
  em: SqlEntityManager,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  now: Date,
): Promise<{ items: StaffView[]; nextCursor: string | null }> {
  const before =
    cursor === undefined ? { where: 'true', params: [] } : { where: 'm.id < ?', params: [idOfCursor(cursor)] };
  return pageOf(await staffRows(em, now, { ...before, limit: limit + 1 }), limit, staffView);
}
