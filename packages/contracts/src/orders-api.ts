import { z } from 'zod';
import { HAIER_STATES } from '@orderbridge/state-machine/haier-transitions';
import { ORDER_STATES } from '@orderbridge/state-machine/order-transitions';
import { PAYMENT_STATES } from '@orderbridge/state-machine/payment-transitions';
import { REFUND_STATES } from '@orderbridge/state-machine/refund-transitions';
import { CallbackOutcomeName } from './callback-envelope.ts';
import type { auditApi } from './audit-api.ts';
import type { inventoryApi, productApi } from './catalogue-api.ts';
import type { exceptionApi } from './exceptions-api.ts';
import { PreflightCheck } from './internal-calls.ts';
import { INVOICE_NUMBER } from './invoice-number.ts';
import { ORDER_EVENT_TYPES } from './order-events.ts';
import type { systemApi } from './health-api.ts';
import type { ordersOverviewApi } from './overview-api.ts';
import type { sessionApi, staffApi, tokenApi } from './staff-api.ts';
import type { viewApi } from './view-api.ts';
import {
  CountyCode,
  Fen,
  Instant,
  line,
  OrderNumber,
  page,
  paragraph,
  searched,
  sortedPaging,
  TIME_SORTS,
} from './primitives.ts';
import type { Api, Feed, Mutation, Query } from './router-types.ts';
import { SignatureReport } from './signature-report.ts';
import { LogisticsItem } from './supplier-events.ts';

export const OrderStatus = z.enum(ORDER_STATES);
export const HaierStatus = z.enum(HAIER_STATES);
export const PaymentStatus = z.enum(PAYMENT_STATES);
export const RefundStatus = z.enum(REFUND_STATES);

/** Ways to pay that a payment can be opened with; each has a callback provider of the same name. */
export const PAYMENT_METHODS = ['generic', 'mock', 'wechat', 'alipay'] as const;
export const PaymentMethod = z.enum(PAYMENT_METHODS);

export const ProductSource = z.enum(['haier', 'local']);

/** A change of one of the four machines; `by` is `system`, `integrations`, `callback:<provider>` or `staff:<username>`. */
export const StateChange = z.object({
  from: z.string(),
  to: z.string(),
  fact: z.string(),
  by: z.string(),
  /** In Chinese, or as a person wrote it; `noteEn` says the same in English. */
  note: z.string().nullable(),
  noteEn: z.string().nullable(),
  at: Instant,
});

/** Facts of a history that move nothing: the order's entry has the same state before and after. */
export const AMENDMENT_FACTS = [
  'price_adjusted',
  'times_changed',
  'note_added',
  'haier_number_learned',
  'parcels_learned',
  'images_learned',
  'invoice_recorded',
  /** A second person agreed to a large refund; its state stays. */
  'refund_approved',
] as const;
export type AmendmentFact = (typeof AMENDMENT_FACTS)[number];

/** One entry of the order page's timeline; `machine` says which of the four machines moved. */
export const TimelineEntry = StateChange.extend({
  id: z.string(),
  machine: z.enum(['order', 'payment', 'refund', 'haier']),
  /** Payment or refund the entry is about; null for order and haier. */
  subjectId: z.string().nullable(),
  /** Callback that caused it. */
  callbackId: z.string().nullable(),
});

const occurrence = {
  id: z.string(),
  at: Instant,
  /** As in `StateChange`; null where nobody is named. */
  by: z.string().nullable(),
};

/** What happened around an order and moved none of its machines. */
export const OrderOccurrence = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('order_placed'), ...occurrence }),
  z.object({
    kind: z.literal('payment_opened'),
    ...occurrence,
    paymentId: z.uuid(),
    method: PaymentMethod,
    amountFen: Fen,
  }),
  /** A replay whose callback moved nothing that time. */
  z.object({
    kind: z.literal('callback_replayed'),
    ...occurrence,
    callbackId: z.uuid(),
    outcome: CallbackOutcomeName,
    reason: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('case_raised'),
    ...occurrence,
    caseId: z.uuid(),
    caseKind: z.string(),
    detail: z.string(),
    detailEn: z.string(),
  }),
  z.object({
    kind: z.literal('case_resolved'),
    ...occurrence,
    caseId: z.uuid(),
    caseKind: z.string(),
    /** How it was settled, one of the exceptions' actions. */
    action: z.string().nullable(),
    reason: z.string().nullable(),
    reasonEn: z.string().nullable(),
  }),
  z.object({ kind: z.literal('personal_data_revealed'), ...occurrence, purpose: z.string().nullable() }),
]);
export type OrderOccurrence = z.infer<typeof OrderOccurrence>;

