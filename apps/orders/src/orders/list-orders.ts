import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { orderApi, OrderListItem } from '@orderbridge/contracts/orders-api';
import { ascending, descending, type Sequence } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { literal } from '../like-pattern.ts';
import { pageIn, startOfPage } from '../paging.ts';
import { maskName, maskPhone } from './mask.ts';

/** Which orders, and from where on. */
export type OrderFilter = Omit<z.output<typeof orderApi.list.input>, 'limit'>;
type Row = {
  id: string;
  order_number: string;
  status: OrderListItem['status'];
  haier_status: OrderListItem['haierStatus'];
  haier_order_no: string | null;
  haier_line_count: number;
  buyer: string;
  contact_name: string;
  phone: string;
  total_fen: string;
  payable_fen: string;
  created_at: string;
  province: string;
  city: string;
  district: string;
  tracking_no: string | null;
  summary: string | null;
  quantity: number;
  refunded_fen: string;
  open_exceptions: number;
  place: string[];
};

/**
 * A page of orders by when they were placed, by keyset: the last page costs what the first one does.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listOrders(
  em: SqlEntityManager,
  filter: z.output<typeof orderApi.list.input>,
): Promise<{ items: OrderListItem[]; nextCursor: string | null }> {
  const sequence = orderSequence(filter);
  const { where, params, orderBy, place } = orderConditions(filter);
  const rows = await em.execute<Row[]>(
    `select o.id, o.order_number, o.status, o.haier_status, o.haier_order_no, o.haier_line_count, o.buyer, o.contact_name, o.phone,
            o.province, o.city, o.district, o.tracking_no, o.total_fen, o.payable_fen, o.created_at, o.place, goods.summary, goods.quantity,
            (select coalesce(sum(r.amount_fen), 0) from refunds r where r.order_id = o.id and r.status = 'succeeded') as refunded_fen,
            (select count(*)::int from exceptions e where e.order_id = o.id and e.status = 'open') as open_exceptions
       from (select *, ${place} from orders ${where} order by ${orderBy} limit ?) o
       cross join lateral (
              select string_agg(l.product_code || ' × ' || l.quantity, ', ' order by l.id) as summary,
                     coalesce(sum(l.quantity), 0)::int as quantity
                from order_lines l where l.order_id = o.id) goods
      order by ${orderBy}`,
    [...params, filter.limit + 1],
  );
  return pageIn(sequence, rows, filter.limit, (row) => ({
    orderNumber: row.order_number,
    status: row.status,
    haierStatus: row.haier_status,
    haierOrderNo: row.haier_order_no,
    hasHaierLines: row.haier_line_count > 0,
    buyer: row.buyer,
    contactName: maskName(row.contact_name),
    phone: maskPhone(row.phone),
    summary: row.summary ?? '',
    quantity: row.quantity,
    region: `${row.province} ${row.city} ${row.district}`,
    trackingNo: row.tracking_no,
    totalFen: Number(row.total_fen),
    payableFen: Number(row.payable_fen),
    refundedFen: Number(row.refunded_fen),
    openExceptions: row.open_exceptions,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

const ID = { sql: 'id', holds: 'integer' } as const;
const CREATED = { sql: 'created_at', holds: 'instant' } as const;
const SEQUENCES = { newest: descending('newest', ID), oldest: ascending('oldest', ID) };
const SEQUENCES_OF_DAYS = { newest: descending('newest', CREATED, ID), oldest: ascending('oldest', CREATED, ID) };

/** Days of the past are read by time: going along the ids to find them would pass every order before or since. */
export const orderSequence = ({ sort = 'newest', createdFrom, createdTo }: OrderFilter): Sequence =>
  (createdFrom || createdTo ? SEQUENCES_OF_DAYS : SEQUENCES)[sort];

/**
 * The filter and the cursor as a condition on `orders` with its parameters, and what its sequence takes.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export function orderConditions(filter: OrderFilter): {
  where: string;
  params: unknown[];
  orderBy: string;
  place: string;
} {
  const { status, haierStatus, q, buyer, productName, hasHaierLines, hasOpenExceptions, createdFrom, createdTo } =
    filter;
  const { behind, orderBy, place } = startOfPage(orderSequence(filter), filter.cursor);
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, ...values: readonly unknown[]) => {
    parts.push(sql);
    params.push(...values);
  };
  if (status) add(`status in (?)`, [status].flat());
  if (haierStatus) add(`haier_status in (?)`, [haierStatus].flat());
  if (buyer) add(`buyer = ?`, buyer);
  if (productName)
    add(
      `exists (select 1 from order_lines l where l.order_id = orders.id and l.product_name ilike ?)`,
      `%${literal(productName)}%`,
    );
  if (hasHaierLines !== undefined) add(hasHaierLines ? `haier_line_count > 0` : `haier_line_count = 0`);
  // The open cases are few and read first; a semijoin might go through all orders to find them.
  if (hasOpenExceptions !== undefined)
    add(
      `${hasOpenExceptions ? '' : 'not '}id = any(array(select order_id from exceptions where status = 'open' and order_id is not null))`,
    );
  if (createdFrom) add(`created_at >= ?`, new Date(createdFrom));
  if (createdTo) add(`created_at < ?`, new Date(createdTo));
  if (behind) add(behind.sql, ...behind.params);
  if (q) {
    const prefix = `${literal(q)}%`;
    // Four digits are a phone tail as well as the start of a number.
    if (/^\d{4}$/.test(q)) add(`(phone_tail = ? or order_number like ? or haier_order_no like ?)`, q, prefix, prefix);
    else add(`(order_number like ? or haier_order_no like ?)`, prefix, prefix);
  }
  return {
    where: parts.length > 0 ? `where ${parts.join(' and ')}` : '',
    params,
    orderBy,
    place,
  };
}
