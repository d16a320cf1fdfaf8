import type { SupplierAccess } from '../suppliers/suppliers.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { MAIN_PART, type Part, planSync } from './plan-sync.ts';
import type { ScheduledType, SyncConfig } from './sync-config.ts';

const SCHEDULE_LOCK = 4_712_003;
const MINUTE_MS = 60_000;

/** Who started what the schedule started. */
export const BY_SCHEDULE = 'schedule';

/** A model that is new shall have its price at once. */
const SCHEDULED_PARTS: Readonly<Record<ScheduledType, readonly Part[]>> = {
  products: ['product', 'price'],
  prices: [MAIN_PART.prices],
  stock: [MAIN_PART.stock],
};

/**
 * Plans the runs that are due, one process at a time: everything, changed only. The next one is due so many minutes after
 * the last one was planned, and never before that has ended. Nothing is planned while no platform is configured. Answers
 * how many were planned.
 */
export async function scheduleSyncs(
  context: TransactContext & {
    readonly now: () => Date;
    readonly config: { readonly sync: SyncConfig };
    readonly suppliers: Pick<SupplierAccess, 'current'>;
  },
): Promise<number> {
  const { countyCode, everyMinutes } = context.config.sync;
  const types = (Object.keys(everyMinutes) as ScheduledType[]).filter(
    (type) => everyMinutes[type] > 0 && (type !== 'stock' || countyCode),
  );
  if (types.length === 0 || (await context.suppliers.current()).source === 'none') return 0;
  return transact(context, async (tx) => {
    const [lock] = await tx.em.execute<{ held: boolean }[]>(`select pg_try_advisory_xact_lock(?) as held`, [
      SCHEDULE_LOCK,
    ]);
    if (!lock?.held) return 0;
    const at = context.now();
    let planned = 0;
    for (const type of types) {
      const [last] = await tx.em.execute<{ created_at: string; is_open: boolean }[]>(
        `select created_at, status in ('pending', 'processing') as is_open from sync_runs
          where type = ? and by = ? order by id desc limit 1`,
        [type, BY_SCHEDULE],
      );
      if (last && (last.is_open || Date.parse(last.created_at) + everyMinutes[type] * MINUTE_MS > at.getTime()))
        continue;
      await planSync(tx, {
        type,
        parts: SCHEDULED_PARTS[type],
        countyCode: type === 'stock' ? (countyCode ?? null) : null,
        changedOnly: true,
        from: type === 'products' ? 'haier' : 'catalogue',
        codes: [],
        by: BY_SCHEDULE,
        at,
      });
      planned += 1;
    }
    return planned;
  });
}
