import { z } from 'zod';
import { HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES } from '@orderbridge/state-machine/order-transitions';
import { PAYMENT_STATES } from '@orderbridge/state-machine/payment-transitions';
import { REFUND_STATES } from '@orderbridge/state-machine/refund-transitions';
import { CallbackOutcomeName, CallbackProviderName } from './callback-envelope.ts';
import { Fen } from './primitives.ts';

/**
 * Everything orders tells the world, by CloudEvents type. Payloads are thin: who needs more asks the API.
 * Delivered at least once, in order per order, with a stable `id` (design.md §1 arrow 3).
 */
export const orderEventData = {
  'order.placed': z.object({ status: z.enum(ORDER_STATES), payableFen: Fen, hasHaierLines: z.boolean() }),
  'order.moved': z.object({ from: z.enum(ORDER_STATES), to: z.enum(ORDER_STATES), fact: z.string() }),
  'haier.moved': z.object({
    from: z.enum(HAIER_STATES),
    to: z.enum(HAIER_STATES),
    fact: z.string(),
    /** Round of our own requests that it belongs to. */
    round: z.number().int().optional(),
    /** Bulk push that it came from: it waits behind what a person pushes one by one. */
    batchId: z.uuid().optional(),
  }),
  'payment.opened': z.object({ paymentId: z.uuid(), amountFen: Fen }),
  'payment.moved': z.object({
    paymentId: z.uuid(),
    from: z.enum(PAYMENT_STATES),
    to: z.enum(PAYMENT_STATES),
    fact: z.string(),
  }),
  'refund.opened': z.object({ refundId: z.uuid(), amountFen: Fen, cause: z.string() }),
  'refund.moved': z.object({
    refundId: z.uuid(),
    from: z.enum(REFUND_STATES),
    to: z.enum(REFUND_STATES),
    fact: z.string(),
  }),
  /** Something about the order changed that is no move: what, by name. */
  'order.amended': z.object({
    what: z.enum(['price', 'times', 'note', 'quantities', 'haier_number', 'parcels', 'delivery_images', 'invoice']),
  }),
  'exception.raised': z.object({ exceptionId: z.uuid(), kind: z.string() }),
  'exception.resolved': z.object({ exceptionId: z.uuid(), kind: z.string(), action: z.string() }),
  /** Local stock of a product changed by lock, release or a person; `subject` is the order, or `-`. */
  'stock.changed': z.object({ productCode: z.string(), change: z.enum(['lock', 'release', 'adjust']) }),
  /** A callback that changed no state: orphan, conflict, late lane, malformed, parked. */
  'callback.recorded': z.object({ callbackId: z.uuid(), provider: CallbackProviderName, outcome: CallbackOutcomeName }),
} as const;

export type OrderEventType = keyof typeof orderEventData;
export const ORDER_EVENT_TYPES = Object.keys(orderEventData) as OrderEventType[];
export type OrderEventData<T extends OrderEventType> = z.infer<(typeof orderEventData)[T]>;

/** `source` of every event of ours. */
export const ORDER_EVENT_SOURCE = '/orderbridge/orders';

const cloudEvent = <T extends OrderEventType>(type: T) =>
  z.object({
    specversion: z.literal('1.0'),
    id: z.uuid(),
    source: z.literal(ORDER_EVENT_SOURCE),
    type: z.literal(type),
    /** The order number; `-` when the event belongs to no known order. */
    subject: z.string().min(1),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: orderEventData[type],
  });

/** CloudEvents 1.0 (JSON) as they lie on `ORDERS.<type>`. A reader keeps what it does not know: newer versions add types. */
export const OrderEvent = z.discriminatedUnion('type', [
  cloudEvent('order.placed'),
  cloudEvent('order.moved'),
  cloudEvent('haier.moved'),
  cloudEvent('payment.opened'),
  cloudEvent('payment.moved'),
  cloudEvent('refund.opened'),
  cloudEvent('refund.moved'),
  cloudEvent('order.amended'),
  cloudEvent('exception.raised'),
  cloudEvent('exception.resolved'),
  cloudEvent('stock.changed'),
  cloudEvent('callback.recorded'),
]);
export type OrderEvent = z.infer<typeof OrderEvent>;
