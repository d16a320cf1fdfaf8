import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { insertRows } from '@orderbridge/service-kit/database/insert-rows';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import type { Tx } from '../transaction.ts';
import type { ScheduledType } from './sync-config.ts';
import { RUN_COLUMNS, type RunRow } from './sync-log.ts';

/** What of a product is asked for and told. */
export const PARTS = ['product', 'price', 'stock'] as const satisfies readonly (keyof CatalogueItem)[];
export type Part = (typeof PARTS)[number];

/** The part that a run is about: what fails there makes a product fail, what fails elsewhere is a warning. */
export const MAIN_PART: Readonly<Record<ScheduledType, Part>> = {
  products: 'product',
  prices: 'price',
  stock: 'stock',
};

/** What a run is to do, kept in its row, so that any process can go on with it. */
export type SyncOptions = {
  readonly parts: readonly Part[];
  /** Whose stock; null for a run without. */
  readonly countyCode: string | null;
  /** Tell orders only what differs from what it was told last. */
  readonly changedOnly: boolean;
  /** Where the codes come from: the person who started it, Haier's list, or the catalogue of orders. */
  readonly from: 'given' | 'haier' | 'catalogue';
};

/** Adds a run for the worker to take up; `codes` are those of a run whose codes are given. */
export async function planSync(
  { em }: Tx,
  {
    type,
    by,
    at,
    codes,
    ...options
  }: SyncOptions & { type: ScheduledType; by: string; at: Date; codes: readonly string[] },
): Promise<RunRow> {
  const isListed = options.from === 'given';
  const [row] = await em.execute<RunRow[]>(
    `insert into sync_runs (public_id, type, status, options, message, message_en, total_count, listed, by, created_at)
     values (?, ?, 'pending', ?::jsonb, '等待开始', 'Waiting to begin', ?, ?, ?, ?) returning ${RUN_COLUMNS}`,
    [uuidv7(at), type, JSON.stringify(options), codes.length, isListed, by, at],
  );
  const items = codes.map((product_code, seq) => ({ run_id: row!.id, seq, product_code }));
  if (items.length > 0) await insertRows(em, 'sync_items', 'run_id bigint, seq integer, product_code text', items);
  return row!;
}
