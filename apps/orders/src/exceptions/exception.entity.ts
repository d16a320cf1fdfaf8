import { defineEntity, p } from '@mikro-orm/core';

/** What a person must decide about (design.md §4, rulings.md). */
export const EXCEPTION_KINDS = [
  'money_to_return',
  'amount_mismatch',
  'transaction_reused',
  'conflicting_callback',
  'quantity_conflict',
  'orphan_callback',
  'late_callback',
  'push_failed',
  'cancel_refused',
  'out_of_stock',
  'parked_message',
] as const;
export type ExceptionKind = (typeof EXCEPTION_KINDS)[number];

const ExceptionSchema = defineEntity({
  name: 'StaffException',
  tableName: 'exceptions',
  properties: {
    id: p.bigint('number').primary(),
    publicId: p.uuid(),
    kind: p.string().$type<ExceptionKind>(),
    orderId: p.bigint('number').nullable(),
    callbackId: p.uuid().nullable(),
    /** Unique: the same trouble is raised once, however often it is met. */
    dedupKey: p.string(),
    /** What happened, in Chinese and in English. */
    detail: p.string(),
    detailEn: p.string(),
    status: p.string().$type<'open' | 'resolved'>(),
    createdAt: p.datetime(),
  },
});

/** A case for staff. */
export class StaffException extends ExceptionSchema.class {}
ExceptionSchema.setClass(StaffException);
