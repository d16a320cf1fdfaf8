import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { shanghaiDay, startOfShanghaiDay } from './shanghai-days.ts';

/** How many days the overview looks back, today included. */
export const DAYS = 14;
const HOURS = 24;

/** Orders placed and money taken, by hour today and by day. */
export async function sumSales(em: SqlEntityManager, at: Date): Promise<Pick<OrdersOverview, 'hours' | 'days'>> {
  const hours = await sumsOf(em, startOfShanghaiDay(at), '1 hour', HOURS);
  const days = await sumsOf(em, startOfShanghaiDay(at, DAYS - 1), '24 hours', DAYS);
  return {
    hours: hours.map((sums, hour) => ({ hour, ...sums })),
    days: days.map((sums, index) => ({ day: shanghaiDay(startOfShanghaiDay(at, DAYS - 1 - index)), ...sums })),
  };
}

/** Each slot by its bounds, so that two indexes answer without a look at any row. */
async function sumsOf(
  em: SqlEntityManager,
  from: Date,
  length: '1 hour' | '24 hours',
  count: number,
): Promise<{ orders: number; takenFen: number }[]> {
  const rows = await em.execute<{ orders: number; taken: string }[]>(
    `select (select count(*)::int from orders where created_at >= slot and created_at < slot + interval '${length}') as orders,
            (select coalesce(sum(amount_fen), 0) from payments
              where paid_at >= slot and paid_at < slot + interval '${length}') as taken
       from (select ?::timestamptz + n * interval '${length}' as slot from generate_series(0, ${count - 1}) n) slots
      order by slot`,
    [from],
  );
  return rows.map(({ orders, taken }) => ({ orders, takenFen: Number(taken) }));
}
