import type { TransitionTable } from './decide.ts';

/** Every state of a refund (design.md §4, domain.md §4.3). */
export const REFUND_STATES = ['pending', 'processing', 'succeeded', 'failed'] as const;

/** One state of a refund (domain.md §4.3). */
export type RefundState = (typeof REFUND_STATES)[number];

/** Everything that can happen to a refund (domain.md §4.3). `refund_sent`: the provider was asked. */
export const REFUND_FACTS = ['refund_sent', 'refund_paid_out', 'refund_failed'] as const;

/** One thing that happened to a refund (domain.md §4.3). */
export type RefundFact = (typeof REFUND_FACTS)[number];

/** What a move of a refund brings with it (rulings.md: a failed refund is an exception for staff). */
export type RefundEffect = 'settle_order' | 'raise_exception';

/** The state a refund is opened in (domain.md §4.3). */
export const REFUND_INITIAL_STATE: RefundState = 'pending';

/** The states a refund never leaves (domain.md §4.3). */
export const REFUND_FINAL_STATES: readonly RefundState[] = ['succeeded'];

/** The allowed moves of a refund, all of them (design.md §4, domain.md §4.3). */
export const refundTransitions: TransitionTable<RefundState, RefundFact, RefundEffect> = {
  pending: {
    refund_sent: { to: 'processing' },
  },
  processing: {
    refund_paid_out: { to: 'succeeded', then: ['settle_order'] },
    refund_failed: { to: 'failed', then: ['raise_exception'] },
  },
  succeeded: {},
  failed: {
    refund_sent: { to: 'processing' },
  },
};
