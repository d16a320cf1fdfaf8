import type { TransitionTable } from './decide.ts';

/** Every state of an order at Haier, apart from the order's own (design.md §4, domain.md §4.5). */
export const HAIER_STATES = [
  'none',
  'push_pending',
  'failed',
  'confirmed',
  'out_of_stock_failed',
  'out_of_stock',
  'cancel_pending',
  'cancel_failed',
  'partially_cancelled',
  'cancelled',
] as const;

/** One state of an order at Haier (domain.md §4.5). */
export type HaierState = (typeof HAIER_STATES)[number];

/** What we ask of the platform, and its refusal of a push on the spot (domain.md §1.10, §1.11). */
export const HAIER_OWN_FACTS = ['push_requested', 'push_refused', 'cancel_requested'] as const;

/** What the platform tells by callback, the news that weighs least first (domain.md §2.5). */
export const HAIER_PLATFORM_FACTS = [
  'order_rejected',
  'order_confirmed',
  'out_of_stock_report_failed',
  'out_of_stock_reported',
  'cancel_refused',
  'cancelled_in_part',
  'cancel_agreed',
] as const;

/** Everything that can happen to an order at Haier (domain.md §2.5, §4.5). */
export const HAIER_FACTS = [...HAIER_OWN_FACTS, ...HAIER_PLATFORM_FACTS] as const;

/** One thing the platform told by callback (domain.md §2.5). */
export type HaierPlatformFact = (typeof HAIER_PLATFORM_FACTS)[number];

/** One thing that happened to an order at Haier (domain.md §2.5, §4.5). */
export type HaierFact = (typeof HAIER_FACTS)[number];

/** What a move at Haier brings with it (domain.md §2.5). */
export type HaierEffect = 'order_cancelled' | 'settle_quantities' | 'alert_staff';

/** The state of an order never pushed; purely local orders stay in it (domain.md §4.5). */
export const HAIER_INITIAL_STATE: HaierState = 'none';

/** The states Haier's side never leaves (domain.md §2.5). */
export const HAIER_FINAL_STATES: readonly HaierState[] = ['cancelled'];

/**
 * The allowed moves of an order at Haier, all of them (design.md §4, rulings.md).
 * Callbacks come late and out of order, so each state takes only the platform's news that weighs
 * more than itself, in the order of HAIER_PLATFORM_FACTS: any order of arrival ends the same.
 */
export const haierTransitions: TransitionTable<HaierState, HaierFact, HaierEffect> = {
  none: {
    push_requested: { to: 'push_pending' },
    order_rejected: { to: 'failed', then: ['alert_staff'] },
    order_confirmed: { to: 'confirmed' },
    out_of_stock_report_failed: { to: 'out_of_stock_failed' },
    out_of_stock_reported: { to: 'out_of_stock', then: ['alert_staff'] },
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  push_pending: {
    push_refused: { to: 'failed' },
    order_rejected: { to: 'failed', then: ['alert_staff'] },
    order_confirmed: { to: 'confirmed' },
    out_of_stock_report_failed: { to: 'out_of_stock_failed' },
    out_of_stock_reported: { to: 'out_of_stock', then: ['alert_staff'] },
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  failed: {
    push_requested: { to: 'push_pending' },
    order_confirmed: { to: 'confirmed' },
    out_of_stock_report_failed: { to: 'out_of_stock_failed' },
    out_of_stock_reported: { to: 'out_of_stock', then: ['alert_staff'] },
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  confirmed: {
    cancel_requested: { to: 'cancel_pending' },
    out_of_stock_report_failed: { to: 'out_of_stock_failed' },
    out_of_stock_reported: { to: 'out_of_stock', then: ['alert_staff'] },
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  out_of_stock_failed: {
    cancel_requested: { to: 'cancel_pending' },
    out_of_stock_reported: { to: 'out_of_stock', then: ['alert_staff'] },
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  out_of_stock: {
    cancel_requested: { to: 'cancel_pending' },
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  // A cancel is under way: only its answer ends this, other news does not.
  cancel_pending: {
    cancel_refused: { to: 'cancel_failed', then: ['alert_staff'] },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  cancel_failed: {
    cancel_requested: { to: 'cancel_pending' },
    cancelled_in_part: { to: 'partially_cancelled', then: ['settle_quantities'] },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  partially_cancelled: {
    cancel_requested: { to: 'cancel_pending' },
    cancel_agreed: { to: 'cancelled', then: ['order_cancelled'] },
  },
  // Final on Haier's side: a later confirmation must not revive it (domain.md §2.5).
  cancelled: {},
};
