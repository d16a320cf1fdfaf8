import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { callbackApi, CallbackItem } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { idOfCursor, pageOf } from '../paging.ts';
import { CALLBACK_COLUMNS, callbackItem, type CallbackRow } from './callback-view.ts';

/** A page of the inbox, newest first. */
export async function listCallbacks(
  em: SqlEntityManager,
  filter: z.output<typeof callbackApi.list.input>,
): Promise<{ items: CallbackItem[]; nextCursor: string | null }> {
  const { orderNumber, outcome, provider, cursor, limit } = filter;
  const parts: string[] = [];
  const params: unknown[] = [];
  if (orderNumber) {
    parts.push(
      `(c.order_id = (select id from orders where order_number = ?) or (c.order_id is null and c.platform_order_no = ?))`,
    );
    params.push(orderNumber, orderNumber);
  }
  if (outcome) {
    parts.push(`c.outcome in (?)`);
    params.push([outcome].flat());
  }
  if (provider) {
    parts.push(`c.provider = ?`);
    params.push(provider);
  }
  if (cursor) {
    parts.push(`c.id < ?`);
    params.push(idOfCursor(cursor));
  }
  const rows = await em.execute<CallbackRow[]>(
    `select ${CALLBACK_COLUMNS} from callbacks c left join orders o on o.id = c.order_id
     ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''} order by c.id desc limit ?`,
    [...params, limit + 1],
  );
  return pageOf(rows, limit, callbackItem);
}
