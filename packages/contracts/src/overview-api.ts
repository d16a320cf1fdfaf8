import { HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES } from '@orderbridge/state-machine/order-transitions';
import { z } from 'zod';
import { ExceptionKind } from './exceptions-api.ts';
import { BalanceForecast, SYNC_STATUSES, SYNC_TYPES } from './integrations-api.ts';
import { Fen, Instant, OrderNumber } from './primitives.ts';

/** How a measure stands against its thresholds; `no_data` while there is nothing to measure. */
export const RATE_STATES = ['ok', 'warn', 'alert', 'no_data'] as const;

/** Measures of orders (R143-R146), all over the last `windowSeconds`. */
export const ORDER_RATE_NAMES = [
  /** Verified callbacks that were applied or said again what was known. */
  'callbackSuccess',
  'paymentCallbackSuccess',
  /** From receipt to decision, the time that 95 of 100 callbacks take at most. */
  'callbackSeconds',
  /** Refused requests among all that came, as far as samples of them are kept. */
  'signatureFailures',
  /** Verified callbacks that contradict what is known, so that no transition could take them. */
  'transitionFailures',
  /** Callbacks whose transaction failed and was tried again. */
  'conflicts',
  /** Orders that nobody paid in time, among those decided. */
  'expiredShare',
  /** Orders cancelled after they were placed, by people or by Haier, among those placed. */
  'cancelShare',
] as const;
export const INTEGRATION_RATE_NAMES = ['pushSuccess', 'cancelSuccess'] as const;
export const UPSTREAM_RATE_NAMES = [
  /** Calls that the platform answered, a refusal included, among all that were to be made: also those kept back from it. */
  'availability',
  'responseSeconds',
  'errorRate',
  'authSuccess',
] as const;
export const RATE_NAMES = [...ORDER_RATE_NAMES, ...INTEGRATION_RATE_NAMES, ...UPSTREAM_RATE_NAMES] as const;

/** One measure of health with its thresholds. */
export const Rate = z.object({
  name: z.enum(RATE_NAMES),
  /** A share from 0 to 1, or seconds; null without anything to measure. */
  value: z.number().nullable(),
  unit: z.enum(['share', 'seconds']),
  /** How many things it was measured on. */
  sampleSize: z.number().int(),
  windowSeconds: z.number().int(),
  better: z.enum(['more', 'less']),
  /** As good as this, or better, is `ok`. */
  normal: z.number(),
  /** Worse than this is `alert`; what lies between is `warn`. */
  alert: z.number(),
  /** Measured on so little that it is `warn` at worst: one bad one among them says nothing yet. */
  fewSamples: z.boolean(),
  state: z.enum(RATE_STATES),
});
export type Rate = z.infer<typeof Rate>;

/** What happened on one day in Asia/Shanghai; of today, so far. */
export const DayFigures = z.object({
  /** `2026-11-21` */
  day: z.string(),
  placed: z.number().int(),
  paid: z.number().int(),
  cancelled: z.number().int(),
  completed: z.number().int(),
  /** Money that came, whatever became of the order. */
  takenFen: Fen,
  /** Money that reached buyers again. */
  refundedFen: Fen,
});
export type DayFigures = z.infer<typeof DayFigures>;

const Sales = { orders: z.number().int(), takenFen: Fen };

/** Callbacks received in the minute that begins at `at`. */
export const CallbackMinute = z.object({
  at: Instant,
  applied: z.number().int(),
  repeated: z.number().int(),
  refused: z.number().int(),
  other: z.number().int(),
});
export type CallbackMinute = z.infer<typeof CallbackMinute>;

export const INVARIANT_NAMES = ['accounted', 'once', 'balanced'] as const;
export const INVARIANT_PARTS = [
  'applied',
  'repeated',
  'kept',
  'copies',
  'effects',
  'held',
  'refunded',
  'inRefund',
] as const;
/** A rule that must never break (features.md row 61), checked on the last 24 hours; money also on orders that were called off before. */
export const Invariant = z.object({
  name: z.enum(INVARIANT_NAMES),
  holds: z.boolean(),
  unit: z.enum(['count', 'fen']),
  /** Callbacks accepted, duplicates found, money paid. */
  total: z.number().int(),
  /** What it is made of. */
  parts: z.array(z.object({ name: z.enum(INVARIANT_PARTS), value: z.number().int() })),
  /** Rows that break the rule. */
  broken: z.number().int(),
});
export type Invariant = z.infer<typeof Invariant>;

