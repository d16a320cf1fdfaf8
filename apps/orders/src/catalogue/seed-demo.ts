import type { MikroORM } from '@mikro-orm/postgresql';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';

const DEMO_PRODUCTS = [
  { product_code: 'GA0SZC00U', name: '海尔冰箱 BCD-500 十字对开门', source: 'haier', price_fen: 299_900, stock: 0 },
  { product_code: 'BS01U000N', name: '海尔洗衣机 EG100 滚筒', source: 'haier', price_fen: 129_999, stock: 0 },
  { product_code: 'LOCAL-KETTLE-01', name: '电热水壶 1.7L', source: 'local', price_fen: 10_000, stock: 1_000 },
] as const;

/** Adds the demo catalogue where it is missing; a product that staff changed stays as it is. Answers how many were added. */
export async function seedDemo(orm: MikroORM): Promise<number> {
  const em = orm.em.fork();
  const known = await em.execute<{ product_code: string }[]>(`select product_code from products`);
  const missing = DEMO_PRODUCTS.filter((product) => !known.some((row) => row.product_code === product.product_code));
  if (missing.length > 0)
    await insertRows(
      em,
      'products',
      'product_code text, name text, source text, price_fen bigint, stock integer',
      missing,
    );
  return missing.length;
}
