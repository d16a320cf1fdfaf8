import type { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { z } from 'zod';
import { type CallAnswer, callAnswer } from '../suppliers/call-answer.ts';
import { refuseBadCounty } from '../suppliers/county-code.ts';
import { distinctProductCodes } from '../suppliers/product-codes.ts';
import type { CallOptions } from '../suppliers/suppliers.ts';
import type { FulfilmentContext } from './fulfilment-context.ts';

/**
 * Asks Haier what all of its warehouses have of a product where a buyer lives (domain.md §1.5, §4.1).
 * @throws BadInput for a product or county code that cannot be one
 */
export async function queryLocalStock(
  { suppliers, log }: FulfilmentContext,
  { productCode, countyCode }: z.output<typeof internalCalls.stock.request>,
  options: CallOptions,
): Promise<CallAnswer<{ quantity: number }>> {
  distinctProductCodes([productCode]);
  refuseBadCounty(countyCode);
  const { haier } = await suppliers.current();
  const answer = callAnswer(await haier.stock(productCode, countyCode, options), options, log);
  return answer.outcome === 'answered' ? { outcome: 'answered', value: { quantity: answer.value.quantity } } : answer;
}
