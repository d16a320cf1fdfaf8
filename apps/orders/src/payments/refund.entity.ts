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
    cause: p.string(),
    reason: p.string(),
    createdAt: p.datetime(),
  },
});

/** Money that must go back to the buyer (domain.md §3.4). */
export class Refund extends RefundSchema.class {}
RefundSchema.setClass(Refund);
