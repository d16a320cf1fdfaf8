import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { readProductCodes } from './read-product-codes.ts';
import { MANUAL, type QueryContext } from './query-context.ts';
import { valueOfAnswer } from './value-of-answer.ts';

/**
 * Asks Haier for products (R120): what may be ordered, and why not.
 * @throws BadInput, SupplierFailed
 */
export const queryProducts = (context: QueryContext, productCodes: string | readonly string[] | undefined) =>
  queryCatalogue(context, 'products', productCodes);

/**
 * Asks Haier for today's prices (R120).
 * @throws BadInput, SupplierFailed
 */
export const queryPrices = (context: QueryContext, productCodes: string | readonly string[] | undefined) =>
  queryCatalogue(context, 'prices', productCodes);

async function queryCatalogue(
  context: QueryContext,
  what: 'products' | 'prices',
  productCodes: string | readonly string[] | undefined,
): Promise<CatalogueItem[]> {
  const codes = readProductCodes(productCodes);
  const { haier } = await context.suppliers.current();
  return valueOfAnswer(await haier[what](codes, MANUAL), context);
}
