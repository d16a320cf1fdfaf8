import { z } from 'zod';
import { HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { CountyCode, Fen, Instant, OrderNumber } from './primitives.ts';
import { SignatureReport } from './signature-report.ts';
import { LogisticsItem } from './supplier-events.ts';

/**
 * Questions that the services ask each other over NATS request-reply: answered at once or not at all, never stored, so
 * personal data lies nowhere on the way (docs/adr). Each is served by a queue group of its service.
 */

/** An order as the platform needs it; the only place besides the orders table where it stands in clear. */
export const PushOrder = z.object({
  orderNumber: OrderNumber,
  /** Round of our own requests; an answer names it, so that it is not taken for that of an older request. */
  round: z.number().int(),
  /** Whether the order still waits for that answer: `push_pending` or `cancel_pending`. */
  haierStatus: z.enum(HAIER_STATES),
  haierOrderNo: z.string().nullable(),
  contactName: z.string(),
  phone: z.string(),
  province: z.string(),
  city: z.string(),
  district: z.string(),
  town: z.string().nullable(),
  addressDetail: z.string(),
  countyCode: CountyCode.nullable(),
  note: z.string().nullable(),
  cancelReason: z.string().nullable(),
  createdAt: Instant,
  distributionTime: Instant.nullable(),
  installTime: Instant.nullable(),
  isGovernmentOrder: z.boolean(),
  totalFen: Fen,
  payableFen: Fen,
  lines: z.array(
    z.object({
      productCode: z.string(),
      productName: z.string(),
      source: z.enum(['haier', 'local']),
      quantity: z.number().int(),
      unitPriceFen: Fen,
      totalFen: Fen,
    }),
  ),
});
export type PushOrder = z.infer<typeof PushOrder>;

/** One thing that was looked at before a push. */
export const PreflightCheck = z.object({
  check: z.enum([
    'status',
    'goods',
    'recipient',
    'address',
    'county',
    'sums',
    'product',
    'price',
    'stock',
    'balance',
    'configuration',
  ]),
  /** `unknown` when the platform could not be asked; it does not stop a push. */
  result: z.enum(['ok', 'warning', 'failed', 'unknown']),
  detail: z.string(),
  detailEn: z.string(),
});
export type PreflightCheck = z.infer<typeof PreflightCheck>;

export const ReconcileOrder = z.object({
  orderNumber: OrderNumber,
  status: z.string(),
  haierStatus: z.string(),
  /** Round of our own requests that it is in. */
  round: z.number().int(),
  haierOrderNo: z.string().nullable(),
  hasHaierLines: z.boolean(),
  paidAt: Instant.nullable(),
  updatedAt: Instant,
  payments: z.array(
    z.object({ id: z.uuid(), method: z.string(), status: z.string(), amountFen: Fen, paidAt: Instant.nullable() }),
  ),
  refunds: z.array(z.object({ status: z.string(), amountFen: Fen })),
});
export type ReconcileOrder = z.infer<typeof ReconcileOrder>;

/** What a reconciliation may have orders do; each runs the verb of that name with all of its checks. */
export const ORDER_REPAIRS = ['push', 'cancel', 'ship', 'sync_payment'] as const;

/** How a question to the platform ended, for a person. */
const answer = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('answered'), value }),
    z.object({
      outcome: z.enum(['refused', 'unavailable', 'not_configured', 'authentication']),
      detail: z.string(),
      detailEn: z.string(),
    }),
  ]);

