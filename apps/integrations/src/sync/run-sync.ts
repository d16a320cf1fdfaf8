import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import type { IntegrationsContext } from '../context.ts';
import type { SupplierAccess } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';
import { askBatch, type AskedBatch, type Item } from './ask-batch.ts';
import { claimSync, type HeldSync, letGo, reportProgress } from './claim-sync.ts';
import { endSync } from './end-sync.ts';
import { type Halt, makeHalt, pause } from './halt.ts';
import { listCodes } from './list-codes.ts';
import { saveBatch } from './save-batch.ts';

export type SyncContext = Pick<IntegrationsContext, 'orm' | 'js' | 'now' | 'wakeRelay'> & {
  readonly log: Pick<IntegrationsContext['log'], 'info' | 'warn'>;
  readonly suppliers: Pick<SupplierAccess, 'current'>;
  /** Pauses between tries while the platform does not answer. */
  readonly pausesMs?: readonly number[];
};

/** What Haier takes in one call (domain.md §1.3, T37). */
const CODES_PER_CALL = 20;
/**
 * Batches under way at a time. The rate budget of the client is what limits a run: these are enough to use it up while
 * an answer takes most of a second, and what they hold is all that a run holds in memory.
 */
const LANES = 40;
const REPORT_EVERY_MS = 500;
/** Batches in a row without any answer after which the rest is not tried. */
const UNANSWERED_MAX = 5;
const PAUSES_MS = [1_000, 5_000, 30_000];

/**
 * Takes up one run and does all of it, or as much as it can: what is left lies in the database, so a run that is killed
 * goes on in any process where it stopped. `stopping` ends it between two batches. Answers whether there was one.
 * @throws when the database is away; the lease of the run then ends by itself
 */
export async function runNextSync(context: SyncContext, stopping: AbortSignal): Promise<boolean> {
  const run = await claimSync(context.orm, context.now());
  if (!run) return false;
  const halt = makeHalt(stopping);
  const finished = new AbortController();
  const reporting = reportUntil(context, run, halt, finished.signal);
  try {
    await work(context, run, halt);
  } finally {
    finished.abort();
    await reporting;
  }
  const halted = halt.reason();
  if (halted?.kind === 'left') {
    await letGo(context.orm, run);
    return true;
  }
  const status = await endSync(context, run, halted);
  context.log.info('sync ended', { id: run.id, kind: run.type, outcome: status, count: run.counts.success });
  return true;
}

async function work(context: SyncContext, run: HeldSync, halt: Halt): Promise<void> {
  const pausesMs = context.pausesMs ?? PAUSES_MS;
  if (!(await wasCancelled(context, run, halt)) && !run.isListed) await listCodes(context, run, pausesMs, halt);
  const nextBatch = batchesOf(context, run);
  let unanswered = 0;
  const lane = async () => {
    try {
      while (!halt.signal.aborted) {
        const batch = await nextBatch();
        if (batch.length === 0) return;
        const asked = await askOrFail(context, run, batch, pausesMs, halt);
        if (!asked) return;
        const saved = await saveOrFail(context, run, batch, asked);
        run.counts.success += saved.success;
        run.counts.failed += saved.failed;
        run.counts.changed += saved.changed;
        unanswered = asked.unanswered ? unanswered + 1 : 0;
        if (asked.unanswered && unanswered >= UNANSWERED_MAX) halt.call({ kind: 'stopped', why: asked.unanswered });
      }
    } catch (error) {
      halt.call({ kind: 'left' });
      throw error;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const broken = lanes.find((settled) => settled.status === 'rejected');
  if (broken) throw broken.reason;
}

/** A run that was cancelled while nobody had it is not begun any more. */
async function wasCancelled(context: SyncContext, run: HeldSync, halt: Halt): Promise<boolean> {
  const said = await reportProgress(context.orm, run, messageOf(run), context.now());
  if (said !== 'go_on') halt.call({ kind: said === 'lost' ? 'left' : 'cancelled' });
  return said !== 'go_on';
}

/** Writes how far the run is, twice a second, and hears whether it shall end, until the signal aborts. */
async function reportUntil(context: SyncContext, run: HeldSync, halt: Halt, finished: AbortSignal): Promise<void> {
  for (;;) {
    await pause(REPORT_EVERY_MS, finished);
    if (finished.aborted) return;
    try {
      await wasCancelled(context, run, halt);
    } catch (error) {
      // Whoever cannot write this cannot write a batch either, and that ends the run.
      context.log.warn('sync progress not written', { id: run.id }, error);
    }
  }
}

const messageOf = ({ isListed, counts: { total, success, failed } }: HeldSync): Text =>
  isListed || success + failed > 0
    ? { zh: `正在同步（${success + failed}/${total}）`, en: `Syncing (${success + failed} of ${total})` }
    : { zh: `正在读取商品列表（${total}）`, en: `Reading the list of products (${total})` };

/** Hands out what waits, 20 at a time, from a window that is read ahead for all lanes. */
function batchesOf({ orm }: SyncContext, { rowId }: HeldSync): () => Promise<Item[]> {
  let window: Item[] = [];
  let last = -1;
  let reading: Promise<void> | undefined;
  const read = async () => {
    const rows = await orm.em
      .fork()
      .execute<{ seq: number; product_code: string }[]>(
        `select seq, product_code from sync_items where run_id = ? and state = 'waiting' and seq > ? order by seq limit ?`,
        [rowId, last, LANES * CODES_PER_CALL],
      );
    last = rows.at(-1)?.seq ?? last;
    window = rows.map((row) => ({ seq: row.seq, productCode: row.product_code }));
  };
  return async () => {
    while (window.length === 0) {
      const before = last;
      await (reading ??= read().finally(() => (reading = undefined)));
      if (window.length === 0 && last === before) return [];
    }
    return window.splice(0, CODES_PER_CALL);
  };
}

async function askOrFail(
  { suppliers, log }: SyncContext,
  run: HeldSync,
  batch: readonly Item[],
  pausesMs: readonly number[],
  halt: Halt,
): Promise<AskedBatch | undefined> {
  const { haier } = await suppliers.current();
  try {
    return await askBatch(haier, run, batch, pausesMs, halt);
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    log.warn('sync batch broke down', { id: run.id }, error);
    return { items: brokenItems(batch), unanswered: BROKEN };
  }
}

/** A batch that cannot be written for what it holds fails; the others go on (R110). @throws when the database is away */
async function saveOrFail(context: SyncContext, run: HeldSync, batch: readonly Item[], { items }: AskedBatch) {
  try {
    return await saveBatch(context, run, items);
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    context.log.warn('sync batch not written', { id: run.id }, error);
    return saveBatch(context, run, brokenItems(batch));
  }
}

const brokenItems = (batch: readonly Item[]) =>
  batch.map((item) => ({ ...item, found: { productCode: item.productCode }, problem: BROKEN, warning: null }));

const BROKEN: Text = { zh: '处理时程序出错，请联系管理员', en: 'Our side broke down on it; tell an administrator' };
