import { defineEntity, p } from '@mikro-orm/core';
import type { Checkout, PaymentView } from '@orderbridge/contracts/orders-api';
import type { PaymentState } from '@orderbridge/state-machine/payment-transitions';

const PaymentSchema = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.bigint('number').primary(),
    publicId: p.uuid(),
    orderId: p.bigint('number'),
    method: p.string().$type<PaymentView['method']>(),
    /** Our number of this payment at the provider; one per payment, so that a closed one is never paid for a new one. */
    providerOrderNo: p.string(),
    status: p.string().$type<PaymentState>(),
    amountFen: p.bigint('number'),
    /** The provider's number for the money; unique per method. */
    transactionId: p.string().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    expiresAt: p.datetime(),
    /** When the provider said the money came, whatever became of the order. */
    paidAt: p.datetime().nullable(),
    /** What the buyer's device needs to pay, as the provider gave it. */
    checkout: p.json<Checkout>().nullable(),
    checkoutAt: p.datetime().nullable(),
    /** The buyer at WeChat when the payment is for its own browser; it is part of what the provider was told. */
    payerOpenId: p.string().nullable(),
    /** When the provider was asked last, and when it is to be asked next. */
    askedAt: p.datetime().nullable(),
    askAt: p.datetime().nullable(),
  },
});

/** One attempt to pay an order (domain.md §3.3). Only move-payment.ts sets `status`. */
export class Payment extends PaymentSchema.class {}
PaymentSchema.setClass(Payment);
