import type { TransitionTable } from './decide.ts';

/** Every state of a payment (design.md §4, domain.md §4.2). */
export const PAYMENT_STATES = ['init', 'processing', 'succeeded', 'failed', 'cancelled', 'expired'] as const;

/** One state of a payment (domain.md §4.2). */
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Everything that can happen to a payment (domain.md §4.2). `window_closed`: the time to pay is over. */
export const PAYMENT_FACTS = [
  'payment_started',
  'money_received',
  'payment_failed',
  'payment_closed',
  'window_closed',
] as const;

/** One thing that happened to a payment (domain.md §4.2). */
export type PaymentFact = (typeof PAYMENT_FACTS)[number];

/** What becomes of received money: it pays the order, or it goes back (rulings.md). */
export type PaymentEffect = 'pay_order' | 'return_money';

/** The state a payment is opened in (domain.md §4.2). */
export const PAYMENT_INITIAL_STATE: PaymentState = 'init';

/** The states a payment never leaves (domain.md §4.2, rulings.md). */
export const PAYMENT_FINAL_STATES: readonly PaymentState[] = ['succeeded', 'expired'];

/** The allowed moves of a payment, all of them (design.md §4, rulings.md). */
export const paymentTransitions: TransitionTable<PaymentState, PaymentFact, PaymentEffect> = {
  init: {
    payment_started: { to: 'processing' },
    money_received: { to: 'succeeded', then: ['pay_order'] },
    payment_failed: { to: 'failed' },
    payment_closed: { to: 'cancelled' },
    window_closed: { to: 'expired' },
  },
  processing: {
    money_received: { to: 'succeeded', then: ['pay_order'] },
    payment_failed: { to: 'failed' },
    payment_closed: { to: 'cancelled' },
    window_closed: { to: 'expired' },
  },
  succeeded: {},
  // Failed and cancelled are what somebody said; money that came is what happened. Nothing but
  // money corrects them, and it goes back even while the order waits: a buyer who was told that a
  // payment ended pays with the next one, and the first must not pay beside it.
  failed: {
    money_received: { to: 'succeeded', then: ['return_money'] },
  },
  cancelled: {
    money_received: { to: 'succeeded', then: ['return_money'] },
  },
  // Stays expired even when money comes: whoever moves payments keeps that fact and returns the money.
  expired: {},
};
