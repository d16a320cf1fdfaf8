import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { callbackApi, CallbackItem } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { cursorAfter, idOfCursor, pageOf } from '../paging.ts';
import { CALLBACK_COLUMNS, callbackItem, type CallbackRow } from './callback-view.ts';
import { callbackCondition, type Condition, scanForField } from './find-callbacks.ts';

/**
 * A page of the inbox, newest first.
 * @throws Refused BAD_INPUT for a cursor that is none of ours, or a field search without bounds
 */
export async function listCallbacks(
  em: SqlEntityManager,
  { cursor, limit, ...filter }: z.output<typeof callbackApi.list.input>,
): Promise<{ items: CallbackItem[]; nextCursor: string | null }> {
  const from = cursor === undefined ? undefined : idOfCursor(cursor);
  const condition = await callbackCondition(em, filter);
  if (filter.field) {
    const { ids, next } = await scanForField(em, condition, { field: filter.field, limit, from });
    const rows = ids.length === 0 ? [] : await rowsWhere(em, { sql: 'c.id in (?)', params: [ids] }, limit);
    return { items: rows.map(callbackItem), nextCursor: next === undefined ? null : cursorAfter(next) };
  }
  const { sql, params } = condition;
  const after = from === undefined ? condition : { sql: `${sql} and c.id < ?`, params: [...params, from] };
  return pageOf(await rowsWhere(em, after, limit + 1), limit, callbackItem);
}

const rowsWhere = (em: SqlEntityManager, { sql, params }: Condition, limit: number): Promise<CallbackRow[]> =>
  em.execute<CallbackRow[]>(
    `select ${CALLBACK_COLUMNS} from callbacks c left join orders o on o.id = c.order_id
      where ${sql} order by c.id desc limit ?`,
    [...params, limit],
  );
