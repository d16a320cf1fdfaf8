import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import type { ReconcileProgress } from '@orderbridge/contracts/integrations-api';
import { Refused } from '../errors.ts';

/**
 * Begins to keep how far a run has come, under the id that its caller chose.
 * @throws Refused CONFLICT for an id that another run had
 */
export async function startProgress(orm: MikroORM, runId: string, startedAt: Date): Promise<void> {
  const [started] = await orm.em
    .fork()
    .execute<{ id: string }[]>(
      `insert into reconcile_runs (id, started_at) values (?, ?) on conflict (id) do nothing returning id`,
      [runId, startedAt],
    );
  if (!started) throw new Refused('CONFLICT', '该对账已经开始', 'This reconciliation was started already');
}

/** Keeps how many orders were looked at, and how many there are to look at once that is known. */
export const keepProgress = (orm: MikroORM, runId: string, { checked, total }: ReconcileProgress): Promise<unknown> =>
  orm.em
    .fork()
    .execute(`update reconcile_runs set checked = ?, total = ? where id = ?`, [checked, total, runId], 'run');

/** Null when no run was started under this id. */
export async function readProgress(em: SqlEntityManager, runId: string): Promise<ReconcileProgress | null> {
  const [row] = await em.execute<{ checked: number; total: number | null }[]>(
    `select checked, total from reconcile_runs where id = ?`,
    [runId],
  );
  return row ?? null;
}
