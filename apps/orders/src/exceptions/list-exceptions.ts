import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { exceptionApi, ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ascending, descending } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { pageIn, startOfPage } from '../paging.ts';
import { StaffException } from './exception.entity.ts';
import { exceptionItems, type Viewer } from './exception-view.ts';
import { CAUSE_SQL } from './list-causes.ts';

type Filter = z.output<typeof exceptionApi.list.input>;

const ID = { sql: 'e.id', holds: 'integer' } as const;
const RESOLVED = { sql: 'e.resolved_at', holds: 'instant' } as const;
const SEQUENCES = {
  open: { newest: descending('newest', ID), oldest: ascending('oldest', ID) },
  resolved: { newest: descending('newest', RESOLVED, ID), oldest: ascending('oldest', RESOLVED, ID) },
};

/**
 * A page of cases by keyset, unless told otherwise: open ones the oldest first, because those wait the longest; resolved
 * ones the newest first.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listExceptions(
  em: SqlEntityManager,
  filter: Filter,
  viewer: Viewer,
): Promise<{ items: ExceptionItem[]; nextCursor: string | null }> {
  const sequence = SEQUENCES[filter.status][filter.sort ?? (filter.status === 'open' ? 'oldest' : 'newest')];
  const { behind, orderBy, place } = startOfPage(sequence, filter.cursor);
  const { where, params } = conditions(filter);
  const rows = await em.execute<{ id: string; place: string[] }[]>(
    `select e.id, ${place} from exceptions e where ${where} ${behind ? `and ${behind.sql}` : ''} order by ${orderBy} limit ?`,
    [...params, ...(behind?.params ?? []), filter.limit + 1],
  );
  const page = pageIn(sequence, rows, filter.limit, ({ id }) => Number(id));
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

function conditions({ kind, status, orderNumber, owner, cause }: Filter): { where: string; params: unknown[] } {
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
  if (cause) {
    parts.push(`${CAUSE_SQL} = ?`);
    params.push(cause);
  }
  if (orderNumber) {
    // A callback that came before its order is about the number it names.
    parts.push(`(e.order_id = (select id from orders where order_number = ?)
                 or (e.order_id is null and e.callback_id in (select public_id from callbacks where platform_order_no = ?)))`);
    params.push(orderNumber, orderNumber);
  }
  return { where: parts.join(' and '), params };
}
