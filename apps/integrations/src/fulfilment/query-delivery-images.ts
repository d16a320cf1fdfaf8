import type { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { z } from 'zod';
import { type CallAnswer, callAnswer } from '../suppliers/call-answer.ts';
import type { CallOptions } from '../suppliers/suppliers.ts';
import type { FulfilmentContext } from './fulfilment-context.ts';

/** Asks YLH for the addresses of the photos of delivery and installation (R135, domain.md §1.13). */
export async function queryDeliveryImages(
  { suppliers, log }: FulfilmentContext,
  { haierOrderNo }: z.output<typeof internalCalls.deliveryImages.request>,
  options: CallOptions,
): Promise<CallAnswer<{ urls: string[] }>> {
  const { ylh } = await suppliers.current();
  const answer = callAnswer(await ylh.deliveryImages(haierOrderNo, options), options, log);
  return answer.outcome === 'answered' ? { outcome: 'answered', value: { urls: answer.value } } : answer;
}
