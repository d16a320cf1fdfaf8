import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** Codes of all Haier products, in the order of their bytes, `limit` of them after `after`; `next` goes on from there. */
export async function listHaierCodes(
  em: SqlEntityManager,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ codes: string[]; next: string | null }> {
  const rows = await em.execute<{ product_code: string }[]>(
    `select product_code from products
      where source = 'haier' and product_code collate "C" > ? order by product_code collate "C" limit ?`,
    [after ?? '', limit],
  );
  const codes = rows.map((row) => row.product_code);
  return { codes, next: codes.length < limit ? null : codes.at(-1)! };
}
