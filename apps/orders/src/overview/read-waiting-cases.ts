import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';

/** How many cases wait for a person, and the one that waits longest. */
export async function readWaitingCases(em: SqlEntityManager, at: Date): Promise<OrdersOverview['exceptions']> {
  const [count] = await em.execute<{ open: number }[]>(
    `select count(*)::int as open from exceptions where status = 'open'`,
  );
  const [oldest] = await em.execute<
    { public_id: string; kind: ExceptionKind; order_number: string | null; created_at: string }[]
  >(
    `select e.public_id, e.kind, o.order_number, e.created_at from exceptions e left join orders o on o.id = e.order_id
      where e.status = 'open' order by e.created_at, e.id limit 1`,
  );
  return {
    open: count?.open ?? 0,
    oldest: oldest
      ? {
          id: oldest.public_id,
          kind: oldest.kind,
          orderNumber: oldest.order_number,
          ageSeconds: Math.max(0, Math.floor((at.getTime() - Date.parse(oldest.created_at)) / 1_000)),
        }
      : null,
  };
}
