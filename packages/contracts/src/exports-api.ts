import { z } from 'zod';
import { orderApi, paymentApi } from './orders-api.ts';
import { line } from './primitives.ts';

/** Language of an export's header and of its state names. */
const lang = z.enum(['zh-CN', 'en']).default('zh-CN');
/** A query knows text only. */
const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional();

/**
 * Query of `GET /exports/orders.csv`: the filters of `order.list`, several values of one by repeating its name. `reveal`
 * says what name, phone and address in clear are needed for; without it they are masked.
 */
export const OrdersExport = z.strictObject({
  ...orderApi.list.input.unwrap().omit({ sort: true, cursor: true, limit: true }).shape,
  hasHaierLines: flag,
  hasOpenExceptions: flag,
  lang,
  reveal: line(200).optional(),
});
export type OrdersExport = z.output<typeof OrdersExport>;

/** Query of `GET /exports/payments.csv`: the filters of `payment.list`. */
export const PaymentsExport = z.strictObject({
  ...paymentApi.list.input.unwrap().omit({ cursor: true, limit: true }).shape,
  lang,
});
export type PaymentsExport = z.output<typeof PaymentsExport>;
