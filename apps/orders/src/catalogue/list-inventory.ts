import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { inventoryApi, InventoryEntry } from '@orderbridge/contracts/catalogue-api';
import type { z } from 'zod';
import { maskText } from '../orders/mask.ts';
import { idOfCursor, pageOf } from '../paging.ts';

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
};

/** A page of the inventory log, newest first, by keyset. */
export async function listInventory(
  em: SqlEntityManager,
  { productCode, orderNumber, changeType, cursor, limit }: z.output<typeof inventoryApi.log.input>,
): Promise<{ items: InventoryEntry[]; nextCursor: string | null }> {
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, value: unknown) => {
    parts.push(sql);
    params.push(value);
  };
  if (productCode) add(`i.product_id = (select id from products where product_code = ?)`, productCode);
  if (orderNumber) add(`i.order_id = (select id from orders where order_number = ?)`, orderNumber);
  if (changeType) add(`i.change_type = ?`, changeType);
  if (cursor) add(`i.id < ?`, idOfCursor(cursor));
  const rows = await em.execute<Row[]>(
    `select i.id, p.product_code, p.name, o.order_number, i.change_type, i.quantity, i.reason, i.note, i.by, i.at
       from inventory_log i join products p on p.id = i.product_id left join orders o on o.id = i.order_id
      ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''} order by i.id desc limit ?`,
    [...params, limit + 1],
  );
  return pageOf(rows, limit, (row) => ({
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
