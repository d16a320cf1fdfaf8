import { createHash } from 'node:crypto';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { recordEvent } from '../outbox/record-event.ts';
import { transact, type TransactContext, type Tx } from '../transaction.ts';
import type { AskedItem } from './ask-batch.ts';
import type { HeldSync, SyncCounts } from './claim-sync.ts';
import { type Part, PARTS } from './plan-sync.ts';

const DETAIL_MAX = 500;

/**
 * Writes what became of a batch, the fingerprints of what orders is told, and the event that tells it, all in one
 * transaction: a run that is killed tells nothing twice and forgets nothing. Of products that are not waiting any more
 * nothing is written; somebody else has done them. Answers how many were counted.
 */
export function saveBatch(
  context: TransactContext & { readonly now: () => Date },
  run: HeldSync,
  asked: readonly AskedItem[],
): Promise<Omit<SyncCounts, 'total'>> {
  return transact(context, async (tx) => {
    const waiting = await tx.em.execute<{ seq: number }[]>(
      `select seq from sync_items where run_id = ? and seq in (?) and state = 'waiting' order by seq for update`,
      [run.rowId, asked.map((item) => item.seq)],
    );
    const mine = asked.filter((item) => waiting.some(({ seq }) => seq === item.seq));
    const done = mine.filter((item) => !item.problem);
    const at = context.now();
    const news = await whatIsNew(
      tx,
      done.map((item) => item.found),
    );
    const told = run.changedOnly ? news.differing : done.map((item) => item.found).filter(hasParts);
    if (told.length > 0) recordEvent(tx, at, 'catalogue.synced', null, { runId: run.id, items: told });
    await keepPrints(tx, news.prints, at);

    const changed = new Set(news.differing.map((item) => item.productCode));
    await endItems(tx, run, mine, changed);
    return { success: done.length, failed: mine.length - done.length, changed: changed.size };
  });
}

type Print = { product_code: string; part: Part; print: string };

/**
 * What of these products orders was not told before, part by part, and the fingerprints to keep. Those of prices and
 * stock are kept only of products that orders was told of: it throws away what it hears of an unknown one.
 */
async function whatIsNew({ em }: Tx, items: readonly CatalogueItem[]) {
  if (items.length === 0) return { differing: [], prints: [] };
  const rows = await em.execute<Print[]>(
    `select product_code, part, encode(print, 'hex') as print from product_prints where product_code in (?)
      order by product_code, part for update`,
    [items.map((item) => item.productCode)],
  );
  const known = new Map(rows.map((row) => [`${row.part} ${row.product_code}`, row.print]));
  const prints: Print[] = [];
  const differing = items.flatMap((item) => {
    const { productCode } = item;
    const isKnown = known.has(`product ${productCode}`) || item.product !== undefined;
    const parts = PARTS.filter(
      (part) => item[part] !== undefined && printOf(item, part) !== known.get(`${part} ${productCode}`),
    );
    if (isKnown) prints.push(...parts.map((part) => ({ product_code: productCode, part, print: printOf(item, part) })));
    return parts.length > 0 ? [onlyParts(item, parts)] : [];
  });
  return { differing, prints };
}

const onlyParts = (item: CatalogueItem, parts: readonly Part[]): CatalogueItem => ({
  productCode: item.productCode,
  ...Object.fromEntries(parts.map((part) => [part, item[part]])),
});

const hasParts = (item: CatalogueItem) => PARTS.some((part) => item[part] !== undefined);

/** The same for the same content, in whatever order the fields came. */
function printOf(item: CatalogueItem, part: Part): string {
  const fields = Object.entries(item[part] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

async function keepPrints({ em }: Tx, prints: readonly Print[], at: Date): Promise<void> {
  if (prints.length === 0) return;
  // In one order everywhere, so that two runs over the same products cannot lock crosswise.
  await em.execute(
    `insert into product_prints (product_code, part, print, at)
     select product_code, part, decode(print, 'hex'), ?
       from json_to_recordset(?::json) as r(product_code text, part text, print text) order by product_code, part
     on conflict (product_code, part) do update set print = excluded.print, at = excluded.at`,
    [at, JSON.stringify(prints)],
    'run',
  );
}

async function endItems(
  { em }: Tx,
  run: HeldSync,
  items: readonly AskedItem[],
  changed: ReadonlySet<string>,
): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map(({ seq, productCode, problem, warning }) => {
    const note = problem ?? warning;
    return {
      seq,
      state: problem ? 'failed' : 'done',
      changed: changed.has(productCode),
      detail: note && fit(note.zh),
      detail_en: note && fit(note.en),
    };
  });
  await em.execute(
    `update sync_items i set state = r.state, changed = r.changed, detail = r.detail, detail_en = r.detail_en
       from json_to_recordset(?::json) as r(seq integer, state text, changed boolean, detail text, detail_en text)
      where i.run_id = ? and i.seq = r.seq`,
    [JSON.stringify(rows), run.rowId],
    'run',
  );
}

// What the platform says may hold what PostgreSQL does not keep.
const fit = (text: string) => text.slice(0, DETAIL_MAX).replaceAll('\0', '\u2400').toWellFormed();
