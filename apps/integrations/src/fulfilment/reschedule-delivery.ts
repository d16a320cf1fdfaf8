import type { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { z } from 'zod';
import { type CallAnswer, callAnswer } from '../suppliers/call-answer.ts';
import type { CallOptions } from '../suppliers/suppliers.ts';
import type { FulfilmentContext } from './fulfilment-context.ts';

type Times = { readonly distributionTime: string | null; readonly installTime: string | null };

/**
 * Has YLH set other times for an order that it has (R134, domain.md §1.12) and answers those that it was told: the end of
 * their day in Beijing. One attempt, because it changes something; asking for the same times again is safe.
 */
export async function rescheduleDelivery(
  { suppliers, log }: FulfilmentContext,
  { retailOrderNo, ...wanted }: z.output<typeof internalCalls.reschedule.request>,
  options: CallOptions,
): Promise<CallAnswer<Times>> {
  const { ylh } = await suppliers.current();
  const change = {
    retailOrderNo,
    distributionTime: wanted.distributionTime === null ? null : new Date(wanted.distributionTime),
    installTime: wanted.installTime === null ? null : new Date(wanted.installTime),
  };
  const taken = await ylh.reschedule(change, options);
  const answer = callAnswer(taken, options, log);
  if (answer.outcome === 'answered') {
    const { distributionTime, installTime } = answer.value;
    return {
      outcome: 'answered',
      value: {
        distributionTime: distributionTime?.toISOString() ?? null,
        installTime: installTime?.toISOString() ?? null,
      },
    };
  }
  if (taken.outcome !== 'uncertain') return answer;
  return {
    ...answer,
    detail: `${answer.detail}（平台可能已改约，可用相同时间重试）`,
    detailEn: `${answer.detailEn} (the times may have been changed all the same; asking for the same ones again is safe)`,
  };
}
