import type { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import type { z } from 'zod';
import { type CallAnswer, callAnswer } from '../suppliers/call-answer.ts';
import type { CallOptions } from '../suppliers/suppliers.ts';
import { recordRun } from '../sync/sync-log.ts';
import { type TransactContext, transact } from '../transaction.ts';
import type { FulfilmentContext } from './fulfilment-context.ts';

/**
 * Asks YLH for the parcels of an order, by Haier's number of it, else by ours, which is its `soId` (R132). Each query is
 * one entry of the sync log (R115).
 */
export async function queryParcels(
  context: FulfilmentContext & TransactContext & { readonly now: () => Date },
  { orderNumber, haierOrderNo }: z.output<typeof internalCalls.logistics.request>,
  options: CallOptions,
): Promise<CallAnswer<{ items: LogisticsItem[] }>> {
  const startedAt = context.now();
  const number = haierOrderNo || orderNumber;
  const { ylh } = await context.suppliers.current();
  const answer = callAnswer(await ylh.logistics([number], options), options, context.log);
  // What is said of another order is not said of this one.
  const items =
    answer.outcome === 'answered' ? answer.value.flatMap((one) => (one.orderCode === number ? [one.item] : [])) : [];
  const isAnswered = answer.outcome === 'answered';
  await transact(context, (tx) =>
    recordRun(tx, {
      type: 'logistics',
      by: 'system',
      successCount: isAnswered ? 1 : 0,
      failedCount: isAnswered ? 0 : 1,
      message: {
        zh: `订单 ${orderNumber}：${isAnswered ? `查询到 ${items.length} 个包裹` : answer.detail}`,
        en: `Order ${orderNumber}: ${isAnswered ? `parcels found: ${items.length}` : answer.detailEn}`,
      },
      startedAt,
      completedAt: context.now(),
    }),
  );
  return isAnswered ? { outcome: 'answered', value: { items } } : answer;
}
