import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';

/** Enough to see that money will not do. */
const COUNTED_MAX = 10_000;

/** What the goods cost us at Haier that it was asked for, or will be, and has not confirmed. */
export async function costWaitingPushes(em: SqlEntityManager): Promise<OrdersOverview['waitingPushes']> {
  const [row] = await em.execute<{ orders: number; cost_fen: string; unpriced_lines: number }[]>(
    `with waiting as (select id from orders where haier_status = 'push_pending' order by id limit ${COUNTED_MAX})
     select (select count(*)::int from waiting) as orders,
            coalesce(sum(l.quantity * p.supply_price_fen), 0)::text as cost_fen,
            (count(l.id) filter (where p.supply_price_fen is null))::int as unpriced_lines
       from waiting w
       join order_lines l on l.order_id = w.id and l.source = 'haier'
       join products p on p.id = l.product_id`,
  );
  return { orders: row!.orders, costFen: Number(row!.cost_fen), unpricedLines: row!.unpriced_lines };
}
