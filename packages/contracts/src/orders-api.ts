import { z } from 'zod';
import { HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES } from '@orderbridge/state-machine/order-transitions';
import { PAYMENT_STATES } from '@orderbridge/state-machine/payment-transitions';
import { REFUND_STATES } from '@orderbridge/state-machine/refund-transitions';
import { CallbackOutcomeName } from './callback-envelope.ts';
import { ORDER_EVENT_TYPES } from './order-events.ts';
import { PERMISSIONS, STAFF_ROLES } from './permissions.ts';
import { CountyCode, Fen, Instant, line, OrderNumber, page, paging, paragraph } from './primitives.ts';
import type { Api, Feed, Mutation, Query } from './router-types.ts';

export const OrderStatus = z.enum(ORDER_STATES);
export const HaierStatus = z.enum(HAIER_STATES);
export const PaymentStatus = z.enum(PAYMENT_STATES);
export const RefundStatus = z.enum(REFUND_STATES);

/** Ways to pay that a payment can be opened with; each has a callback provider of the same name. */
export const PAYMENT_METHODS = ['generic', 'mock'] as const;
export const PaymentMethod = z.enum(PAYMENT_METHODS);

export const ProductSource = z.enum(['haier', 'local']);

/** A change of one of the four machines; `by` is `system`, `callback:<provider>` or `staff:<username>`. */
export const StateChange = z.object({
  from: z.string(),
  to: z.string(),
  fact: z.string(),
  by: z.string(),
  note: z.string().nullable(),
  at: Instant,
});

/** One entry of the order page's timeline; `machine` says which of the four machines moved. */
export const TimelineEntry = StateChange.extend({
  id: z.string(),
  machine: z.enum(['order', 'payment', 'refund', 'haier']),
  /** Payment or refund the entry is about; null for order and haier. */
  subjectId: z.string().nullable(),
  /** Callback that caused it. */
  callbackId: z.string().nullable(),
});

export const PaymentView = z.object({
  id: z.uuid(),
  orderNumber: OrderNumber,
  method: PaymentMethod,
  status: PaymentStatus,
  amountFen: Fen,
  transactionId: z.string().nullable(),
  createdAt: Instant,
  expiresAt: Instant,
  paidAt: Instant.nullable(),
});
export type PaymentView = z.infer<typeof PaymentView>;

export const RefundView = z.object({
  id: z.uuid(),
  paymentId: z.uuid().nullable(),
  status: RefundStatus,
  amountFen: Fen,
  cause: z.string(),
  reason: z.string(),
  createdAt: Instant,
});

export const ExceptionView = z.object({
  id: z.uuid(),
  kind: z.string(),
  /** What happened and what to look at, in Chinese; `detailEn` says the same in English. */
  detail: z.string(),
  detailEn: z.string(),
  status: z.enum(['open', 'resolved']),
  createdAt: Instant,
});

/** Something the viewer could do with the order; when it is not allowed, `reason` says why in Chinese, `reasonEn` in English. */
export const AllowedAction = z.object({
  action: z.enum(['openPayment', 'replayCallback']),
  allowed: z.boolean(),
  reason: z.string().nullable(),
  reasonEn: z.string().nullable(),
});

export const OrderLineView = z.object({
  productCode: z.string(),
  productName: z.string(),
  source: ProductSource,
  quantity: z.number().int(),
  unitPriceFen: Fen,
  totalFen: Fen,
  receivedQty: z.number().int(),
  returnedQty: z.number().int(),
  rejectedQty: z.number().int(),
});

/** Name, phone and detail are masked (张*, 138****1234); there is no unmasked form in this view. */
export const AddressView = z.object({
  contactName: z.string(),
  phone: z.string(),
  province: z.string(),
  city: z.string(),
  district: z.string(),
  town: z.string().nullable(),
  detail: z.string(),
  countyCode: z.string().nullable(),
});

export const OrderView = z.object({
  orderNumber: OrderNumber,
  status: OrderStatus,
  haierStatus: HaierStatus,
  haierOrderNo: z.string().nullable(),
  haierFailMessage: z.string().nullable(),
  hasHaierLines: z.boolean(),
  buyer: z.string(),
  address: AddressView,
  totalFen: Fen,
  payableFen: Fen,
  note: z.string().nullable(),
  isGovernmentOrder: z.boolean(),
  distributionTime: Instant.nullable(),
  installTime: Instant.nullable(),
  createdAt: Instant,
  paidAt: Instant.nullable(),
  /** When an unpaid order runs out; null once it is not pending. */
  expiresAt: Instant.nullable(),
  lines: z.array(OrderLineView),
  payments: z.array(PaymentView),
  refunds: z.array(RefundView),
  /** Moves of the order itself, oldest first. */
  history: z.array(StateChange),
  /** Moves of all four machines, oldest first. */
  timeline: z.array(TimelineEntry),
  exceptions: z.array(ExceptionView),
  allowedActions: z.array(AllowedAction),
});
export type OrderView = z.infer<typeof OrderView>;

export const OrderListItem = z.object({
  orderNumber: OrderNumber,
  status: OrderStatus,
  haierStatus: HaierStatus,
  haierOrderNo: z.string().nullable(),
  hasHaierLines: z.boolean(),
  buyer: z.string(),
  contactName: z.string(),
  phone: z.string(),
  /** e.g. `GA0SZC00U × 1, LOCAL-KETTLE-01 × 2`. */
  summary: z.string(),
  totalFen: Fen,
  payableFen: Fen,
  openExceptions: z.number().int(),
  createdAt: Instant,
});
export type OrderListItem = z.infer<typeof OrderListItem>;

