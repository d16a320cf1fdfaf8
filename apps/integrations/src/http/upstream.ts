import type { Outbound } from '@orderbridge/service-kit/outbound-http';
import type { Breaker } from './breaker.ts';
import type { Clock } from './clock.ts';
import type { Platform } from './platform.ts';
import type { RateBudget } from './rate-budget.ts';

/** One platform as calls reach it. */
export type Upstream = {
  readonly platform: Platform;
  readonly outbound: Outbound;
  /** For answers too long to hold. */
  readonly longOutbound: Outbound;
  readonly budget: RateBudget;
  readonly breaker: Breaker;
  readonly clock: Clock;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  /** Of a read or a sign-in; what changes something is attempted once (rulings.md "Retries of outbound calls"). */
  readonly attempts: number;
  /** Told of every call that was made or kept back. */
  readonly report: (call: CallReport) => void;
};

export type CallReport = {
  readonly platform: Platform;
  /** What was asked for, one of a few fixed words. */
  readonly operation: string;
  readonly outcome: 'answered' | 'refused' | 'not_sent' | 'uncertain' | 'kept_back';
  readonly attempt: number;
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  /** What the wire said; never words of the platform, which may name a person. */
  readonly reason?: string | undefined;
};
