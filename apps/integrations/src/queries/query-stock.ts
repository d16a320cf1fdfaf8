import { BadInput } from '../errors.ts';
import { refuseBadCounty } from '../suppliers/county-code.ts';
import { distinctProductCodes } from '../suppliers/product-codes.ts';
import type { StockAnswer } from '../suppliers/suppliers.ts';
import { MANUAL, type QueryContext } from './query-context.ts';
import { valueOfAnswer } from './value-of-answer.ts';

/**
 * Asks Haier what it has of one product where a buyer lives (R120). The county must be named: there is none to fall
 * back on that would be right for anybody (T34).
 * @throws BadInput, SupplierFailed
 */
export async function queryStock(
  context: QueryContext,
  { productCode, countyCode }: { readonly productCode?: string | undefined; readonly countyCode?: string | undefined },
): Promise<{
  productCode: string;
  countyCode: string;
  quantity: number;
  warehouses: StockAnswer['warehouses'][number][];
}> {
  if (!productCode) throw new BadInput('product_code参数必填', 'product_code is required', 'productCode');
  distinctProductCodes([productCode], 'productCode');
  if (!countyCode) throw new BadInput('county_code参数必填', 'county_code is required', 'countyCode');
  refuseBadCounty(countyCode);
  const { haier } = await context.suppliers.current();
  const { quantity, warehouses } = valueOfAnswer(await haier.stock(productCode, countyCode, MANUAL), context);
  return { productCode, countyCode, quantity, warehouses: [...warehouses] };
}
