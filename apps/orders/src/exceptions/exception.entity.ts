import { defineEntity, p } from '@mikro-orm/core';
import type { ExceptionAction, ExceptionKind } from '@orderbridge/contracts/exceptions-api';

const ExceptionSchema = defineEntity({
  name: 'StaffException',
  tableName: 'exceptions',
  properties: {
    id: p.bigint('number').primary(),
    publicId: p.uuid(),
    kind: p.string().$type<ExceptionKind>(),
    orderId: p.bigint('number').nullable(),
    callbackId: p.uuid().nullable(),
    paymentId: p.uuid().nullable(),
    refundId: p.uuid().nullable(),
    /** Unique: the same trouble is raised once, however often it is met. */
    dedupKey: p.string(),
    /** What happened, in Chinese and in English. */
    detail: p.string(),
    detailEn: p.string(),
    status: p.string().$type<'open' | 'resolved'>(),
    createdAt: p.datetime(),
    /** User name of the staff member who took it on. */
    owner: p.string().nullable(),
    resolvedAt: p.datetime().nullable(),
    resolvedBy: p.string().nullable(),
    resolvedAction: p.string().$type<ExceptionAction>().nullable(),
    resolvedReason: p.string().nullable(),
    resolvedReasonEn: p.string().nullable(),
  },
});

/** A case for staff. */
export class StaffException extends ExceptionSchema.class {}
ExceptionSchema.setClass(StaffException);
