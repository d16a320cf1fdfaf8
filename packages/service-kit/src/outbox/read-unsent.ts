import type { SqlEntityManager } from '@mikro-orm/postgresql';

const COUNTED_MAX = 10_000;

/** Events that were committed and not told yet, counted to 10,000, and how old the oldest is. */
export async function readUnsent(
  em: SqlEntityManager,
  now: Date,
): Promise<{ unsent: number; oldestAgeSeconds: number | null }> {
  const [row] = await em.execute<{ unsent: number; oldest: string | null }[]>(
    `select count(*)::int as unsent, min(at) as oldest
       from (select at from outbox where sent_at is null order by id limit ${COUNTED_MAX}) unsent`,
  );
  const { unsent, oldest } = row!;
  return {
    unsent,
    oldestAgeSeconds: oldest === null ? null : Math.max(0, Math.floor((now.getTime() - Date.parse(oldest)) / 1_000)),
  };
}
