import type { TransitionTable } from './decide.ts';

/** Every state of an order (design.md §4, domain.md §4.1). Haier's news has its own machine. */
export const ORDER_STATES = ['pending', 'paid', 'shipped', 'completed', 'cancelled', 'refunding', 'refunded'] as const;

/** One state of an order (design.md §4). */
export type OrderState = (typeof ORDER_STATES)[number];

/** Everything that can happen to an order (design.md §4). */
export const ORDER_FACTS = [
  'payment_received',
  'payment_window_closed',
  'cancel_agreed',
  'goods_sent',
  'goods_accepted',
  'refund_agreed',
  'refund_paid_out',
  'refund_withdrawn',
] as const;

/** One thing that happened to an order (design.md §4). */
export type OrderFact = (typeof ORDER_FACTS)[number];

/** What a move of an order brings with it (domain.md §4.1, rulings.md). */
export type OrderEffect = 'release_stock' | 'open_refund' | 'close_payments' | 'expire_payments' | 'count_sales';

/** The state an order is placed in (domain.md §4.1). */
export const ORDER_INITIAL_STATE: OrderState = 'pending';

/** The states an order never leaves (rulings.md, "Order states"). */
export const ORDER_FINAL_STATES: readonly OrderState[] = ['cancelled', 'refunded'];

/** The allowed moves of an order, all of them (design.md §4, rulings.md). */
export const orderTransitions: TransitionTable<OrderState, OrderFact, OrderEffect> = {
  pending: {
    payment_received: { to: 'paid', then: ['close_payments'] },
    payment_window_closed: { to: 'cancelled', then: ['release_stock', 'expire_payments'] },
    cancel_agreed: { to: 'cancelled', then: ['release_stock', 'close_payments'] },
  },
  paid: {
    goods_sent: { to: 'shipped' },
    cancel_agreed: { to: 'cancelled', then: ['release_stock', 'open_refund'] },
    refund_agreed: { to: 'refunding', then: ['open_refund'] },
  },
  shipped: {
    goods_accepted: { to: 'completed', then: ['count_sales'] },
    refund_agreed: { to: 'refunding', then: ['open_refund'] },
  },
  completed: {
    refund_agreed: { to: 'refunding', then: ['open_refund'] },
  },
  // Final. Money that arrives later is refused here, and the payment opens its own refund.
  cancelled: {},
  refunding: {
    refund_paid_out: { to: 'refunded', then: ['release_stock'] },
    refund_withdrawn: { to: 'paid' },
  },
  refunded: {},
};
