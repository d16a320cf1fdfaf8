import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { TokenView } from '@orderbridge/contracts/staff-api';
import { idOfCursor, pageOf } from '../paging.ts';
import { tokenRows, tokenView } from './token-view.ts';

/** A page of machine tokens, newest first, those that are over included; never the tokens themselves. */
export async function listTokens(
  em: SqlEntityManager,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ items: TokenView[]; nextCursor: string | null }> {
  const before =
    cursor === undefined ? { where: 'true', params: [] } : { where: 'id < ?', params: [idOfCursor(cursor)] };
  return pageOf(await tokenRows(em, { ...before, limit: limit + 1 }), limit, tokenView);
}