export const PaymentView = z.object({
  id: z.uuid(),
  orderNumber: OrderNumber,
  method: PaymentMethod,
  /** Our number of this payment at the provider (`out_trade_no`), one per payment. */
  providerOrderNo: z.string(),
  status: PaymentStatus,
  amountFen: Fen,
  transactionId: z.string().nullable(),
  createdAt: Instant,
  expiresAt: Instant,
  paidAt: Instant.nullable(),
});
export type PaymentView = z.infer<typeof PaymentView>;

/** Whether a verb would do something now, and why not. */
const Verdict = z.object({ allowed: z.boolean(), reason: z.string().nullable(), reasonEn: z.string().nullable() });

export const RefundView = z.object({
  id: z.uuid(),
  orderNumber: OrderNumber,
  paymentId: z.uuid().nullable(),
  method: PaymentMethod.nullable(),
  /** Our fixed number of the refund at the provider (`out_refund_no`). */
  refundNo: z.string(),
  status: RefundStatus,
  amountFen: Fen,
  cause: z.string(),
  /** Why, in Chinese or as a person wrote it; `reasonEn` says the same in English. */
  reason: z.string(),
  reasonEn: z.string(),
  /** Calls made for it so far. */
  attempts: z.number().int(),
  /** When the next call is due; null when none is planned. */
  nextAttemptAt: Instant.nullable(),
  /** What the provider or the network said last, when it was no success. */
  lastError: z.string().nullable(),
  lastErrorEn: z.string().nullable(),
  providerRefundId: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  /** Taken back by staff before it was sent. */
  withdrawnAt: Instant.nullable(),
  /** Whether `refund.retry` would do something, and why not. */
  retry: Verdict,
  /** `staff:<username>`, the machine or the callback that had it opened; null for refunds of before that was kept. */
  requestedBy: z.string().nullable(),
  /** The second person whom a large refund needs before it is sent; null for one that needs none. */
  approval: z
    .object({
      awaited: z.boolean(),
      approvedBy: z.string().nullable(),
      approvedAt: Instant.nullable(),
      /** For whoever did not ask for it. */
      approve: Verdict,
      decline: Verdict,
    })
    .nullable(),
});
export type RefundView = z.infer<typeof RefundView>;

/** Moves of one payment or refund, oldest first. */
const history = z.array(TimelineEntry);

/** A payment with what happened to it. */
export const PaymentSheet = PaymentView.extend({ history, refunds: z.array(RefundView) });
export type PaymentSheet = z.infer<typeof PaymentSheet>;

/** A refund with what happened to it. */
export const RefundSheet = RefundView.extend({ history });
export type RefundSheet = z.infer<typeof RefundSheet>;

export const ExceptionView = z.object({
  id: z.uuid(),
  kind: z.string(),
  /** What happened and what to look at, in Chinese; `detailEn` says the same in English. */
  detail: z.string(),
  detailEn: z.string(),
  status: z.enum(['open', 'resolved']),
  createdAt: Instant,
});

/** Everything that can be done with an order, in the order of its life. */
export const ORDER_ACTIONS = [
  'openPayment',
  'adjustPrice',
  'push',
  'reschedule',
  'addNote',
  'ship',
  'logistics',
  'deliveryImages',
  'recordInvoice',
  'complete',
  'cancel',
  'requestRefund',
  'withdrawRefund',
  'reveal',
  'rebuild',
  'replayCallback',
] as const;

