import { defineEntity, p } from '@mikro-orm/core';
import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';

const CallbackSchema = defineEntity({
  name: 'Callback',
  tableName: 'callbacks',
  properties: {
    id: p.bigint('number').primary(),
    publicId: p.uuid(),
    provider: p.string(),
    /** Unique: provider and verified signature or event id. */
    transportKey: p.string(),
    /** Unique among applied ones: what the callback says about which order in which round. */
    semanticKey: p.string().nullable(),
    outcome: p.string().$type<CallbackOutcomeName>(),
    /** What happened, for staff, in Chinese and in English. */
    detail: p.string().nullable(),
    detailEn: p.string().nullable(),
    method: p.string().nullable(),
    /** Order number as the caller wrote it. */
    platformOrderNo: p.string().nullable(),
    orderId: p.bigint('number').nullable(),
    /** The payment object answered to a payment provider; repetitions get the same one. */
    answer: p.json<Record<string, unknown>>().nullable(),
    secret: p.string(),
    source: p.string(),
    path: p.string(),
    contentType: p.string(),
    body: p.text(),
    late: p.boolean(),
    replays: p.integer(),
    receivedAt: p.datetime(),
    decidedAt: p.datetime(),
  },
});

/** The inbox: every verified callback once, and a bounded sample of refused ones (domain.md §3.10, R61). */
export class Callback extends CallbackSchema.class {}
CallbackSchema.setClass(Callback);
