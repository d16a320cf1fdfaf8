import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { type callbackApi, type CallbackFilter, REPLAYS_MAX } from '@orderbridge/contracts/orders-api';
import { isDatabaseUnavailable } from '@orderbridge/service-kit/database/errors';
import type { z } from 'zod';
import { DomainError, Refused } from '../errors.ts';
import type { OrdersLog } from '../log.ts';
import { maskOptional } from '../orders/mask.ts';
import type { Text } from '../text.ts';
import { transact } from '../transaction.ts';
import { CALLBACK_COLUMNS, type CallbackRow, personOf } from './callback-view.ts';
import { callbackCondition, scanForField } from './find-callbacks.ts';
import { replayAlone, type ReplayContext } from './replay-callback.ts';

type Asked = z.output<typeof callbackApi.replayMany.input>;
type Results = z.input<typeof callbackApi.replayMany.output>['results'];

/**
 * Replays many stored callbacks, the oldest first, because later ones build on earlier ones. Each runs in a transaction
 * of its own, so that one that fails stops no other. How far it has come is kept, and the whole of it is audited beside
 * the row that each replay leaves.
 * @throws Refused (CONFLICT when the count changed or the batch was started before, BAD_INPUT for too many)
 */
export async function replayMany(
  context: ReplayContext & { readonly log: Pick<OrdersLog, 'error'> },
  { batchId, which, reason }: Asked,
): Promise<{ results: Results }> {
  const em = context.orm.em.fork();
  const ids = 'ids' in which ? await oldestFirst(em, which.ids) : await matching(em, which.filter, which.expectedCount);
  await startBatch(context, batchId, { total: ids.length, reason });

  const ran: Ran[] = [];
  for (const id of ids) {
    const one = await replayOne(context, { id, reason });
    ran.push({ id, ...one });
    await em.execute(
      `update callback_replay_batches set done = done + 1, failed = failed + ?, last_at = ? where id = ?`,
      [one.outcome === null ? 1 : 0, context.now(), batchId],
      'run',
    );
  }
  await endBatch(context, batchId, ran);
  return { results: await resultsOf(em, ran) };
}

type Ran = { id: string; outcome: Results[number]['outcome']; detail: Text | undefined };

async function replayOne(
  context: ReplayContext & { readonly log: Pick<OrdersLog, 'error'> },
  { id, reason }: { id: string; reason: string },
): Promise<Omit<Ran, 'id'>> {
  try {
    const { outcome, detail } = await replayAlone(context, { id, reason });
    return { outcome, detail: detail ?? undefined };
  } catch (error) {
    // Then none of the others would work either.
    if (isDatabaseUnavailable(error)) throw error;
    if (error instanceof DomainError) return { outcome: null, detail: { zh: error.message, en: error.messageEn } };
    context.log.error('callback could not be replayed', { id }, error);
    return { outcome: null, detail: BROKEN };
  }
}

const BROKEN: Text = { zh: '处理时出错，未改变任何内容', en: 'It broke down and changed nothing' };

async function oldestFirst(em: SqlEntityManager, ids: readonly string[]): Promise<string[]> {
  const rows = await em.execute<{ public_id: string }[]>(
    `select public_id from callbacks where public_id in (?) order by id`,
    [[...new Set(ids)]],
  );
  if (rows.length === 0) throw new Refused('NOT_FOUND', '回调记录不存在', 'There is no such callback');
  return rows.map(({ public_id }) => public_id);
}

async function matching(em: SqlEntityManager, filter: CallbackFilter, expectedCount: number): Promise<string[]> {
  const found = await callbackCondition(em, filter);
  const condition = { sql: `${found.sql} and c.outcome <> 'refused'`, params: found.params };
  const scan = filter.field
    ? await scanForField(em, condition, { field: filter.field, limit: REPLAYS_MAX + 1, ascending: true })
    : undefined;
  const rows = scan
    ? await em.execute<{ public_id: string }[]>(`select public_id from callbacks where id in (?) order by id`, [
        scan.ids.length > 0 ? scan.ids : [0],
      ])
    : await em.execute<{ public_id: string }[]>(
        `select c.public_id from callbacks c where ${condition.sql} order by c.id limit ${REPLAYS_MAX + 1}`,
        [...condition.params],
      );
  if (rows.length > REPLAYS_MAX || scan?.next !== undefined)
    throw new Refused(
      'BAD_INPUT',
      `一次最多重放 ${REPLAYS_MAX} 条，请缩小筛选范围`,
      `At most ${REPLAYS_MAX} callbacks are replayed at once; narrow the filter`,
    );
  if (rows.length !== expectedCount)
    throw new Refused(
      'CONFLICT',
      `符合条件的回调现在是 ${rows.length} 条，不再是 ${expectedCount} 条，请重新确认`,
      `${rows.length} callbacks match now, no longer ${expectedCount}; look again before replaying them`,
    );
  return rows.map(({ public_id }) => public_id);
}

async function startBatch(
  context: ReplayContext,
  batchId: string,
  { total, reason }: { total: number; reason: string },
): Promise<void> {
  const at = context.now();
  await transact(context, async (tx) => {
    const [started] = await tx.em.execute<{ id: string }[]>(
      `insert into callback_replay_batches (id, by, reason, total, started_at, last_at) values (?, ?, ?, ?, ?, ?)
       on conflict (id) do nothing returning id`,
      [batchId, context.by, reason, total, at, at],
    );
    if (!started) throw new Refused('CONFLICT', '该批次已经开始', 'This batch was started already');
    tx.audit.push({
      at,
      actor: context.by,
      action: 'callback_replays_started',
      resource_type: 'callback_batch',
      resource_id: batchId,
      detail: { total, reason },
    });
  });
}

async function endBatch(context: ReplayContext, batchId: string, ran: readonly Ran[]): Promise<void> {
  const at = context.now();
  await transact(context, async (tx) => {
    await tx.em.execute(
      `update callback_replay_batches set finished_at = ?, last_at = ? where id = ?`,
      [at, at, batchId],
      'run',
    );
    tx.audit.push({
      at,
      actor: context.by,
      action: 'callback_replays_finished',
      resource_type: 'callback_batch',
      resource_id: batchId,
      detail: {
        total: ran.length,
        failed: ran.flatMap(({ id, outcome }) => (outcome === null ? [id] : [])),
      },
    });
  });
}

async function resultsOf(em: SqlEntityManager, ran: readonly Ran[]): Promise<Results> {
  const rows = await em.execute<CallbackRow[]>(
    `select ${CALLBACK_COLUMNS} from callbacks c left join orders o on o.id = c.order_id where c.public_id in (?)`,
    [ran.map(({ id }) => id)],
  );
  const byId = new Map(rows.map((row) => [row.public_id, row]));
  return ran.map(({ id, outcome, detail }) => {
    const row = byId.get(id);
    const person = row && personOf(row);
    return {
      id,
      orderNumber: row?.order_number ?? null,
      outcome,
      detail: maskOptional(detail?.zh, person),
      detailEn: maskOptional(detail?.en, person),
    };
  });
}
