import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type CallbackFilter, PAYMENT_METHODS } from '@orderbridge/contracts/orders-api';
import { Refused } from '../errors.ts';
import { holdsField, readFieldSearch } from './field-search.ts';

/** A condition on `callbacks c`, with its parameters. */
export type Condition = { readonly sql: string; readonly params: readonly unknown[] };

/** How many callbacks a field search looks into before it gives its caller a rest. */
export const FIELD_SCAN_MAX = 20_000;

const DAY_MS = 86_400_000;
const FIELD_RANGE_DAYS = 7;
const ORDERS_OF_PHONE_MAX = 1_000;
const CHUNK = 500;

/**
 * What a filter says of a row, all but its `field`, which only the body knows. Each part has an index to go by.
 * @throws Refused BAD_INPUT for a field search without bounds
 */
export async function callbackCondition(em: SqlEntityManager, filter: CallbackFilter): Promise<Condition> {
  const parts: string[] = ['true'];
  const params: unknown[] = [];
  const add = (sql: string, ...values: unknown[]) => {
    parts.push(sql);
    params.push(...values);
  };
  const { orderNumber, transactionId, phoneTail, outcome, provider, receivedFrom, receivedTo } = filter;
  if (filter.field) refuseUnbounded(filter);
  if (orderNumber)
    add(
      `(c.order_id = (select id from orders where order_number = ?) or (c.order_id is null and c.platform_order_no = ?))`,
      orderNumber,
      orderNumber,
    );
  if (transactionId)
    // What names it, and, of the order whose payment has it, what the same provider sent without naming it.
    add(
      `c.id = any(array(select id from callbacks where transaction_id = ?
                         union all
                        select of_order.id from payments p
                          join callbacks of_order on of_order.order_id = p.order_id and of_order.provider = p.method and of_order.transaction_id is null
                         where p.method in (?) and p.transaction_id = ?))`,
      transactionId,
      PAYMENT_METHODS,
      transactionId,
    );
  if (phoneTail)
    add(
      `c.order_id = any(array(select id from orders where phone_tail = ? order by id desc limit ${ORDERS_OF_PHONE_MAX}))`,
      phoneTail,
    );
  if (outcome) add(`c.outcome in (?)`, [outcome].flat());
  if (provider) add(`c.provider = ?`, provider);
  if (receivedFrom || receivedTo) {
    const received = [
      ...(receivedFrom ? [{ sql: `c.received_at >= ?`, at: new Date(receivedFrom) }] : []),
      ...(receivedTo ? [{ sql: `c.received_at <= ?`, at: new Date(receivedTo) }] : []),
    ];
    const within = received.map(({ sql }) => sql).join(' and ');
    const times = received.map(({ at }) => at);
    // Rows stand nearly in order of receipt: the ids at both ends let a page be read along the primary key.
    const [ends] = await em.execute<{ first: string | null; last: string | null }[]>(
      `select min(c.id) as first, max(c.id) as last from callbacks c where ${within}`,
      times,
    );
    add(`${within} and c.id between ? and ?`, ...times, ends?.first ?? 0, ends?.last ?? 0);
  }
  return { sql: parts.join(' and '), params };
}

function refuseUnbounded({ orderNumber, transactionId, receivedFrom, receivedTo }: CallbackFilter): void {
  if (orderNumber || transactionId) return;
  const rangeMs = receivedFrom && receivedTo ? Date.parse(receivedTo) - Date.parse(receivedFrom) : Infinity;
  if (rangeMs <= FIELD_RANGE_DAYS * DAY_MS) return;
  throw new Refused(
    'BAD_INPUT',
    `按字段搜索需要同时给出订单号、交易号，或不超过 ${FIELD_RANGE_DAYS} 天的接收时间范围`,
    `A search by field also needs an order number, a transaction id, or a range of receipt of at most ${FIELD_RANGE_DAYS} days`,
  );
}

type Scanned = { readonly id: string; readonly content_type: string; readonly body: string };

/**
 * Ids of the callbacks that hold the field, in the order asked, at most `limit`. `next` is the last id looked at when
 * there may be more behind it: the limit was reached, or enough was looked into for one request.
 */
export async function scanForField(
  em: SqlEntityManager,
  { sql, params }: Condition,
  {
    field,
    limit,
    from,
    ascending = false,
  }: { field: string; limit: number; from?: string | undefined; ascending?: boolean },
): Promise<{ ids: string[]; next: string | undefined }> {
  const search = readFieldSearch(field);
  const ids: string[] = [];
  let last = from;
  for (let scanned = 0; scanned < FIELD_SCAN_MAX; scanned += CHUNK) {
    const rows = await em.execute<Scanned[]>(
      `select c.id, c.content_type, c.body from callbacks c
        where ${sql} ${last === undefined ? '' : `and c.id ${ascending ? '>' : '<'} ?`}
        order by c.id ${ascending ? 'asc' : 'desc'} limit ${CHUNK}`,
      [...params, ...(last === undefined ? [] : [last])],
    );
    for (const row of rows) {
      last = row.id;
      if (!holdsField({ contentType: row.content_type, body: row.body }, search)) continue;
      ids.push(row.id);
      if (ids.length === limit) return { ids, next: last };
    }
    if (rows.length < CHUNK) return { ids, next: undefined };
  }
  return { ids, next: last };
}
