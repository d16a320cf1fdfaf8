import { z } from 'zod';
import { Instant, line, OrderNumber, page, searched, sortedPaging, TIME_SORTS } from './primitives.ts';

/** What a person must decide about (design.md §4, rulings.md). */
export const EXCEPTION_KINDS = [
  'money_to_return',
  'amount_mismatch',
  'transaction_reused',
  'payment_unclear',
  'refund_failed',
  /** A large refund waits for a second person. */
  'refund_to_approve',
  'conflicting_callback',
  'quantity_conflict',
  'orphan_callback',
  'late_callback',
  /** Paid for Haier goods and never pushed for too long. */
  'push_overdue',
  'push_failed',
  /** Pushed, and the platform's word never came. */
  'confirmation_overdue',
  'cancel_refused',
  'out_of_stock',
  'goods_not_stopped',
  'stock_release_failed',
  /** Haier sells something under the code of a local product, which a sync leaves alone. */
  'product_code_taken',
  'parked_message',
] as const;
export const ExceptionKind = z.enum(EXCEPTION_KINDS);
export type ExceptionKind = z.infer<typeof ExceptionKind>;

/** What can be done about a case; each runs through the verb of that name and its checks. */
export const EXCEPTION_ACTIONS = [
  /** Run the stored callback against today's order. */
  'replay_callback',
  /** Open a refund of the money that a mismatched callback named. */
  'return_money',
  'retry_refund',
  /** Agree as the second person to a large refund. */
  'approve_refund',
  /** Take it back instead. */
  'decline_refund',
  /** The money went back by another way; the refund counts as paid out. */
  'settle_by_hand',
  /** Push the order once more, under the same number: the platform takes it once. */
  'push_again',
  /** Ask the platform what became of the order; what it says is kept, and may end the trouble. */
  'ask_platform',
  'cancel_order',
  'release_stock',
  /** Nothing is left to do, or it was done elsewhere. */
  'acknowledge',
] as const;
export const ExceptionAction = z.enum(EXCEPTION_ACTIONS);
export type ExceptionAction = z.infer<typeof ExceptionAction>;

export const ExceptionItem = z.object({
  id: z.uuid(),
  kind: ExceptionKind,
  status: z.enum(['open', 'resolved']),
  orderNumber: OrderNumber.nullable(),
  callbackId: z.uuid().nullable(),
  paymentId: z.uuid().nullable(),
  refundId: z.uuid().nullable(),
  /** What happened and what to look at, in Chinese; `detailEn` says the same in English. */
  detail: z.string(),
  detailEn: z.string(),
  createdAt: Instant,
  ageSeconds: z.number().int(),
  /** The staff member who took it on; null when nobody has. */
  owner: z.string().nullable(),
  resolvedAt: Instant.nullable(),
  /** `staff:<username>`, or `system` when it resolved itself. */
  resolvedBy: z.string().nullable(),
  resolvedAction: z.string().nullable(),
  resolvedReason: z.string().nullable(),
  resolvedReasonEn: z.string().nullable(),
  /** The safe actions on it, each with why it is not allowed now. */
  actions: z.array(
    z.object({
      action: ExceptionAction,
      allowed: z.boolean(),
      reason: z.string().nullable(),
      reasonEn: z.string().nullable(),
    }),
  ),
});
export type ExceptionItem = z.infer<typeof ExceptionItem>;

/** Somebody who can be given a case. */
export const CaseOwner = z.object({ username: z.string(), displayName: z.string() });
export type CaseOwner = z.infer<typeof CaseOwner>;

/** Names a cause in an address. */
const Cause = z.string().regex(/^[0-9a-f]{12}$/);

/** What a list of cases can be narrowed to; `isListable` goes with it. */
export const ExceptionFilter = z.strictObject({
  kind: z.union([ExceptionKind, z.array(ExceptionKind).min(1).max(20)]).optional(),
  status: z.enum(['open', 'resolved']).default('open'),
  orderNumber: searched(100).optional(),
  /** User name of whoever has taken them on; null for those that nobody has. */
  owner: searched(100).nullable().optional(),
  /** One of `causes`, of open cases only. */
  cause: Cause.optional(),
});

/** A cause is worked out case by case, which goes for those that are open, not for all there ever were. */
export const isListable = ({ status, cause }: { status: 'open' | 'resolved'; cause?: string | undefined }): boolean =>
  cause === undefined || status === 'open';
export const NOT_LISTABLE = { path: ['cause'], error: 'is for open cases only, not with status "resolved"' };

export const exceptionApi = {
  /**
   * Open ones by default, the oldest first; resolved ones the newest first, by when they were resolved. `sort` turns
   * either round.
   */
  list: {
    input: z
      .strictObject({ ...ExceptionFilter.shape, ...sortedPaging(TIME_SORTS) })
      .refine(isListable, NOT_LISTABLE)
      .prefault({}),
    output: page(ExceptionItem),
  },
  /** How many are open of each kind, and how old the oldest is. */
  summary: {
    input: z.void(),
    output: z.object({
      kinds: z.array(z.object({ kind: ExceptionKind, open: z.number().int(), oldestAgeSeconds: z.number().int() })),
      open: z.number().int(),
      oldestAgeSeconds: z.number().int().nullable(),
    }),
  },
  /** Open cases of a kind by what caused them, numbers and names aside: the most frequent first, 20 at most. */
  causes: {
    input: z.strictObject({ kind: ExceptionKind }),
    output: z.object({
      items: z.array(
        z.object({
          cause: Cause,
          /** What happened, with … for what differs from case to case. */
          detail: z.string(),
          detailEn: z.string(),
          open: z.number().int(),
          oldestAgeSeconds: z.number().int(),
        }),
      ),
    }),
  },
  /** Active staff who may act on cases, by user name: those whom one can be given. */
  owners: { input: z.void(), output: z.object({ items: z.array(CaseOwner) }) },
  /** Takes a case on, for oneself or for another of `owners`; null gives it back. */
  assign: { input: z.strictObject({ id: z.uuid(), owner: z.string().max(100).nullable() }), output: ExceptionItem },
  /** Runs the action and closes the case, in this order; when the action is refused the case stays open. */
  resolve: {
    input: z.strictObject({ id: z.uuid(), action: ExceptionAction, reason: line(300) }),
    output: ExceptionItem,
  },
} as const;