/** Something the viewer could do with the order; when it is not allowed, `reason` says why in Chinese, `reasonEn` in English. */
export const AllowedAction = z.object({
  action: z.enum(ORDER_ACTIONS),
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

/** What a subsidy is proved with. */
export const EVIDENCE_PARTS = ['serial_numbers', 'photos', 'invoice'] as const;

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
  /** All notes as one text, each of staff headed `[time author]`. */
  note: z.string().nullable(),
  /** The same one by one, `at` to the minute; the note that the order was placed with has neither time nor author. */
  notes: z.array(z.object({ text: z.string(), at: Instant.nullable(), by: z.string().nullable() })),
  /** Why it was cancelled, once it is. */
  cancelReason: z.string().nullable(),
  isGovernmentOrder: z.boolean(),
  distributionTime: Instant.nullable(),
  installTime: Instant.nullable(),
  carrier: z.string().nullable(),
  trackingNo: z.string().nullable(),
  /** Parcels as Haier told of them last; the first with a number gave `carrier` and `trackingNo`. */
  parcels: z.array(LogisticsItem),
  /** Serial number of the appliance, once a parcel names one. */
  snCode: z.string().nullable(),
  /** Addresses of photos of delivery and installation. */
  deliveryImages: z.array(z.string()),
  /** Of a government order's subsidy; its day in Beijing. */
  invoice: z.object({ number: z.string(), date: z.iso.date() }).nullable(),
  /** How much of what proves the subsidy is on record, and what is missing; null for an order that needs no proof. */
  evidence: z
    .object({
      parcels: z.number().int(),
      /** Parcels with a serial number. */
      numbered: z.number().int(),
      photos: z.number().int(),
      missing: z.array(z.enum(EVIDENCE_PARTS)),
    })
    .nullable(),
  /** Paid and not yet on its way back, in fen. */
  refundableFen: Fen,
  /** From how much in all a refund that a person asks for waits for a second one; null when none does. */
  secondPersonFromFen: Fen.nullable(),
  /** Whether a cancel asks Haier first, and the order stays as it is until Haier agrees. */
  cancelAsksHaier: z.boolean(),
  refundedFen: Fen,
  createdAt: Instant,
  paidAt: Instant.nullable(),
  cancelledAt: Instant.nullable(),
  /** When an unpaid order runs out; null once it is not pending. */
  expiresAt: Instant.nullable(),
  lines: z.array(OrderLineView),
  payments: z.array(PaymentView),
  refunds: z.array(RefundView),
  /** Moves of the order itself, oldest first. */
  history: z.array(StateChange),
  /** Moves of all four machines, oldest first. */
  timeline: z.array(TimelineEntry),
  /** What else happened around it, oldest first. */
  occurrences: z.array(OrderOccurrence),
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
  /** Pieces of all lines together. */
  quantity: z.number().int(),
  /** Province, city and district: as much of the address as needs no mask. */
  region: z.string(),
  trackingNo: z.string().nullable(),
  totalFen: Fen,
  payableFen: Fen,
  /** Paid out again, in fen. */
  refundedFen: Fen,
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

/** What `order.rebuild` found. */
export const OrderRebuild = z.object({
  orderNumber: OrderNumber,
  /** Facts that were run again: callbacks, and what staff and timers did. */
  facts: z.number().int(),
  matches: z.boolean(),
  /** `field` is for instance `status`, `haierStatus`, `payment <id> status`, `line <code> receivedQty`. */
  differences: z.array(z.object({ field: z.string(), stored: z.string(), rebuilt: z.string() })),
});
export type OrderRebuild = z.infer<typeof OrderRebuild>;

/** What stands between an order and a push: every check, and every field that is missing (R159). */
export const OrderPreflight = z.object({
  orderNumber: OrderNumber,
  /** False when a check failed or a field is missing; what is only `unknown` stops nothing. */
  canPush: z.boolean(),
  checks: z.array(PreflightCheck),
  /** `field` is for instance `phone` or `lines.GA0SZC00U.quantity`. */
  missing: z.array(z.object({ field: z.string(), name: z.string(), nameEn: z.string() })),
});
export type OrderPreflight = z.infer<typeof OrderPreflight>;

/** What a push of many orders would come to, by what is known here: no platform is asked (features.md rows 36, 37). */
export const BulkPreflight = z.object({
  /** One for each different number, in the order given. */
  orders: z.array(
    z.object({
      orderNumber: OrderNumber,
      canPush: z.boolean(),
      /** Why not. */
      reason: z.string().nullable(),
      reasonEn: z.string().nullable(),
      /** What its goods cost us at Haier, by supply price; null where one of them has none. */
      costFen: Fen.nullable(),
    }),
  ),
  /** Of all that can go and whose cost is known. */
  costFen: Fen,
  /** How many of those that can go have no known cost. */
  unpricedOrders: z.number().int(),
  /** What orders cost that wait for Haier's answer to a push: the balance has to pay for those too. */
  waitingFen: Fen,
  /** Our money at Haier, all accounts together, as it was told last; null when that is unknown. */
  balance: z
    .object({
      /** Below zero when it is overdrawn. */
      balanceFen: z.number().int(),
      readAt: Instant,
      /** So long ago that it may have changed since. */
      isOld: z.boolean(),
    })
    .nullable(),
  /** Whether the balance pays for all that can go and all that wait; unknown when it is old. */
  money: z.enum(['enough', 'short', 'unknown']),
});
export type BulkPreflight = z.infer<typeof BulkPreflight>;

export const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(20)]);

