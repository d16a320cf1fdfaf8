import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { orderApi, OrderListItem } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { literal } from '../like-pattern.ts';
import { idOfCursor, pageOf } from '../paging.ts';
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
  summary: string | null;
  open_exceptions: number;
};

/** A page of orders, newest first, by keyset: the last page costs what the first one does. */
export async function listOrders(
  em: SqlEntityManager,
  filter: z.output<typeof orderApi.list.input>,
): Promise<{ items: OrderListItem[]; nextCursor: string | null }> {
  const { where, params } = orderConditions(filter);
  const rows = await em.execute<Row[]>(
    `select o.id, o.order_number, o.status, o.haier_status, o.haier_order_no, o.haier_line_count, o.buyer, o.contact_name, o.phone,
            o.total_fen, o.payable_fen, o.created_at,
            (select string_agg(l.product_code || ' × ' || l.quantity, ', ' order by l.id) from order_lines l where l.order_id = o.id) as summary,
            (select count(*)::int from exceptions e where e.order_id = o.id and e.status = 'open') as open_exceptions
       from (select * from orders ${where} order by id desc limit ?) o
      order by o.id desc`,
    [...params, filter.limit + 1],
  );
  return pageOf(rows, filter.limit, (row) => ({
    orderNumber: row.order_number,
    status: row.status,
    haierStatus: row.haier_status,
    haierOrderNo: row.haier_order_no,
    hasHaierLines: row.haier_line_count > 0,
    buyer: row.buyer,
    contactName: maskName(row.contact_name),
    phone: maskPhone(row.phone),
    summary: row.summary ?? '',
    totalFen: Number(row.total_fen),
    payableFen: Number(row.payable_fen),
    openExceptions: row.open_exceptions,
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

/** The filter as a condition on `orders`, with its parameters. */
export function orderConditions({
  status,
  haierStatus,
  q,
  buyer,
  productName,
  createdFrom,
  createdTo,
  cursor,
}: OrderFilter): { where: string; params: unknown[] } {
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, ...values: unknown[]) => {
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
  if (createdFrom) add(`created_at >= ?`, new Date(createdFrom));
  if (createdTo) add(`created_at < ?`, new Date(createdTo));
  if (cursor) add(`id < ?`, idOfCursor(cursor));
  if (q) {
    const prefix = `${literal(q)}%`;
    // Four digits are a phone tail as well as the start of a number.
    if (/^\d{4}$/.test(q)) add(`(phone_tail = ? or order_number like ? or haier_order_no like ?)`, q, prefix, prefix);
    else add(`(order_number like ? or haier_order_no like ?)`, prefix, prefix);
  }
  return { where: parts.length > 0 ? `where ${parts.join(' and ')}` : '', params };
}
