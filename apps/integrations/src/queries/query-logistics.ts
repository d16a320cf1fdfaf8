import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { BadInput } from '../errors.ts';
import { maskAnswer } from './mask-answer.ts';
import { MANUAL, type QueryContext } from './query-context.ts';
import { valueOfAnswer } from './value-of-answer.ts';

/** Printable, without blanks; more is not documented. */
const ORDER_CODE = /^[\x21-\x7e]+$/;

/**
 * Asks Haier for the parcels of one of its orders, e.g. `SO.20251128.000001` (R120); raw too, with people hidden, because the
 * shape of its lists is not documented (domain.md §1.6).
 * @throws BadInput, SupplierFailed
 */
export async function queryLogistics(
  context: QueryContext,
  orderCode: string | undefined,
): Promise<{ items: LogisticsItem[]; raw: unknown }> {
  if (!orderCode) throw new BadInput('order_code参数必填', 'order_code is required', 'orderCode');
  if (!ORDER_CODE.test(orderCode))
    throw new BadInput(
      '海尔订单号格式错误，例如 SO.20251128.000001',
      'This is no order number of Haier, such as SO.20251128.000001',
      'orderCode',
    );
  const { haier } = await context.suppliers.current();
  const { items, raw } = valueOfAnswer(await haier.logistics(orderCode, MANUAL), context);
  return { items, raw: maskAnswer(raw) };
}
