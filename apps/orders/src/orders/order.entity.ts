import { defineEntity, p } from '@mikro-orm/core';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import type { HaierState } from '@orderbridge/state-machine/haier-transitions';
import type { OrderState } from '@orderbridge/state-machine/order-transitions';

const OrderSchema = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.bigint('number').primary(),
    /** Our public number; also `onlineNo` and `soId` at YLH (rulings.md "soId"). */
    orderNumber: p.string(),
    buyer: p.string(),
    status: p.string().$type<OrderState>(),
    haierStatus: p.string().$type<HaierState>(),
    /** Counts our own pushes and cancels, so that the same news about a new request is not taken for a repetition. */
    haierRound: p.integer(),
    haierOrderNo: p.string().nullable(),
    haierFailMessage: p.string().nullable(),
    /** Time stamp of the newest quantities taken from the platform. */
    haierCountedAt: p.datetime().nullable(),
    haierLineCount: p.integer(),
    localLineCount: p.integer(),
    totalFen: p.bigint('number'),
    payableFen: p.bigint('number'),
    note: p.text().nullable(),
    isGovernmentOrder: p.boolean(),
    distributionTime: p.datetime().nullable(),
    installTime: p.datetime().nullable(),
    contactName: p.string(),
    phone: p.string(),
    phoneTail: p.string(),
    province: p.string(),
    city: p.string(),
    district: p.string(),
    town: p.string().nullable(),
    addressDetail: p.string(),
    countyCode: p.string().nullable(),
    carrier: p.string().nullable(),
    trackingNo: p.string().nullable(),
    snCode: p.string().nullable(),
    parcels: p.json().$type<LogisticsItem[]>(),
    deliveryImages: p.json().$type<string[]>(),
    /** Of the subsidy's invoice, and its day in Beijing. */
    invoiceNo: p.string().nullable(),
    invoiceDate: p.date().nullable(),
    cancelReason: p.string().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    paidAt: p.datetime().nullable(),
    cancelledAt: p.datetime().nullable(),
  },
});

/** An order with its address snapshot (domain.md §3.1). Only move-order.ts sets `status`, only move-haier.ts `haierStatus`. */
export class Order extends OrderSchema.class {}
OrderSchema.setClass(Order);

const OrderLineSchema = defineEntity({
  name: 'OrderLine',
  tableName: 'order_lines',
  properties: {
    id: p.bigint('number').primary(),
    orderId: p.bigint('number'),
    productId: p.bigint('number'),
    productCode: p.string(),
    productName: p.string(),
    source: p.string().$type<'haier' | 'local'>(),
    quantity: p.integer(),
    unitPriceFen: p.bigint('number'),
    totalFen: p.bigint('number'),
    /** Local stock this line still holds; 0 for Haier goods and once released (R77, R78). */
    heldQty: p.integer(),
    receivedQty: p.integer(),
    returnedQty: p.integer(),
    rejectedQty: p.integer(),
  },
});

/** One product of an order at the price of its placing (domain.md §3.2). */
export class OrderLine extends OrderLineSchema.class {}
OrderLineSchema.setClass(OrderLine);