const PHONE = /^\+?[\d -]{5,20}$/;

export const PlaceOrder = z.strictObject({
  /** Who buys, as the storefront names them. */
  buyer: line(150),
  address: z.strictObject({
    contactName: line(50),
    phone: z.string().trim().regex(PHONE, 'is no phone number'),
    province: line(50),
    city: line(50),
    district: line(50),
    town: line(50).optional(),
    detail: line(200),
    countyCode: CountyCode.optional(),
  }),
  lines: z
    .array(z.strictObject({ productCode: line(50), quantity: z.number().int().min(1).max(999) }))
    .min(1)
    .max(50)
    .refine(
      (lines) => new Set(lines.map((entry) => entry.productCode)).size === lines.length,
      'names a product twice; give one line with the sum',
    ),
  note: paragraph(500).optional(),
  distributionTime: Instant.optional(),
  installTime: Instant.optional(),
  isGovernmentOrder: z.boolean().optional(),
});
export type PlaceOrder = z.infer<typeof PlaceOrder>;

const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).max(20)]);

export const orderApi = {
  /** Locks local stock, fixes prices, answers the new pending order. */
  place: { input: PlaceOrder, output: OrderView },
  get: { input: z.strictObject({ orderNumber: OrderNumber }), output: OrderView },
  /** Newest first. `q` finds order number, Haier order number (both by prefix) or the last four digits of a phone. */
  list: {
    input: z
      .strictObject({
        status: oneOrMore(OrderStatus).optional(),
        haierStatus: oneOrMore(HaierStatus).optional(),
        q: z.string().trim().max(100).optional(),
        createdFrom: Instant.optional(),
        createdTo: Instant.optional(),
        ...paging,
      })
      .prefault({}),
    output: page(OrderListItem),
  },
  /** Every change from now on, or from `lastEventId` on; `reset` says that the gap is too long: refetch everything. */
  changes: {
    input: z.strictObject({ lastEventId: z.string().max(50).optional() }).prefault({}),
    output: z.object({
      kind: z.enum([...ORDER_EVENT_TYPES, 'reset']),
      /** `-` when the event belongs to no known order. */
      orderNumber: z.string(),
      at: Instant,
    }),
  },
} as const;
export type OrderChange = z.infer<typeof orderApi.changes.output>;

export const paymentApi = {
  /** Opens a payment of what the order costs, or answers the one still open. */
  open: { input: z.strictObject({ orderNumber: OrderNumber, method: PaymentMethod }), output: PaymentView },
} as const;

export const CallbackItem = z.object({
  id: z.uuid(),
  provider: z.string(),
  method: z.string().nullable(),
  orderNumber: z.string().nullable(),
  outcome: CallbackOutcomeName,
  /** What happened, in one line a person understands, in Chinese; `detailEn` says the same in English. */
  detail: z.string().nullable(),
  detailEn: z.string().nullable(),
  receivedAt: Instant,
  decidedAt: Instant,
  source: z.string(),
  replays: z.number().int(),
});
export type CallbackItem = z.infer<typeof CallbackItem>;

export const CallbackView = CallbackItem.extend({
  transportKey: z.string(),
  path: z.string(),
  contentType: z.string(),
  /** The body as received. */
  body: z.string(),
  /** Decoded fields, for reading; `Sign` and `signature` included, secrets never. */
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  replayLog: z.array(
    z.object({ at: Instant, by: z.string(), outcome: CallbackOutcomeName, reason: z.string().nullable() }),
  ),
});
export type CallbackView = z.infer<typeof CallbackView>;

export const callbackApi = {
  list: {
    input: z
      .strictObject({
        orderNumber: z.string().max(100).optional(),
        outcome: oneOrMore(CallbackOutcomeName).optional(),
        provider: z.string().max(40).optional(),
        ...paging,
      })
      .prefault({}),
    output: page(CallbackItem),
  },
  get: { input: z.strictObject({ id: z.uuid() }), output: CallbackView },
  /** Runs the stored callback against today's order. One that came too late needs a reason. */
  replay: { input: z.strictObject({ id: z.uuid(), reason: line(200).optional() }), output: CallbackView },
} as const;

export const StaffSession = z.object({
  username: z.string(),
  displayName: z.string(),
  role: z.enum(STAFF_ROLES),
  permissions: z.array(z.enum(PERMISSIONS)),
  expiresAt: Instant,
});
export type StaffSession = z.infer<typeof StaffSession>;

export const sessionApi = {
  signIn: {
    input: z.strictObject({ username: z.string().min(1).max(100), password: z.string().min(1).max(200) }),
    output: StaffSession,
  },
  /** Who is signed in; null when nobody is. */
  current: { input: z.void(), output: StaffSession.nullable() },
  signOut: { input: z.void(), output: z.object({ signedOut: z.boolean() }) },
} as const;

/** The API of apps/orders; the server's router must satisfy it and clients are typed by it. */
export type OrdersApi = Api<{
  session: {
    signIn: Mutation<typeof sessionApi.signIn>;
    current: Query<typeof sessionApi.current>;
    signOut: Mutation<typeof sessionApi.signOut>;
  };
  order: {
    place: Mutation<typeof orderApi.place>;
    get: Query<typeof orderApi.get>;
    list: Query<typeof orderApi.list>;
    changes: Feed<typeof orderApi.changes>;
  };
  payment: { open: Mutation<typeof paymentApi.open> };
  callback: {
    list: Query<typeof callbackApi.list>;
    get: Query<typeof callbackApi.get>;
    replay: Mutation<typeof callbackApi.replay>;
  };
}>;
