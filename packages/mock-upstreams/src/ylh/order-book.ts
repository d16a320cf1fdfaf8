import { formatHaierTime } from '@orderbridge/contracts/haier-callback';
import type { Strike } from '../faults/fault-menu.ts';
import { keepByKey } from '../kept-list.ts';
import type { CallbackAnswer } from '../send-callback.ts';

export const PLAYED_ORDER_STATES = [
  'accepted',
  'confirmed',
  'rejected',
  'out_of_stock',
  'delivered',
  'cancelled',
] as const;
export type PlayedOrderState = (typeof PLAYED_ORDER_STATES)[number];

/** One order that YLH took. */
export type PlayedOrder = {
  readonly soId: string;
  readonly onlineNo: string;
  readonly sourceSystem: string;
  /** The Haier order number. */
  readonly retailOrderNo: string;
  readonly acceptedAt: Date;
  /** How often this `soId` was taken: more than once only after a rejection, which sets the number free. */
  readonly acceptedTimes: number;
  readonly items: readonly { readonly productCode: string; readonly itemQty: number }[];
  state: PlayedOrderState;
  /** What became of the wish to cancel it; null when there was none. */
  cancel: 'asked' | 'agreed' | 'refused' | 'part' | null;
  cancelReason: string | null;
  /** How often it was sent again and turned away. */
  repeatsRefused: number;
  distributionTime: number | null;
  installTime: number | null;
  parcels: readonly PlayedParcel[];
  /** Callbacks about it, in the order in which they were sent. */
  readonly told: ToldCallback[];
};

export type PlayedParcel = {
  readonly logisticsCompany: string;
  readonly logisticsNo: string;
  readonly deliveryRecordCode: string;
  readonly snCode: string;
};

export type ToldCallback = {
  readonly method: string;
  readonly state: number;
  readonly sentAt: string;
  readonly answers: readonly CallbackAnswer[];
};

/** What a new order says of itself. */
export type NewOrder = Pick<
  PlayedOrder,
  'soId' | 'onlineNo' | 'sourceSystem' | 'items' | 'distributionTime' | 'installTime'
>;

/** Faults of the calls that were made about an order, for the callbacks that answer them later. */
export type OrderStrikes = { push: Strike | undefined; cancel: Strike | undefined };

/** How many orders it remembers; the oldest are forgotten first. */
const ORDERS_KEPT = 50_000;

/** The orders that YLH took; in memory, because nothing here outlives a demo. */
export function createOrderBook(now: () => Date) {
  const bySoId = new Map<string, PlayedOrder>();
  const byRetailOrderNo = new Map<string, PlayedOrder>();
  const strikes = new WeakMap<PlayedOrder, OrderStrikes>();
  let lastNumber = 0;

  /** Goes up with the time of day, so that a restart gives out no number a second time. */
  const newRetailOrderNo = () => {
    const wireTime = formatHaierTime(now());
    const [hours, minutes, seconds] = [8, 10, 12].map((from) => Number(wireTime.slice(from, from + 2)));
    const msOfDay = ((hours! * 60 + minutes!) * 60 + seconds!) * 1_000 + (now().getTime() % 1_000);
    lastNumber = Math.max(lastNumber + 1, msOfDay);
    return `SO.${wireTime.slice(0, 8)}.${String(lastNumber).padStart(8, '0')}`;
  };

  return {
    orders: bySoId as ReadonlyMap<string, PlayedOrder>,

    bySoId: (soId: string): PlayedOrder | undefined => bySoId.get(soId),

    byRetailOrderNo: (retailOrderNo: string): PlayedOrder | undefined => byRetailOrderNo.get(retailOrderNo),

    /** Takes an order; the caller has made sure that its `soId` is free. */
    accept(order: NewOrder, strike: Strike | undefined): PlayedOrder {
      const before = bySoId.get(order.soId);
      const accepted: PlayedOrder = {
        ...order,
        retailOrderNo: newRetailOrderNo(),
        acceptedAt: now(),
        acceptedTimes: (before?.acceptedTimes ?? 0) + 1,
        state: 'accepted',
        cancel: null,
        cancelReason: null,
        repeatsRefused: before?.repeatsRefused ?? 0,
        parcels: [],
        told: before?.told ?? [],
      };
      // Both lists forget the same order, because both hold each number as long.
      bySoId.delete(order.soId);
      keepByKey(bySoId, order.soId, accepted, ORDERS_KEPT);
      keepByKey(byRetailOrderNo, accepted.retailOrderNo, accepted, ORDERS_KEPT);
      strikes.set(accepted, { push: strike, cancel: undefined });
      return accepted;
    },

    strikesOf: (order: PlayedOrder): OrderStrikes => strikes.get(order) ?? { push: undefined, cancel: undefined },

    /** Whether nothing has taken its place since. */
    holds: (order: PlayedOrder): boolean => bySoId.get(order.soId) === order,

    forget(): void {
      bySoId.clear();
      byRetailOrderNo.clear();
    },
  };
}
export type OrderBook = ReturnType<typeof createOrderBook>;