export const internalCalls = {
  /** Served by orders: null when there is no such order. */
  pushOrder: {
    subject: 'INTERNAL.orders.pushOrder',
    request: z.object({ orderNumber: OrderNumber }),
    reply: PushOrder.nullable(),
  },
  /** Served by orders: Haier product codes of the catalogue by keyset, for a sync of everything. */
  productCodes: {
    subject: 'INTERNAL.orders.productCodes',
    request: z.object({ after: z.string().nullable(), limit: z.number().int().min(1).max(1_000) }),
    reply: z.object({ codes: z.array(z.string()), next: z.string().nullable() }),
  },
  /** Served by orders: orders that a reconciliation looks at, by keyset. */
  reconcileOrders: {
    subject: 'INTERNAL.orders.reconcileOrders',
    request: z.object({
      orderNumber: OrderNumber.optional(),
      after: z.string().nullable(),
      limit: z.number().int().min(1).max(500),
      /** Asks how many there are in all, counted up to this many. */
      countUpTo: z.number().int().min(1).max(100_000).optional(),
    }),
    reply: z.object({
      orders: z.array(ReconcileOrder),
      next: z.string().nullable(),
      /** Where it was asked for. */
      total: z.number().int().optional(),
    }),
  },
  /** Served by orders: settles one difference that a reconciliation found, on behalf of `by`. */
  repair: {
    subject: 'INTERNAL.orders.repair',
    request: z.object({
      orderNumber: OrderNumber,
      repair: z.enum(ORDER_REPAIRS),
      /** What YLH says of its parcels, for `ship`. */
      items: z.array(LogisticsItem).max(100).default([]),
      by: z.string().min(1).max(120),
    }),
    reply: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('done') }),
      z.object({ outcome: z.literal('refused'), detail: z.string(), detailEn: z.string() }),
    ]),
  },
  /** Served by integrations: what the platform says about an order before it is pushed. */
  preflight: {
    subject: 'INTERNAL.integrations.preflight',
    request: PushOrder,
    reply: z.object({ checks: z.array(PreflightCheck) }),
  },
  /** Served by integrations: our accounts at Haier as it told of them last, all at one moment; Haier is not asked. */
  balances: {
    subject: 'INTERNAL.integrations.balances',
    request: z.object({}),
    reply: z.object({
      accounts: z.array(
        z.object({
          /** Below zero when it is overdrawn. */
          balanceFen: z.number().int(),
          readAt: Instant,
        }),
      ),
    }),
  },
  /** Served by integrations: R134; times are whole instants, normalised there. */
  reschedule: {
    subject: 'INTERNAL.integrations.reschedule',
    request: z.object({
      orderNumber: OrderNumber,
      retailOrderNo: z.string(),
      distributionTime: Instant.nullable(),
      installTime: Instant.nullable(),
    }),
    reply: answer(z.object({ distributionTime: Instant.nullable(), installTime: Instant.nullable() })),
  },
  /** Served by integrations: R131-R133. */
  logistics: {
    subject: 'INTERNAL.integrations.logistics',
    request: z.object({ orderNumber: OrderNumber, haierOrderNo: z.string().nullable() }),
    reply: answer(z.object({ items: z.array(LogisticsItem) })),
  },
  /** Served by integrations: R135. */
  deliveryImages: {
    subject: 'INTERNAL.integrations.deliveryImages',
    request: z.object({ orderNumber: OrderNumber, haierOrderNo: z.string() }),
    reply: answer(z.object({ urls: z.array(z.string()) })),
  },
  /** Served by integrations: whether a Haier product has stock where the buyer lives (domain.md §4.1). */
  stock: {
    subject: 'INTERNAL.integrations.stock',
    request: z.object({ productCode: z.string(), countyCode: CountyCode }),
    reply: answer(z.object({ quantity: z.number().int() })),
  },
  /** Served by the gateway, which holds the secrets: why the signature of a stored callback is right or wrong. */
  explainSignature: {
    subject: 'INTERNAL.gateway.explainSignature',
    request: z.object({
      /** As stored; one that nobody knows has nothing to be explained. */
      provider: z.string().max(40),
      path: z.string().max(300),
      contentType: z.string().max(200),
      body: z.string(),
      /** Whether only the beginning of the body was kept. */
      truncated: z.boolean(),
      /** Null when they were not kept. */
      signatureHeaders: z.record(z.string(), z.string()).nullable(),
      receivedAt: Instant,
    }),
    reply: SignatureReport,
  },
} as const;
export type InternalCall = keyof typeof internalCalls;
