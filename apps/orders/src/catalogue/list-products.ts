import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { productApi, ProductView } from '@orderbridge/contracts/catalogue-api';
import { ascending, descending } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { literal } from '../like-pattern.ts';
import { pageIn, startOfPage } from '../paging.ts';
import { IS_LOW, PRODUCT_COLUMNS, type ProductRow, productViews } from './product-view.ts';

const ID = { sql: 'p.id', holds: 'integer' } as const;
const CODE = { sql: 'p.product_code', holds: 'text' } as const;
const PRICE = { sql: 'p.price_fen', holds: 'integer' } as const;
const STOCK = { sql: 'p.stock', holds: 'int4' } as const;
const SEQUENCES = {
  code: ascending('code', CODE),
  codeDown: descending('codeDown', CODE),
  lowestPrice: ascending('lowestPrice', PRICE, ID),
  highestPrice: descending('highestPrice', PRICE, ID),
  lowestStock: ascending('lowestStock', STOCK, ID),
  highestStock: descending('highestStock', STOCK, ID),
};

/**
 * A page of products by keyset, unless told otherwise by code, or of those that run low the emptiest first.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listProducts(
  em: SqlEntityManager,
  {
    q,
    source,
    lowStock = false,
    sort = lowStock ? 'lowestStock' : 'code',
    cursor,
    limit,
  }: z.output<typeof productApi.list.input>,
): Promise<{ items: ProductView[]; nextCursor: string | null }> {
  const sequence = SEQUENCES[sort];
  const { behind, orderBy, place } = startOfPage(sequence, cursor);
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
  if (behind) {
    parts.push(behind.sql);
    params.push(...behind.params);
  }
  const rows = await em.execute<(ProductRow & { place: string[] })[]>(
    `select ${PRODUCT_COLUMNS}, ${place} from products p ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''}
      order by ${orderBy} limit ?`,
    [...params, limit + 1],
  );
  const { items, nextCursor } = pageIn(sequence, rows, limit, (row) => row);
  return { items: await productViews(em, items), nextCursor };
}
