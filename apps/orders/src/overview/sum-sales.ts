import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { shanghaiDay, startOfShanghaiDay } from './shanghai-days.ts';

/** How many days the overview looks back, today included. */
export const DAYS = 14;
const HOURS = 24;

/** Orders placed and money taken, by hour today and by day. */
export async function sumSales(em: SqlEntityManager, at: Date): Promise<Pick<OrdersOverview, 'hours' | 'days'>> {
  const hours = await sumsOf(em, `to_char(at at time zone 'Asia/Shanghai', 'FMHH24')`, startOfShanghaiDay(at));
  const days = await sumsOf(
    em,
    `to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')`,
    startOfShanghaiDay(at, DAYS - 1),
  );
  return {
    hours: Array.from({ length: HOURS }, (_, hour) => ({ hour, ...(hours.get(String(hour)) ?? NOTHING) })),
    days: Array.from({ length: DAYS }, (_, index) => {
      const day = shanghaiDay(startOfShanghaiDay(at, DAYS - 1 - index));
      return { day, ...(days.get(day) ?? NOTHING) };
    }),
  };
}

const NOTHING = { orders: 0, takenFen: 0 };

async function sumsOf(em: SqlEntityManager, slot: string, from: Date): Promise<Map<string, typeof NOTHING>> {
  const rows = await em.execute<{ slot: string; orders: string; taken: string }[]>(
    `select slot, sum(orders) as orders, sum(taken) as taken from (
       select ${slot} as slot, count(*) as orders, 0 as taken from (select created_at as at from orders where created_at >= ?) o group by 1
       union all
       select ${slot}, 0, sum(amount_fen) from (select paid_at as at, amount_fen from payments where paid_at >= ?) p group by 1
     ) both_of_them group by slot`,
    [from, from],
  );
  return new Map(
    rows.map(({ slot: key, orders, taken }) => [key, { orders: Number(orders), takenFen: Number(taken) }]),
  );
}
