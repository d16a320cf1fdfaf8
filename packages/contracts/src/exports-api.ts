import { z } from 'zod';
import { auditApi } from './audit-api.ts';
import { ExceptionFilter, isListable, NOT_LISTABLE } from './exceptions-api.ts';
import { CallbackFilter, orderApi, paymentApi, refundApi } from './orders-api.ts';
import { line, OrderNumber, searched } from './primitives.ts';

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
  ...paymentApi.list.input.unwrap().omit({ sort: true, cursor: true, limit: true }).shape,
  lang,
});
export type PaymentsExport = z.output<typeof PaymentsExport>;

/** Query of `GET /exports/refunds.csv`: the filters of `refund.list`. */
export const RefundsExport = z.strictObject({
  ...refundApi.list.input.unwrap().omit({ sort: true, cursor: true, limit: true }).shape,
  toApprove: z
    .literal('true')
    .transform((): true => true)
    .optional(),
  lang,
});
export type RefundsExport = z.output<typeof RefundsExport>;

/** Query of `GET /exports/exceptions.csv`: the filters of `exception.list`; an empty `owner` finds what nobody has. */
export const ExceptionsExport = z
  .strictObject({
    ...ExceptionFilter.shape,
    owner: searched(100)
      .transform((owner) => owner || null)
      .optional(),
    lang,
  })
  .refine(isListable, NOT_LISTABLE);
export type ExceptionsExport = z.output<typeof ExceptionsExport>;

/** Query of `GET /exports/callbacks.csv`: the filters of `callback.list`. */
export const CallbacksExport = z.strictObject({ ...CallbackFilter.shape, lang });
export type CallbacksExport = z.output<typeof CallbacksExport>;

/** Query of `GET /exports/audit.csv`: the filters of `audit.list`. */
export const AuditExport = z.strictObject({
  ...auditApi.list.input.unwrap().omit({ sort: true, cursor: true, limit: true }).shape,
  lang,
});
export type AuditExport = z.output<typeof AuditExport>;

/** Query of `GET /exports/evidence.zip`: of one government order, what proves its subsidy. `reveal` as above. */
export const EvidenceExport = z.strictObject({ orderNumber: OrderNumber, lang, reveal: line(200).optional() });
export type EvidenceExport = z.output<typeof EvidenceExport>;
