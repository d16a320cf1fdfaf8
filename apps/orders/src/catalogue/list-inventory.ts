import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { inventoryApi, InventoryEntry } from '@orderbridge/contracts/catalogue-api';
import { ascending, descending } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { maskText } from '../orders/mask.ts';
import { pageIn, startOfPage } from '../paging.ts';

type Row = {
  id: string;
  product_code: string;
  name: string;
  order_number: string | null;
  change_type: InventoryEntry['changeType'];
  quantity: number;
  reason: string;
  note: string | null;
  by: string;
  at: string;
  place: string[];
};

const ID = { sql: 'i.id', holds: 'integer' } as const;
const SEQUENCES = { newest: descending('newest', ID), oldest: ascending('oldest', ID) };

/**
 * A page of the inventory log, newest first unless told otherwise, by keyset.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listInventory(
  em: SqlEntityManager,
  { productCode, orderNumber, changeType, sort = 'newest', cursor, limit }: z.output<typeof inventoryApi.log.input>,
): Promise<{ items: InventoryEntry[]; nextCursor: string | null }> {
  const sequence = SEQUENCES[sort];
  const { behind, orderBy, place } = startOfPage(sequence, cursor);
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, ...values: readonly unknown[]) => {
    parts.push(sql);
    params.push(...values);
  };
  if (productCode) add(`i.product_id = (select id from products where product_code = ?)`, productCode);
  if (orderNumber) add(`i.order_id = (select id from orders where order_number = ?)`, orderNumber);
  if (changeType) add(`i.change_type = ?`, changeType);
  if (behind) add(behind.sql, ...behind.params);
  const rows = await em.execute<Row[]>(
    `select i.id, p.product_code, p.name, o.order_number, i.change_type, i.quantity, i.reason, i.note, i.by, i.at, ${place}
       from inventory_log i join products p on p.id = i.product_id left join orders o on o.id = i.order_id
      ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''} order by ${orderBy} limit ?`,
    [...params, limit + 1],
  );
  return pageIn(sequence, rows, limit, (row) => ({
    id: row.id,
    productCode: row.product_code,
    productName: row.name,
    orderNumber: row.order_number,
    changeType: row.change_type,
    quantity: row.quantity,
    reason: row.reason,
    note: row.note === null ? null : maskText(row.note),
    by: row.by,
    at: new Date(row.at).toISOString(),
  }));
}