/** What came and went, how far it is, and whether all is well; read for all callers together every few seconds. */
export const OrdersOverview = z.object({
  at: Instant,
  today: DayFigures,
  yesterday: DayFigures,
  /** Yesterday up to the same time of day, which is what today compares with. */
  yesterdaySoFar: DayFigures,
  /** The 24 hours of today in Asia/Shanghai; hours to come hold nothing. */
  hours: z.array(z.object({ hour: z.number().int().min(0).max(23), ...Sales })),
  /** The last 14 days, the oldest first, today last. */
  days: z.array(z.object({ day: z.string(), ...Sales })),
  /** Where the orders placed in these 14 days are now. */
  funnel: z.object({
    from: z.string(),
    to: z.string(),
    status: z.array(z.object({ status: z.enum(ORDER_STATES), count: z.number().int() })),
    /** Of orders with goods of Haier. */
    haierStatus: z.array(z.object({ haierStatus: z.enum(HAIER_STATES), count: z.number().int() })),
  }),
  /** The last 60 minutes, the oldest first. */
  callbackMinutes: z.array(CallbackMinute),
  /** Orders whose push is not confirmed yet, up to 10,000 of them, and what their goods cost us at Haier. */
  waitingPushes: z.object({
    orders: z.number().int(),
    costFen: Fen,
    /** Lines without a supply price, so not in `costFen`. */
    unpricedLines: z.number().int(),
  }),
  rates: z.array(Rate),
  exceptions: z.object({
    open: z.number().int(),
    oldest: z
      .object({ id: z.uuid(), kind: ExceptionKind, orderNumber: OrderNumber.nullable(), ageSeconds: z.number().int() })
      .nullable(),
  }),
  /** Events that other services have not been told of yet; `unsent` counts to 10,000. */
  outbox: z.object({ unsent: z.number().int(), oldestAgeSeconds: z.number().int().nullable() }),
  invariants: z.array(Invariant),
});
export type OrdersOverview = z.infer<typeof OrdersOverview>;

export const BREAKERS = ['closed', 'half_open', 'open'] as const;

/** One platform as the answering process sees it: other processes of integrations count for themselves. */
export const UpstreamHealth = z.object({
  name: z.enum(['haier', 'ylh']),
  breaker: z.enum(BREAKERS),
  calls: z.number().int(),
  rates: z.array(Rate),
  budget: z.object({
    perSecond: z.number().int(),
    /** Calls made in the last second, and calls that wait for their turn. */
    used: z.number().int(),
    waiting: z.number().int(),
  }),
});
export type UpstreamHealth = z.infer<typeof UpstreamHealth>;

export const IntegrationsOverview = z.object({
  at: Instant,
  configuration: z.object({
    source: z.enum(['database', 'environment', 'mock', 'none']),
    active: z.boolean(),
    /** Why a platform is not called at all; null where it can be. */
    problems: z.array(z.object({ upstream: z.enum(['haier', 'ylh']), detail: z.string(), detailEn: z.string() })),
  }),
  rates: z.array(Rate),
  jobs: z.object({
    waiting: z.number().int(),
    running: z.number().int(),
    paused: z.number().int(),
    /** How long the oldest one that is due has been waiting; null when none is due. */
    oldestDueSeconds: z.number().int().nullable(),
  }),
  /** How many minutes the measures of `upstreams` look back at most, and since when this process counts. */
  upstreamsSince: Instant,
  upstreams: z.array(UpstreamHealth),
  /** Our payer accounts as Haier told of them last; none when that is more than a day ago. */
  balances: z.array(
    z.object({
      payerAccountCode: z.string().nullable(),
      payerAccountName: z.string().nullable(),
      /** Below zero when it is overdrawn. */
      balanceFen: z.number().int(),
      readAt: Instant,
      forecast: BalanceForecast.nullable(),
    }),
  ),
  /** The newest run of each type that ever ran. */
  syncs: z.array(
    z.object({
      id: z.uuid(),
      type: z.enum(SYNC_TYPES),
      status: z.enum(SYNC_STATUSES),
      successCount: z.number().int(),
      failedCount: z.number().int(),
      at: Instant,
    }),
  ),
  outbox: z.object({ unsent: z.number().int(), oldestAgeSeconds: z.number().int().nullable() }),
});
export type IntegrationsOverview = z.infer<typeof IntegrationsOverview>;

export const ordersOverviewApi = { get: { input: z.void(), output: OrdersOverview } } as const;
export const integrationsOverviewApi = { get: { input: z.void(), output: IntegrationsOverview } } as const;
