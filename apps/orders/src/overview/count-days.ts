import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { DayFigures, OrdersOverview } from '@orderbridge/contracts/overview-api';
import { dayBefore, shanghaiDay, startOfShanghaiDay } from './shanghai-days.ts';

/** Today, yesterday, and yesterday up to this time of day. */
export async function countDays(
  em: SqlEntityManager,
  at: Date,
): Promise<Pick<OrdersOverview, 'today' | 'yesterday' | 'yesterdaySoFar'>> {
  const today = startOfShanghaiDay(at);
  const yesterday = startOfShanghaiDay(at, 1);
  const parts = await em.execute<PartOfDays[]>(
    `with happened as (
       select created_at as at, 'placed' as figure, 1::bigint as amount from orders where created_at >= ?
       union all
       select at, case fact when 'payment_received' then 'paid' when 'goods_accepted' then 'completed' else 'cancelled' end, 1
         from state_changes where at >= ? and machine = 'order'
          and fact in ('payment_received', 'goods_accepted', 'cancel_agreed', 'payment_window_closed')
       union all
       select paid_at, 'takenFen', amount_fen from payments where paid_at >= ?
       union all
       select s.at, 'refundedFen', r.amount_fen from state_changes s join refunds r on r.public_id = s.subject_id
        where s.at >= ? and s.machine = 'refund' and s.fact = 'refund_paid_out'
     )
     select figure, at >= ? as is_today, at < ? as is_so_far, sum(amount) as amount from happened group by 1, 2, 3`,
    [yesterday, yesterday, yesterday, yesterday, today, dayBefore(at)],
  );
  const figures = (day: Date, counts: (part: PartOfDays) => boolean): DayFigures => {
    const sum = (figure: Figure) =>
      parts
        .filter((part) => part.figure === figure && counts(part))
        .reduce((all, { amount }) => all + Number(amount), 0);
    return {
      day: shanghaiDay(day),
      placed: sum('placed'),
      paid: sum('paid'),
      cancelled: sum('cancelled'),
      completed: sum('completed'),
      takenFen: sum('takenFen'),
      refundedFen: sum('refundedFen'),
    };
  };
  return {
    today: figures(today, (part) => part.is_today),
    yesterday: figures(yesterday, (part) => !part.is_today),
    yesterdaySoFar: figures(yesterday, (part) => !part.is_today && part.is_so_far),
  };
}

type Figure = Exclude<keyof DayFigures, 'day'>;
type PartOfDays = { figure: Figure; is_today: boolean; is_so_far: boolean; amount: string };
