import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { exceptionApi, ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import type { z } from 'zod';

/** How many cases are open of each kind, the most first, and how many seconds the oldest has been waiting (features.md row 38). */
export async function exceptionSummary(
  em: SqlEntityManager,
  now: Date,
): Promise<z.input<typeof exceptionApi.summary.output>> {
  const rows = await em.execute<{ kind: ExceptionKind; open: number; oldest: string }[]>(
    `select kind, count(*)::int as open, min(created_at) as oldest from exceptions where status = 'open'
      group by kind order by open desc, kind`,
  );
  const kinds = rows.map(({ kind, open, oldest }) => ({
    kind,
    open,
    oldestAgeSeconds: Math.max(0, Math.floor((now.getTime() - new Date(oldest).getTime()) / 1000)),
  }));
  return {
    kinds,
    open: kinds.reduce((sum, { open }) => sum + open, 0),
    oldestAgeSeconds: kinds.length === 0 ? null : Math.max(...kinds.map(({ oldestAgeSeconds }) => oldestAgeSeconds)),
  };
}
