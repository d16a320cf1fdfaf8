import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { exceptionApi, ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import type { z } from 'zod';
import { idOfCursor, pageOf } from '../paging.ts';
import { StaffException } from './exception.entity.ts';
import { exceptionItems, type Viewer } from './exception-view.ts';

type Filter = z.output<typeof exceptionApi.list.input>;

/**
 * A page of cases by keyset: open ones the oldest first, because those wait the longest; resolved ones the newest
 * first.
 * @throws Refused BAD_INPUT for a cursor that is none of ours
 */
export async function listExceptions(
  em: SqlEntityManager,
  filter: Filter,
  viewer: Viewer,
): Promise<{ items: ExceptionItem[]; nextCursor: string | null }> {
  const { where, params } = conditions(filter);
  const order = filter.status === 'open' ? 'e.id' : 'e.resolved_at desc, e.id desc';
  const rows = await em.execute<{ id: string }[]>(
    `select e.id from exceptions e where ${where} order by ${order} limit ?`,
    [...params, filter.limit + 1],
  );
  const page = pageOf(rows, filter.limit, ({ id }) => Number(id));
  const cases = new Map((await em.find(StaffException, { id: { $in: page.items } })).map((entry) => [entry.id, entry]));
  return {
    items: await exceptionItems(
      em,
      page.items.map((id) => cases.get(id)!),
      viewer,
    ),
    nextCursor: page.nextCursor,
  };
}

function conditions({ kind, status, orderNumber, owner, cursor }: Filter): { where: string; params: unknown[] } {
  const parts = [`e.status = ?`];
  const params: unknown[] = [status];
  if (kind) {
    parts.push(`e.kind in (?)`);
    params.push([kind].flat());
  }
  if (owner === null) parts.push(`e.owner is null`);
  else if (owner) {
    parts.push(`e.owner = ?`);
    params.push(owner);
  }
  if (orderNumber) {
    // A callback that came before its order is about the number it names.
    parts.push(`(e.order_id = (select id from orders where order_number = ?)
                 or (e.order_id is null and e.callback_id in (select public_id from callbacks where platform_order_no = ?)))`);
    params.push(orderNumber, orderNumber);
  }
  if (cursor) {
    parts.push(
      status === 'open'
        ? `e.id > ?`
        : `(e.resolved_at, e.id) < (select last.resolved_at, last.id from exceptions last where last.id = ?)`,
    );
    params.push(idOfCursor(cursor));
  }
  return { where: parts.join(' and '), params };
}
