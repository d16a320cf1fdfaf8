import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { HAIER_STATES, type HaierState } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES, type OrderState } from '@orderbridge/state-machine/order-transitions';
import { shanghaiDay, startOfShanghaiDay } from './shanghai-days.ts';
import { DAYS } from './sum-sales.ts';

/** Where the orders of the last days are now, by their own status and by the one at Haier. */
export async function countFunnel(em: SqlEntityManager, at: Date): Promise<OrdersOverview['funnel']> {
  const from = startOfShanghaiDay(at, DAYS - 1);
  const rows = await em.execute<{ status: OrderState; haier_status: HaierState; has_haier: boolean; count: number }[]>(
    `select status, haier_status, haier_line_count > 0 as has_haier, count(*)::int as count
       from orders where created_at >= ? group by 1, 2, 3`,
    [from],
  );
  const sum = (counts: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(counts).reduce((all, { count }) => all + count, 0);
  return {
    from: shanghaiDay(from),
    to: shanghaiDay(at),
    status: ORDER_STATES.map((status) => ({ status, count: sum((row) => row.status === status) })),
    haierStatus: HAIER_STATES.map((haierStatus) => ({
      haierStatus,
      count: sum((row) => row.has_haier && row.haier_status === haierStatus),
    })),
  };
}
