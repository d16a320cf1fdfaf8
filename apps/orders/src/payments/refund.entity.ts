import { defineEntity, p } from '@mikro-orm/core';
import type { RefundState } from '@orderbridge/state-machine/refund-transitions';

const RefundSchema = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.bigint('number').primary(),
    publicId: p.uuid(),
    orderId: p.bigint('number'),
    paymentId: p.bigint('number'),
    status: p.string().$type<RefundState>(),
    amountFen: p.bigint('number'),
    /** Fixed when the refund is wanted and unique, so that one cause can never pay out twice. */
    idempotencyKey: p.string(),
    /** Our number of it at the provider, `<order number>-R<n>`, fixed for good (domain.md §1.16). */
    refundNo: p.string(),
    cause: p.string(),
    reason: p.string(),
    reasonEn: p.string(),
    /** Calls made for it so far. */
    attempts: p.integer(),
    /** Those since it was put in line last; the waiting times go by them. */
    tries: p.integer(),
    /** A call may have arrived whose end nobody knows: the provider has to be asked before anything is sent again. */
    outcomeUnknown: p.boolean(),
    /** Staff returned the money by another way; a provider that pays it out as well paid it twice. */
    paidByHand: p.boolean(),
    /** When the next call is due; null when none is planned. */
    nextAttemptAt: p.datetime().nullable(),
    /** Until then somebody is calling for it. */
    leasedUntil: p.datetime().nullable(),
    lastError: p.string().nullable(),
    lastErrorEn: p.string().nullable(),
    providerRefundId: p.string().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    /** Taken back before it was sent: it is never paid out and counts for nothing. */
    withdrawnAt: p.datetime().nullable(),
    /** `staff:<username>`, the machine or the callback that had it opened. */
    requestedBy: p.string().nullable(),
    /** A second person has to approve it; nothing is sent before. */
    approvalNeeded: p.boolean(),
    approvedBy: p.string().nullable(),
    approvedAt: p.datetime().nullable(),
  },
});

/** Money that must go back to the buyer (domain.md §3.4). Only move-refund.ts sets `status`. */
export class Refund extends RefundSchema.class {}
RefundSchema.setClass(Refund);
