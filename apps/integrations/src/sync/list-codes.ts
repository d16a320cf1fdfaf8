import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { insertSql } from '@orderbridge/service-kit/database/insert-rows';
import { call, CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import { isProductCode } from '../suppliers/product-codes.ts';
import type { SupplierAnswer } from '../suppliers/suppliers.ts';
import type { Text } from '../text.ts';
import type { HeldSync } from './claim-sync.ts';
import { askPatiently, type Halt } from './halt.ts';
import type { SyncContext } from './run-sync.ts';

/** Codes that are written, and held in memory, at a time. */
const CHUNK = 500;
const ORDERS_TIMEOUT_MS = 10_000;

/**
 * Writes down what a run of everything is to sync. A list that broke off is begun anew, because nobody knows how much of
 * it was missing.
 */
export async function listCodes(
  context: SyncContext,
  run: HeldSync,
  pausesMs: readonly number[],
  halt: Halt,
): Promise<void> {
  const listOnce = run.from === 'haier' ? listOfHaier : listOfCatalogue;
  const mine = [run.rowId, run.leaseId];
  const listed = await askPatiently(
    async () => {
      await context.orm.em
        .fork()
        .execute(
          `delete from sync_items where run_id = (select id from sync_runs where id = ? and leased_by = ?)`,
          mine,
          'run',
        );
      run.counts.total = 0;
      run.counts.failed = 0;
      const answer = await listOnce(context, run, halt);
      // A list that was cut short by a halt is no whole list.
      return halt.signal.aborted && answer.outcome === 'answered' ? CUT_SHORT : answer;
    },
    pausesMs,
    halt,
  );
  if (listed && !listed.ok) halt.call({ kind: 'stopped', why: listed.why });
  if (listed?.ok)
    await context.orm.em
      .fork()
      .execute(`update sync_runs set listed = true where id = ? and leased_by = ?`, mine, 'run');
}

const CUT_SHORT = { outcome: 'not_sent', detail: { zh: '已中断', en: 'Interrupted' } } as const;

async function listOfHaier(context: SyncContext, run: HeldSync, { signal }: Halt): Promise<SupplierAnswer<null>> {
  const { haier } = await context.suppliers.current();
  const chunk: string[] = [];
  let seq = 0;
  const write = async () => {
    await addItems(context, run, chunk, seq);
    seq += chunk.length;
    chunk.length = 0;
  };
  for await (const answer of haier.allProductCodes({ priority: 'bulk', signal })) {
    if (answer.outcome !== 'answered') return answer;
    chunk.push(answer.value);
    if (chunk.length === CHUNK) await write();
  }
  await write();
  return { outcome: 'answered', value: null };
}

async function listOfCatalogue(context: SyncContext, run: HeldSync, { signal }: Halt): Promise<SupplierAnswer<null>> {
  let after: string | null = null;
  let seq = 0;
  do {
    try {
      const page: { codes: string[]; next: string | null } = await call(
        context.js.connection,
        internalCalls.productCodes,
        { after, limit: CHUNK },
        ORDERS_TIMEOUT_MS,
      );
      await addItems(context, run, page.codes, seq);
      seq += page.codes.length;
      after = page.next;
    } catch (error) {
      if (error instanceof CallUnavailable) return { outcome: 'not_sent', detail: ORDERS_AWAY };
      if (error instanceof CallRefused)
        return { outcome: 'refused', why: 'unexpected', detail: { zh: error.message, en: error.messageEn } };
      throw error;
    }
  } while (after !== null && !signal.aborted);
  return { outcome: 'answered', value: null };
}

/** Each code once, however often it is listed; one that cannot be a product code fails here. */
async function addItems(
  context: SyncContext,
  run: HeldSync,
  codes: readonly string[],
  firstSeq: number,
): Promise<void> {
  if (codes.length === 0) return;
  const rows = codes.map((code, index) => {
    const at = { run_id: run.rowId, seq: firstSeq + index };
    if (isProductCode(code)) return { ...at, product_code: code, state: 'waiting' };
    return { ...at, product_code: legible(code), state: 'failed', detail: UNFIT.zh, detail_en: UNFIT.en };
  });
  const added = await context.orm.em
    .fork()
    .execute<{ state: string }[]>(
      `${insertSql('sync_items', ITEM_COLUMNS)} on conflict (run_id, product_code) do nothing returning state`,
      [JSON.stringify(rows)],
    );
  run.counts.total += added.length;
  run.counts.failed += added.filter(({ state }) => state === 'failed').length;
}

const ITEM_COLUMNS = 'run_id bigint, seq integer, product_code text, state text, detail text, detail_en text';

const legible = (code: string) =>
  code
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\u2400')
    .slice(0, 50);

const UNFIT: Text = {
  zh: '平台返回的产品编码无效，已跳过',
  en: 'The platform listed something that cannot be a product code; it was left out',
};

const ORDERS_AWAY: Text = {
  zh: '订单服务暂时不可用，无法读取商品目录，请稍后重试',
  en: 'The orders service is not available, so the catalogue cannot be read; try again later',
};
