import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { syncApi } from '@orderbridge/contracts/integrations-api';
import type { z } from 'zod';
import { NotFound } from '../errors.ts';
import { RUN_COLUMNS, type RunRow, syncRunView } from './sync-log.ts';

/** Notes that one answer shows of each kind. */
const SHOWN = 50;

type Note = { product_code: string; detail: string; detail_en: string };

/** A run with its counts as of now, and the first products that failed or were synced with a warning. @throws NotFound */
export async function getSync(
  em: SqlEntityManager,
  { id }: { id: string },
): Promise<z.output<typeof syncApi.get.output>> {
  const [row] = await em.execute<RunRow[]>(`select ${RUN_COLUMNS} from sync_runs where public_id = ?`, [id]);
  if (!row) throw syncNotFound(id);
  const notes = async (state: 'failed' | 'done') =>
    (
      await em.execute<Note[]>(
        `select product_code, detail, detail_en from sync_items
          where run_id = ? and state = ? and detail is not null order by seq limit ${SHOWN}`,
        [row.id, state],
      )
    ).map((note) => ({ productCode: note.product_code, detail: note.detail, detailEn: note.detail_en }));
  return { ...syncRunView(row), failures: await notes('failed'), warnings: await notes('done') };
}

export const syncNotFound = (id: string) => new NotFound(`同步记录 ${id} 不存在`, `There is no sync ${id}`);
