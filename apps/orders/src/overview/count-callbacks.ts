import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CallbackMinute } from '@orderbridge/contracts/overview-api';

const MINUTES = 60;
const MINUTE_MS = 60_000;

/** What became of the callbacks of the last hour, minute by minute. */
export async function countCallbacks(em: SqlEntityManager, at: Date): Promise<CallbackMinute[]> {
  const firstMs = (Math.floor(at.getTime() / MINUTE_MS) - MINUTES + 1) * MINUTE_MS;
  const rows = await em.execute<{ minute: number; group: Group; count: number }[]>(
    `select floor(extract(epoch from received_at) / 60)::int as minute,
            case when outcome in ('applied', 'repeated', 'refused') then outcome else 'other' end as "group",
            count(*)::int as count
       from callbacks where received_at >= ? group by 1, 2`,
    [new Date(firstMs)],
  );
  const counts = new Map(rows.map(({ minute, group, count }) => [`${minute} ${group}`, count]));
  return Array.from({ length: MINUTES }, (_, index) => {
    const startMs = firstMs + index * MINUTE_MS;
    const countOf = (group: Group) => counts.get(`${startMs / MINUTE_MS} ${group}`) ?? 0;
    return {
      at: new Date(startMs).toISOString(),
      applied: countOf('applied'),
      repeated: countOf('repeated'),
      refused: countOf('refused'),
      other: countOf('other'),
    };
  });
}

type Group = Exclude<keyof CallbackMinute, 'at'>;