/** As many orders as are pushed at once. */
const ManyOrders = z.array(OrderNumber).min(1).max(1_000);

export const orderApi = {
  /** Locks local stock, fixes prices, answers the new pending order. */
  place: { input: PlaceOrder, output: OrderView },
  get: { input: z.strictObject({ orderNumber: OrderNumber }), output: OrderView },
  /** Newest first unless `sort` says otherwise. `q` finds order number, Haier order number (both by prefix) or the last four digits of a phone. */
  list: {
    input: z
      .strictObject({
        status: oneOrMore(OrderStatus).optional(),
        haierStatus: oneOrMore(HaierStatus).optional(),
        q: searched(100).optional(),
        /** Exactly this buyer. */
        buyer: searched(150).optional(),
        /** Orders with a line whose product name holds this text. */
        productName: searched(100).optional(),
        /** Orders with at least one line from Haier; false finds the purely local ones. */
        hasHaierLines: z.boolean().optional(),
        /** Orders with a case that staff must decide about; false finds those without. */
        hasOpenExceptions: z.boolean().optional(),
        createdFrom: Instant.optional(),
        createdTo: Instant.optional(),
        ...sortedPaging(TIME_SORTS),
        /** Longer pages than elsewhere, for going through many orders by eye. */
        limit: z.number().int().min(1).max(500).default(20),
      })
      .prefault({}),
    output: page(OrderListItem),
  },
  /** paid → shipped, by staff (R88, rulings.md "After a push"). */
  ship: {
    input: z.strictObject({ orderNumber: OrderNumber, carrier: line(50).optional(), trackingNo: line(100).optional() }),
    output: OrderView,
  },
  /** shipped → completed. A storefront names the buyer whose order it must be (R89). */
  complete: { input: z.strictObject({ orderNumber: OrderNumber, buyer: line(150).optional() }), output: OrderView },
  /** Looks at everything that a push needs and calls nobody to act: address, sums, goods, stock, price, balance. */
  preflight: { input: z.strictObject({ orderNumber: OrderNumber }), output: OrderPreflight },
  /** Says before `pushMany` which of these it would take, and what they cost beside our balance. Ask it by POST. */
  preflightMany: { input: z.strictObject({ orderNumbers: ManyOrders }), output: BulkPreflight },
  /**
   * Pushes a paid order of Haier goods, or pushes one again that failed (R1-R9). Answers once the platform has taken it
   * or refused it, at the latest after some seconds; `message` says which. Confirmation comes by callback.
   */
  push: {
    input: z.strictObject({ orderNumber: OrderNumber }),
    output: OrderView.extend({ message: z.string(), messageEn: z.string() }),
  },
  /** Asks for the push of many orders, each of which is accepted or refused alone; they go out behind single pushes (R23). */
  pushMany: {
    input: z.strictObject({ orderNumbers: ManyOrders }),
    output: z.object({
      /** Names the batch in integrations' `job.batches`. */
      batchId: z.uuid(),
      /** One for each different number, in the order given. */
      results: z.array(
        z.object({
          orderNumber: OrderNumber,
          accepted: z.boolean(),
          reason: z.string().nullable(),
          reasonEn: z.string().nullable(),
        }),
      ),
    }),
  },
  /** Asks where the goods of a pushed order are, keeps the answer, and ships an order that left (R131-R133). */
  logistics: {
    input: z.strictObject({ orderNumber: OrderNumber }),
    output: z.object({ detail: z.string(), detailEn: z.string(), logisticsInfo: z.array(LogisticsItem) }),
  },
  /** Asks for the photos of delivery and installation and keeps their addresses (R135). */
  deliveryImages: {
    input: z.strictObject({ orderNumber: OrderNumber }),
    output: z.object({ detail: z.string(), detailEn: z.string(), urls: z.array(z.string()) }),
  },
  /**
   * Cancels at once, or asks Haier first when the order was pushed; then `message` says that its answer is awaited
   * (R66-R74). A storefront names the buyer whose order it must be.
   */
  cancel: {
    input: z.strictObject({ orderNumber: OrderNumber, reason: line(200), buyer: line(150).optional() }),
    output: OrderView.extend({ message: z.string().nullable(), messageEn: z.string().nullable() }),
  },
  /** Opens refunds of what was paid, at most `amountFen`, and moves the order to refunding. Needs a fresh password check. */
  requestRefund: {
    input: z.strictObject({
      orderNumber: OrderNumber,
      amountFen: Fen.min(1).optional(),
      reason: line(200),
    }),
    output: OrderView,
  },
  /** Takes back a refund of which nothing was sent yet: refunding → paid. */
  withdrawRefund: { input: z.strictObject({ orderNumber: OrderNumber, reason: line(200) }), output: OrderView },
  /** Sets what a pending order costs; open payments of the old price are closed. */
  adjustPrice: {
    input: z.strictObject({ orderNumber: OrderNumber, payableFen: Fen, reason: line(200) }),
    output: OrderView,
  },
  /**
   * Other times of delivery or installation; both are whole instants, null takes one away. Haier is asked first when it
   * has the order; its times are the end of that day in China, and none can be taken away (R134).
   */
  reschedule: {
    input: z
      .strictObject({
        orderNumber: OrderNumber,
        distributionTime: Instant.nullable().optional(),
        installTime: Instant.nullable().optional(),
      })
      .refine(
        (given) => given.distributionTime !== undefined || given.installTime !== undefined,
        'names neither distributionTime nor installTime',
      ),
    output: OrderView,
  },
  /** Adds to the note that staff see; what was written before stays. */
  addNote: { input: z.strictObject({ orderNumber: OrderNumber, note: paragraph(500).min(1) }), output: OrderView },
  /** Keeps number and date of a government order's invoice in place of what was there; null takes it away. */
  recordInvoice: {
    input: z.strictObject({
      orderNumber: OrderNumber,
      invoice: z
        .strictObject({
          number: z.string().trim().regex(INVOICE_NUMBER, 'is no invoice number'),
          /** The day in Beijing. */
          date: z.iso.date(),
        })
        .nullable(),
    }),
    output: OrderView,
  },
  /** Name, phone and address in clear. Needs a purpose and a fresh password check; audited. */
  reveal: {
    input: z.strictObject({ orderNumber: OrderNumber, purpose: line(200) }),
    output: z.object({ contactName: z.string(), phone: z.string(), address: z.string() }),
  },
  /** Computes the order anew from its inbox and its own history, changes nothing, and reports every difference. */
  rebuild: { input: z.strictObject({ orderNumber: OrderNumber }), output: OrderRebuild },
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

/** What the buyer's device needs to pay; null where the provider needs nothing of ours. */
export const Checkout = z.discriminatedUnion('kind', [
  /** Arguments of WeixinJSBridge `getBrandWCPayRequest`, signed. */
  z.object({
    kind: z.literal('wechat_jsapi'),
    params: z.object({
      appId: z.string(),
      timeStamp: z.string(),
      nonceStr: z.string(),
      package: z.string(),
      signType: z.literal('RSA'),
      paySign: z.string(),
    }),
  }),
  /** To be shown as a QR code. */
  z.object({ kind: z.literal('wechat_native'), codeUrl: z.string() }),
  /** The buyer's browser goes there. */
  z.object({ kind: z.literal('alipay_page'), url: z.string() }),
]);
export type Checkout = z.infer<typeof Checkout>;

/** By when they were opened, or by their amount. */
const moneyPaging = sortedPaging([...TIME_SORTS, 'highest', 'lowest']);

export const paymentApi = {
  /** Opens a payment of what the order costs, or answers the one still open. WeChat in its own browser needs `payerOpenId`. */
  open: {
    input: z.strictObject({
      orderNumber: OrderNumber,
      method: PaymentMethod,
      payerOpenId: z
        .string()
        .regex(/^[\w-]{1,128}$/)
        .optional(),
    }),
    output: PaymentView.extend({ checkout: Checkout.nullable() }),
  },
  /** Newest first unless `sort` says otherwise. */
  list: {
    input: z
      .strictObject({
        orderNumber: searched(100).optional(),
        status: oneOrMore(PaymentStatus).optional(),
        method: oneOrMore(PaymentMethod).optional(),
        createdFrom: Instant.optional(),
        createdTo: Instant.optional(),
        ...moneyPaging,
      })
      .prefault({}),
    output: page(PaymentView),
  },
  get: { input: z.strictObject({ id: z.uuid() }), output: PaymentSheet },
  /** Asks the provider what became of a payment and applies the answer as if it were a callback (R104). */
  sync: {
    input: z.strictObject({ id: z.uuid() }),
    output: PaymentView.extend({
      /** Whether anything changed, and what the provider said, in both languages. */
      changed: z.boolean(),
      detail: z.string(),
      detailEn: z.string(),
    }),
  },
} as const;

export const refundApi = {
  /** Newest first unless `sort` says otherwise. */
  list: {
    input: z
      .strictObject({
        orderNumber: searched(100).optional(),
        status: oneOrMore(RefundStatus).optional(),
        /** Only those that wait for a second person. */
        toApprove: z.literal(true).optional(),
        createdFrom: Instant.optional(),
        createdTo: Instant.optional(),
        ...moneyPaging,
      })
      .prefault({}),
    output: page(RefundView),
  },
  get: { input: z.strictObject({ id: z.uuid() }), output: RefundSheet },
  /** Plans another call of a refund that failed, under the same number. Needs a fresh password check. */
  retry: { input: z.strictObject({ id: z.uuid() }), output: RefundView },
  /** Agrees as the second person to a large refund and all that one act opened. Needs a fresh password check. */
  approve: { input: z.strictObject({ id: z.uuid() }), output: RefundView },
  /** Takes a refund back that waits for its second person. Needs a fresh password check. */
  decline: { input: z.strictObject({ id: z.uuid(), reason: line(200) }), output: RefundView },
} as const;

export const CallbackItem = z.object({
  id: z.uuid(),
  provider: z.string(),
  /** Whether a payment provider tells of a payment or of a refund; null for Haier and for what could not be read. */
  topic: z.enum(['payment', 'refund']).nullable(),
  /** Haier's method, or the provider's word for the status, as it was sent. */
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
  /** Which secret or key verified it; null for one that was refused. */
  secret: z.enum(['current', 'previous']).nullable(),
  /** Headers that sign it, where a provider signs in headers. */
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  /** The body as received, except that personal data is masked. */
  body: z.string(),
  /** Decoded fields, for reading; `Sign` and `signature` included, secrets never, personal data masked. */
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  replayLog: z.array(
    z.object({ at: Instant, by: z.string(), outcome: CallbackOutcomeName, reason: z.string().nullable() }),
  ),
});
export type CallbackView = z.infer<typeof CallbackView>;

/** What running a stored callback against today's order would do. */
export const WhatIf = z.object({
  outcome: CallbackOutcomeName,
  detail: z.string().nullable(),
  detailEn: z.string().nullable(),
  orderNumber: OrderNumber.nullable(),
  /** Whether anything at all would change. */
  changes: z.boolean(),
  /** Moves of the four machines. */
  moves: z.array(
    z.object({
      machine: z.enum(['order', 'payment', 'refund', 'haier']),
      subjectId: z.string().nullable(),
      from: z.string(),
      to: z.string(),
      fact: z.string(),
    }),
  ),
  /** Fields of the order, a payment or a line that would differ. */
  fields: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
  refunds: z.array(z.object({ amountFen: Fen, cause: z.string(), reason: z.string(), reasonEn: z.string() })),
  stock: z.array(z.object({ productCode: z.string(), quantity: z.number().int() })),
  exceptions: z.array(z.object({ kind: z.string(), detail: z.string(), detailEn: z.string() })),
});
export type WhatIf = z.infer<typeof WhatIf>;

/** Which callbacks; all of it must hold. */
const callbackFilter = {
  orderNumber: searched(100).optional(),
  /** Of the provider; finds what names it and what belongs to the payment that has it. */
  transactionId: searched(128).optional(),
  /** Last four digits of the recipient's phone, of the newest 1,000 orders that have them. */
  phoneTail: z
    .string()
    .regex(/^\d{4}$/, 'has four digits')
    .optional(),
  /**
   * `name=value`: a field whose value is exactly that. Dots lead into JSON (`Data.ExtOrderNo=SO.1`, lists are looked
   * through), and a name without a dot is also looked for inside `Data` (`State=1`). Needs an order number, a
   * transaction id, or a range of at most 7 days.
   */
  field: z
    .string()
    .trim()
    .max(300)
    .regex(/^[^=\u0000]+=[^\u0000]*$/, 'is no name=value')
    .optional(),
  receivedFrom: Instant.optional(),
  receivedTo: Instant.optional(),
  outcome: oneOrMore(CallbackOutcomeName).optional(),
  provider: searched(40).optional(),
};
export const CallbackFilter = z.strictObject(callbackFilter);
export type CallbackFilter = z.output<typeof CallbackFilter>;

/** The most callbacks that are replayed by one request. */
export const REPLAYS_MAX = 500;

/** How far a replay of many has come. */
export const ReplayBatch = z.object({
  total: z.number().int(),
  done: z.number().int(),
  /** Of those done, the ones that could not be run. */
  failed: z.number().int(),
  startedAt: Instant,
  /** When the last one was done. */
  lastAt: Instant,
  finishedAt: Instant.nullable(),
});
export type ReplayBatch = z.infer<typeof ReplayBatch>;

export const callbackApi = {
  /** Newest first unless `sort` says otherwise. A page of a `field` search may be short, or empty, and still have a next one. */
  list: {
    input: z.strictObject({ ...callbackFilter, ...sortedPaging(TIME_SORTS) }).prefault({}),
    output: page(CallbackItem),
  },
  /** How many match, and how many of them can be replayed; `isExact` is false when there are more than were counted. */
  count: {
    input: CallbackFilter.prefault({}),
    output: z.object({ matching: z.number().int(), replayable: z.number().int(), isExact: z.boolean() }),
  },
  get: { input: z.strictObject({ id: z.uuid() }), output: CallbackView },
  /** What a replay would change now; changes nothing. */
  whatIf: { input: z.strictObject({ id: z.uuid() }), output: WhatIf },
  /** Runs the stored callback against today's order. One that came too late needs a reason. */
  replay: { input: z.strictObject({ id: z.uuid(), reason: line(200).optional() }), output: CallbackView },
  /**
   * Replays callbacks by id, or all replayable ones that match, at most 500, the oldest first, each in a transaction of
   * its own. Refused with CONFLICT when `filter` no longer matches `expectedCount`. `batchId` is the caller's, new each
   * time: `replayBatch` tells how far it has come, also when the answer got lost.
   */
  replayMany: {
    input: z.strictObject({
      batchId: z.uuid(),
      which: z.union([
        z.strictObject({ ids: z.array(z.uuid()).min(1).max(REPLAYS_MAX) }),
        z.strictObject({ filter: CallbackFilter, expectedCount: z.number().int().min(1).max(REPLAYS_MAX) }),
      ]),
      reason: line(200),
    }),
    output: z.object({
      /** In the order run. `outcome` is null where it could not be run, and `detail` says why. */
      results: z.array(
        z.object({
          id: z.uuid(),
          orderNumber: z.string().nullable(),
          outcome: CallbackOutcomeName.nullable(),
          detail: z.string().nullable(),
          detailEn: z.string().nullable(),
        }),
      ),
    }),
  },
  /** Null when no such batch was started. */
  replayBatch: { input: z.strictObject({ batchId: z.uuid() }), output: ReplayBatch.nullable() },
  /**
   * Why the signature of a stored callback is right or wrong; asked of the gateway, which holds the secrets, and
   * audited. Personal data in the text is masked. UNAVAILABLE while the gateway does not answer.
   */
  signature: { input: z.strictObject({ id: z.uuid() }), output: SignatureReport },
} as const;

/** The API of apps/orders; the server's router must satisfy it and clients are typed by it. */
export type OrdersApi = Api<{
  session: {
    signIn: Mutation<typeof sessionApi.signIn>;
    current: Query<typeof sessionApi.current>;
    stepUp: Mutation<typeof sessionApi.stepUp>;
    signOut: Mutation<typeof sessionApi.signOut>;
    list: Query<typeof sessionApi.list>;
    kill: Mutation<typeof sessionApi.kill>;
  };
  view: {
    list: Query<typeof viewApi.list>;
    keep: Mutation<typeof viewApi.keep>;
    remove: Mutation<typeof viewApi.remove>;
  };
  order: {
    place: Mutation<typeof orderApi.place>;
    get: Query<typeof orderApi.get>;
    list: Query<typeof orderApi.list>;
    changes: Feed<typeof orderApi.changes>;
    preflight: Query<typeof orderApi.preflight>;
    preflightMany: Query<typeof orderApi.preflightMany>;
    push: Mutation<typeof orderApi.push>;
    pushMany: Mutation<typeof orderApi.pushMany>;
    logistics: Mutation<typeof orderApi.logistics>;
    deliveryImages: Mutation<typeof orderApi.deliveryImages>;
    ship: Mutation<typeof orderApi.ship>;
    complete: Mutation<typeof orderApi.complete>;
    cancel: Mutation<typeof orderApi.cancel>;
    requestRefund: Mutation<typeof orderApi.requestRefund>;
    withdrawRefund: Mutation<typeof orderApi.withdrawRefund>;
    adjustPrice: Mutation<typeof orderApi.adjustPrice>;
    reschedule: Mutation<typeof orderApi.reschedule>;
    addNote: Mutation<typeof orderApi.addNote>;
    recordInvoice: Mutation<typeof orderApi.recordInvoice>;
    reveal: Mutation<typeof orderApi.reveal>;
    rebuild: Query<typeof orderApi.rebuild>;
  };
  payment: {
    open: Mutation<typeof paymentApi.open>;
    list: Query<typeof paymentApi.list>;
    get: Query<typeof paymentApi.get>;
    sync: Mutation<typeof paymentApi.sync>;
  };
  refund: {
    list: Query<typeof refundApi.list>;
    get: Query<typeof refundApi.get>;
    retry: Mutation<typeof refundApi.retry>;
    approve: Mutation<typeof refundApi.approve>;
    decline: Mutation<typeof refundApi.decline>;
  };
  exception: {
    list: Query<typeof exceptionApi.list>;
    summary: Query<typeof exceptionApi.summary>;
    causes: Query<typeof exceptionApi.causes>;
    owners: Query<typeof exceptionApi.owners>;
    assign: Mutation<typeof exceptionApi.assign>;
    resolve: Mutation<typeof exceptionApi.resolve>;
  };
  callback: {
    list: Query<typeof callbackApi.list>;
    get: Query<typeof callbackApi.get>;
    whatIf: Query<typeof callbackApi.whatIf>;
    replay: Mutation<typeof callbackApi.replay>;
    count: Query<typeof callbackApi.count>;
    replayMany: Mutation<typeof callbackApi.replayMany>;
    replayBatch: Query<typeof callbackApi.replayBatch>;
    signature: Mutation<typeof callbackApi.signature>;
  };
  product: {
    list: Query<typeof productApi.list>;
    get: Query<typeof productApi.get>;
    setPrice: Mutation<typeof productApi.setPrice>;
    remove: Mutation<typeof productApi.remove>;
  };
  inventory: { log: Query<typeof inventoryApi.log>; adjust: Mutation<typeof inventoryApi.adjust> };
  audit: { list: Query<typeof auditApi.list>; get: Query<typeof auditApi.get>; verify: Query<typeof auditApi.verify> };
  staff: {
    list: Query<typeof staffApi.list>;
    create: Mutation<typeof staffApi.create>;
    update: Mutation<typeof staffApi.update>;
    remove: Mutation<typeof staffApi.remove>;
  };
  token: {
    list: Query<typeof tokenApi.list>;
    create: Mutation<typeof tokenApi.create>;
    revoke: Mutation<typeof tokenApi.revoke>;
  };
  overview: { get: Query<typeof ordersOverviewApi.get> };
  system: { health: Query<typeof systemApi.health> };
}>;
