import type { Difference, reconcileApi, ReconcileProgress } from '@orderbridge/contracts/integrations-api';
import type { ReconcileOrder } from '@orderbridge/contracts/internal-calls';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import type { z } from 'zod';
import { NotFound } from '../errors.ts';
import type { RetryJobContext } from '../jobs/retry-job.ts';
import type { IntegrationsLog } from '../log.ts';
import { recordEvent } from '../outbox/record-event.ts';
import type { SupplierAccess, Suppliers } from '../suppliers/suppliers.ts';
import { recordRun } from '../sync/sync-log.ts';
import type { Text } from '../text.ts';
import { transact } from '../transaction.ts';
import { askParcels } from './ask-parcels.ts';
import { type Finding, findDifferences, isWorthAsking } from './find-differences.ts';
import { listLatestJobs } from './list-latest-jobs.ts';
import { listOrders } from './list-orders.ts';
import { keepProgress, startProgress } from './reconcile-progress.ts';
import { NOT_TRIED, repairDifference } from './repair-difference.ts';

export type ReconcileContext = RetryJobContext & {
  readonly suppliers: SupplierAccess;
  readonly log: IntegrationsLog;
};

export type ReconcileOptions = z.output<typeof reconcileApi.run.input> & {
  /** Hears how many orders were looked at so far. */
  readonly onChecked?: (count: number) => void;
  /** Ends the run between two orders or repairs. */
  readonly signal?: AbortSignal;
};

export type ReconcileResult = z.output<typeof reconcileApi.run.output>;

/**
 * Compares what we, YLH and the payments say of each order (R79). A dry run only tells; otherwise each difference that
 * is certain is settled by its one verb, and what came of it is told beside it.
 * @throws NotFound when the one order asked for is none to compare, NotServed when orders does not answer
 */
export async function runReconcile(
  context: ReconcileContext,
  { dryRun, orderNumber, limit, runId, onChecked, signal }: ReconcileOptions,
): Promise<ReconcileResult> {
  const startedAt = context.now();
  const suppliers = await context.suppliers.current();
  const found: Case[] = [];
  let checked = 0;
  let truncated = false;
  let ylhProblem: Text | null = null;
  let total: number | null = null;
  if (runId !== undefined) await startProgress(context.orm, runId, startedAt);
  // One more than asked for tells whether there are more.
  for await (const page of listOrders(context.js, { orderNumber, limit: limit + 1 })) {
    total ??= page.total === null ? null : Math.min(page.total, limit);
    const orders = page.orders.slice(0, limit - checked);
    truncated = page.orders.length > orders.length;
    const { cases, problem } = await compare(context, suppliers, orders, ylhProblem !== null);
    found.push(...cases);
    ylhProblem ??= problem;
    checked += orders.length;
    if (runId !== undefined) await tellProgress(context, runId, { checked, total });
    onChecked?.(checked);
    if (truncated || signal?.aborted) break;
  }
  if (orderNumber !== undefined && checked === 0)
    throw new NotFound(
      '没有可对账的订单：订单不存在，或从未发起支付',
      'There is nothing to compare: the order does not exist, or nobody ever opened a payment for it',
    );

  const differences = dryRun
    ? found.map(({ finding }) => ({ ...finding, ...NOT_TRIED }))
    : await repairAll(context, found, signal);
  if (!dryRun) await recordReconcile(context, { orderNumber, checked, differences, startedAt });
  return {
    checked,
    differences,
    truncated,
    ylhProblem: ylhProblem?.zh ?? null,
    ylhProblemEn: ylhProblem?.en ?? null,
  };
}

/** What a person watches must not end the work that they watch. */
async function tellProgress({ orm, log }: ReconcileContext, runId: string, progress: ReconcileProgress): Promise<void> {
  try {
    await keepProgress(orm, runId, progress);
  } catch (error) {
    log.warn('progress of a reconciliation not kept', {}, error);
  }
}

/** A difference, and what its repair needs. */
type Case = { readonly finding: Finding; readonly jobId: string | undefined; readonly items: readonly LogisticsItem[] };

async function compare(
  { orm, now }: ReconcileContext,
  suppliers: Suppliers,
  orders: readonly ReconcileOrder[],
  ylhIsAway: boolean,
): Promise<{ cases: Case[]; problem: Text | null }> {
  const jobs = await listLatestJobs(
    orm.em.fork(),
    orders.map(({ orderNumber }) => orderNumber),
  );
  const answer = ylhIsAway ? undefined : await askParcels(suppliers, orders.filter(isWorthAsking));
  const at = now();
  const cases = orders.flatMap((order) => {
    const job = jobs.get(order.orderNumber);
    const parcels = answer?.known ? answer.parcels.get(order.orderNumber) : undefined;
    return findDifferences({ order, job, parcels }, at).map((finding) => ({
      finding,
      jobId: job?.id,
      items: parcels ?? [],
    }));
  });
  return { cases, problem: answer?.known === false ? answer.problem : null };
}

async function repairAll(
  context: ReconcileContext,
  cases: readonly Case[],
  signal: AbortSignal | undefined,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const one of cases)
    differences.push({
      ...one.finding,
      ...(signal?.aborted ? NOT_TRIED : await repairDifference(context, one.finding, one)),
    });
  return differences;
}

/** Who had differences settled, in the audit and in the sync log (R115); each settled one is in the audit by its own verb too. */
const recordReconcile = (
  context: ReconcileContext,
  run: { orderNumber: string | undefined; checked: number; differences: readonly Difference[]; startedAt: Date },
): Promise<void> =>
  transact(context, async (tx) => {
    const { orderNumber, checked, differences, startedAt } = run;
    const count = (is: (one: Difference) => boolean) => differences.filter(is).length;
    const repaired = count((one) => one.repaired);
    const failed = count(({ problem }) => problem !== null);
    const forPeople = count(({ repair }) => repair === null);
    const at = context.now();
    recordEvent(tx, at, 'staff.acted', orderNumber ?? null, {
      actor: context.by,
      action: 'reconciled',
      resourceType: orderNumber === undefined ? 'reconcile' : 'order',
      resourceId: orderNumber ?? '-',
      detail: { checked, differences: differences.length, repaired },
    });
    await recordRun(tx, {
      type: 'manual',
      by: context.by,
      successCount: repaired,
      failedCount: failed,
      message: {
        zh: `对账：核对 ${checked} 个订单，差异 ${differences.length}，已修复 ${repaired}，修复失败 ${failed}，需人工处理 ${forPeople}`,
        en: `Reconciliation: ${checked} orders checked, ${differences.length} differences, ${repaired} repaired, ${failed} failed, ${forPeople} for a person`,
      },
      startedAt,
      completedAt: at,
    });
  });
