import type { Text } from '../text.ts';
import { transact, type TransactContext } from '../transaction.ts';
import type { HeldSync, SyncCounts } from './claim-sync.ts';
import type { HaltReason } from './halt.ts';
import { statusOf } from './sync-log.ts';

type Ended = SyncCounts & { readonly warned: number };

/**
 * Ends a run with what its products say: the counts, the status that follows from them, and a text for a person (R115).
 * Products that have nothing to say leave. Answers the status; undefined when another process holds the run.
 */
export function endSync(
  context: TransactContext & { readonly now: () => Date },
  run: HeldSync,
  asked: Exclude<HaltReason, { kind: 'left' }> | undefined,
): Promise<'success' | 'partial' | 'failed' | undefined> {
  return transact(context, async ({ em }) => {
    const [mine] = await em.execute<{ listed: boolean }[]>(
      `select listed from sync_runs where id = ? and leased_by = ? and status = 'processing' for update`,
      [run.rowId, run.leaseId],
    );
    if (!mine) return undefined;
    const [counts] = await em.execute<[Ended]>(
      `select count(*)::int as total, count(*) filter (where state = 'done')::int as success,
              count(*) filter (where state = 'failed')::int as failed, count(*) filter (where changed)::int as changed,
              count(*) filter (where state = 'done' and detail is not null)::int as warned
         from sync_items where run_id = ?`,
      [run.rowId],
    );
    // A wish to cancel that came when everything was done changes nothing of that.
    const isAllDone = mine.listed && counts.success + counts.failed === counts.total;
    const halted = asked?.kind === 'cancelled' && isAllDone ? undefined : asked;
    const status = halted ? (counts.success > 0 ? 'partial' : 'failed') : statusOf(counts.success, counts.failed);
    const { zh, en } = messageOf(counts, halted);
    await em.execute(
      `update sync_runs set status = ?, message = ?, message_en = ?, total_count = ?, success_count = ?, failed_count = ?,
              changed_count = ?, completed_at = ?, leased_until = null, leased_by = null
        where id = ?`,
      [status, zh, en, counts.total, counts.success, counts.failed, counts.changed, context.now(), run.rowId],
      'run',
    );
    await em.execute(
      `delete from sync_items where run_id = ? and (state = 'waiting' or state = 'done' and detail is null)`,
      [run.rowId],
      'run',
    );
    return status;
  });
}

function messageOf({ total, success, failed, changed, warned }: Ended, halted: HaltReason | undefined): Text {
  const done = success + failed;
  if (halted?.kind === 'stopped')
    return {
      zh: `同步已停止（完成 ${done}/${total}）：${fit(halted.why.zh)}`,
      en: `The sync stopped (${done} of ${total} done): ${fit(halted.why.en)}`,
    };
  if (halted)
    return { zh: `同步已取消（完成 ${done}/${total}）`, en: `The sync was cancelled (${done} of ${total} done)` };
  if (total === 0)
    return {
      zh: '警告：没有可同步的商品，平台或商品目录返回了空列表',
      en: 'Warning: there is nothing to sync; the platform or the catalogue gave an empty list',
    };
  return {
    zh: `共 ${total} 个商品：成功 ${success}（有变化 ${changed}，有警告 ${warned}），失败 ${failed}`,
    en: `${total} products: ${success} synced (${changed} changed, ${warned} with a warning), ${failed} failed`,
  };
}

const MESSAGE_MAX = 400;
// What the platform says may hold what PostgreSQL does not keep.
const fit = (text: string) => text.slice(0, MESSAGE_MAX).replaceAll('\0', '\u2400').toWellFormed();
