import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { HAIER_INITIAL_STATE, HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES } from '@orderbridge/state-machine/order-transitions';
import { shanghaiDay, startOfShanghaiDay } from './shanghai-days.ts';
import { DAYS } from './sum-sales.ts';

/**
 * Where the orders of the last days are now, by their own status and by the one at Haier. Orders are numbered as they
 * come, so the indexes of statuses know which are of these days without a look at any order.
 */
export async function countFunnel(em: SqlEntityManager, at: Date): Promise<OrdersOverview['funnel']> {
  const from = startOfShanghaiDay(at, DAYS - 1);
  const [first] = await em.execute<{ id: string }[]>(
    `select id from orders where created_at >= ? order by created_at, id limit 1`,
    [from],
  );
  const status = await countEach(em, 'status', ORDER_STATES, first?.id);
  const haierStatus = await countEach(em, 'haier_status', HAIER_STATES, first?.id);
  const withoutHaier = await countWithoutHaier(em, first?.id);
  return {
    from: shanghaiDay(from),
    to: shanghaiDay(at),
    status: ORDER_STATES.map((state) => ({ status: state, count: status.get(state) ?? 0 })),
    // Orders without goods of Haier never leave the first state.
    haierStatus: HAIER_STATES.map((state) => ({
      haierStatus: state,
      count: (haierStatus.get(state) ?? 0) - (state === HAIER_INITIAL_STATE ? withoutHaier : 0),
    })),
  };
}

/** Higher than any number an order will have: without a first order of these days there are none. */
const AFTER_ALL = '9223372036854775807';

async function countEach(
  em: SqlEntityManager,
  column: 'status' | 'haier_status',
  states: readonly string[],
  firstId = AFTER_ALL,
): Promise<Map<string, number>> {
  const rows = await em.execute<{ state: string; count: number }[]>(
    `select state, (select count(*)::int from orders where ${column} = state and id >= ?) as count
       from unnest(array[${states.map((state) => `'${state}'`).join(', ')}]) as state`,
    [firstId],
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}

async function countWithoutHaier(em: SqlEntityManager, firstId = AFTER_ALL): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from orders where haier_line_count = 0 and id >= ?`,
    [firstId],
  );
  return row!.count;
}
