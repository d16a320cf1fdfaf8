import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { callbackApi, CallbackItem } from '@orderbridge/contracts/orders-api';
import { ascending, descending } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { cursorBehind, pageIn, startOfPage } from '../paging.ts';
import { CALLBACK_COLUMNS, callbackItem, type CallbackRow } from './callback-view.ts';
import { callbackCondition, type Condition, scanForField } from './find-callbacks.ts';

const ID = { sql: 'c.id', holds: 'integer' } as const;
const SEQUENCES = { newest: descending('newest', ID), oldest: ascending('oldest', ID) };

/**
 * A page of the inbox, newest first unless told otherwise.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence, or a field search without bounds
 */
export async function listCallbacks(
  em: SqlEntityManager,
  { sort = 'newest', cursor, limit, ...filter }: z.output<typeof callbackApi.list.input>,
): Promise<{ items: CallbackItem[]; nextCursor: string | null }> {
  const sequence = SEQUENCES[sort];
  const { behind, orderBy, place } = startOfPage(sequence, cursor);
  const rowsWhere = ({ sql, params }: Condition, most: number) =>
    em.execute<(CallbackRow & { place: string[] })[]>(
      `select ${CALLBACK_COLUMNS}, ${place} from callbacks c left join orders o on o.id = c.order_id
        where ${sql} order by ${orderBy} limit ?`,
      [...params, most],
    );
  const condition = await callbackCondition(em, filter);
  if (filter.field) {
    const from = behind?.params[0];
    const ascends = sequence.direction === 'asc';
    const { ids, next } = await scanForField(em, condition, { field: filter.field, limit, from, ascending: ascends });
    const rows = ids.length === 0 ? [] : await rowsWhere({ sql: 'c.id in (?)', params: [ids] }, limit);
    return { items: rows.map(callbackItem), nextCursor: next === undefined ? null : cursorBehind(sequence, [next]) };
  }
  const { sql, params } = condition;
  const after = behind ? { sql: `${sql} and ${behind.sql}`, params: [...params, ...behind.params] } : condition;
  return pageIn(sequence, await rowsWhere(after, limit + 1), limit, callbackItem);
}
