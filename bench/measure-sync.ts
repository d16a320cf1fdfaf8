import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { CALLS_PER_SECOND, type Platforms } from './platforms.ts';

/** Codes that Haier takes in one call (domain.md §1.3). */
const CODES_PER_CALL = 20;
const ENDS_WITHIN_MS = 600_000;

/** What one sync of everything took. */
export type MeasuredSync = {
  readonly products: number;
  /** From its start to its end, as the sync log has it. */
  readonly seconds: number;
  /** What the calls for products and prices take when nothing but the rate budget limits them. */
  readonly budgetSeconds: number;
  /** The most memory that integrations has had so far. */
  readonly peakMb: number;
};

/** Syncs a catalogue of so many products with their prices, and sees to it that orders has every one of them. */
export async function measureSync(
  { control, mutate, query, pid }: Platforms,
  database: pg.Client,
  products: number,
): Promise<MeasuredSync> {
  await control('catalogue', { products });
  const { id } = await mutate('sync.start', { type: 'products', prices: true });
  const run = await ended(() => query('sync.get', { id }));
  if (run.status !== 'success' || run.successCount !== products)
    throw new Error(`the sync of ${products} products ended as ${run.status}: ${run.messageEn}`);
  await until(async () => {
    const { rows } = await database.query<{ count: number }>(
      `select count(*)::int as count from products where source = 'haier' and last_sync_at >= $1`,
      [run.startedAt],
    );
    return rows[0]!.count >= products;
  });
  return {
    products,
    seconds: run.durationSeconds,
    budgetSeconds: (2 * Math.ceil(products / CODES_PER_CALL)) / CALLS_PER_SECOND,
    peakMb: await peakOf(pid()),
  };
}

async function ended(get: () => Promise<any>): Promise<any> {
  let run: any;
  await until(async () => {
    run = await get();
    return run.completedAt !== null;
  });
  return run;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + ENDS_WITHIN_MS;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error('the sync did not end');
    await delay(250);
  }
}

/** Peak resident memory of a process, from Linux; NaN on systems that do not tell. */
async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1_024;
}
