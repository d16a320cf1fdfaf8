import { TooMany } from '../errors.ts';
import type { MovedOrder } from '../orders/moved-order.ts';
import type { Tx } from '../transaction.ts';

const WINDOW_MS = 60_000;

/**
 * Counts one opening for the buyer of this order, in the caller's transaction (R94, R149).
 * @throws TooMany when the buyer opened `perMinute` payments within the last minute; a refused one is not counted
 */
export async function limitOpenings(tx: Tx, order: Pick<MovedOrder, 'id'>, at: Date, perMinute: number): Promise<void> {
  // One buyer's openings count one after another; the statement below then sees those committed before.
  await tx.em.execute(`select pg_advisory_xact_lock(${LOCK_SPACE}, hashtext(buyer)) from orders where id = ?`, [
    order.id,
  ]);
  const [counted] = await tx.em.execute<{ opened: string }[]>(
    `with who as (select buyer from orders where id = ?),
          added as (insert into payment_opens (buyer, at) select buyer, ? from who)
     select count(*) as opened from payment_opens join who using (buyer) where at > ?`,
    [order.id, at, new Date(at.getTime() - WINDOW_MS)],
  );
  if (Number(counted?.opened) >= perMinute)
    throw new TooMany('请求过于频繁，请稍后再试', 'Too many payments were opened; try again in a minute');
}

/** First half of the advisory lock's key, so that a buyer's name meets no other lock. */
const LOCK_SPACE = 4_711;
