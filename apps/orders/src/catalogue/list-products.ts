import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { productApi, ProductView } from '@orderbridge/contracts/catalogue-api';
import type { z } from 'zod';
import { literal } from '../like-pattern.ts';
import { idOfCursor, invalidCursor, pageOf } from '../paging.ts';
import { IS_LOW, PRODUCT_COLUMNS, type ProductRow, productViews } from './product-view.ts';

/**
 * A page of products by code, or of those that run low, the emptiest first, by keyset.
 * @throws Refused BAD_INPUT for a cursor that is none of ours
 */
export async function listProducts(
  em: SqlEntityManager,
  { q, source, lowStock = false, cursor, limit }: z.output<typeof productApi.list.input>,
): Promise<{ items: ProductView[]; nextCursor: string | null }> {
  const parts: string[] = [];
  const params: unknown[] = [];
  if (q) {
    parts.push(`(p.product_code like ? or p.name ilike ?)`);
    params.push(`${literal(q)}%`, `%${literal(q)}%`);
  }
  if (source) {
    parts.push(`p.source = ?`);
    params.push(source);
  }
  if (lowStock) parts.push(IS_LOW);
  if (cursor) {
    const after = await lastOfPage(em, cursor);
    if (lowStock) {
      parts.push(`(p.stock, p.id) > (?, ?)`);
      params.push(after.stock, after.id);
    } else {
      parts.push(`p.product_code > ?`);
      params.push(after.product_code);
    }
  }
  const rows = await em.execute<ProductRow[]>(
    `select ${PRODUCT_COLUMNS} from products p ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''}
      order by ${lowStock ? 'p.stock, p.id' : 'p.product_code'} limit ?`,
    [...params, limit + 1],
  );
  const { items, nextCursor } = pageOf(rows, limit, (row) => row);
  return { items: await productViews(em, items), nextCursor };
}

async function lastOfPage(em: SqlEntityManager, cursor: string) {
  const [row] = await em.execute<{ id: string; product_code: string; stock: number }[]>(
    `select id, product_code, stock from products where id = ?`,
    [idOfCursor(cursor)],
  );
  if (!row) throw invalidCursor();
  return row;
}
