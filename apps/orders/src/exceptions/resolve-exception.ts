import type { ExceptionAction, ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import type { CallbackKeys } from '../callbacks/callback-keys.ts';
import { openReplay, runReplay } from '../callbacks/replay-callback.ts';
import { releaseHeldStock } from '../catalogue/release-held-stock.ts';
import { Refused } from '../errors.ts';
import { actOnOrder } from '../orders/act-on-order.ts';
import { refuseIf } from '../orders/allowed-actions.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { pushOrder } from '../orders/push-order.ts';
import { askForParcels } from '../orders/query-logistics.ts';
import { saveParcels } from '../orders/save-parcels.ts';
import { approveRefund } from '../payments/approve-refund.ts';
import { declineRefund } from '../payments/decline-refund.ts';
import { retryRefund } from '../payments/retry-refund.ts';
import { returnMismatchedMoney } from '../payments/return-mismatched-money.ts';
import { settleRefundByHand } from '../payments/settle-refund-by-hand.ts';
import type { AskIntegrations } from '../suppliers/ask-integrations.ts';
import { asWritten, type Text } from '../text.ts';
import { transact, type Tx } from '../transaction.ts';
import { type ExceptionContext, exceptionNotFound } from './assign-exception.ts';
import { type CaseSubjects, needsFreshPassword, resolvedAlready, whyNoAction } from './exception-actions.ts';
import { StaffException } from './exception.entity.ts';
import { exceptionItems, subjectsOf } from './exception-view.ts';
import { recordResolution } from './record-resolution.ts';
import { isSettledBy } from './settle-callback.ts';

export type ResolveContext = ExceptionContext & {
  readonly callbackKeys: CallbackKeys;
  readonly askIntegrations: AskIntegrations;
  /** @throws StepUpRequired when the password was not given just now */
  readonly requireFresh: () => void;
  /** From how much, in fen, a second person has to approve a refund that staff open; undefined for never. */
  readonly twoPersonFromFen?: number | undefined;
};

/**
 * Runs an action on a case through the verb of that name and closes the case with who, when, what and why, both in one
 * transaction: when the action is refused, nothing has changed. A replay that ends in the same trouble, and an answer of
 * the platform that does not end it, are kept on record, leave the case open and are answered with that trouble. The
 * platform is asked before the transaction.
 * @throws NotFound, NotAllowed, StepUpRequired, Refused (CONFLICT for a case that somebody resolved, else what the
 * action says), NotAnswered
 */
export async function resolveException(
  context: ResolveContext,
  { id, action, reason }: { id: string; action: ExceptionAction; reason: string },
): Promise<ExceptionItem> {
  const parcels = action === 'ask_platform' ? await askAboutCase(context, id) : [];
  const trouble = await transact(context, async (tx) => {
    const { orm, wakeRelay, by, permissions, callbackKeys } = context;
    const at = context.now();
    const subjects = await holdCase(tx, id);
    refuseIf(whyNoAction(subjects, action, { permissions, by }));
    if (needsFreshPassword(action)) context.requireFresh();

    // Closed first, so that what the action settles by itself is not closed a second time under another name.
    await closeCase(tx, id, { by, action, reason, at });
    const { requireFresh, twoPersonFromFen } = context;
    const acting = {
      orm,
      wakeRelay,
      by,
      permissions,
      callbackKeys,
      requireFresh,
      twoPersonFromFen,
      now: () => at,
      within: tx,
      parcels,
    };
    const left = await actions[action](acting, subjects, reason);
    if (left) await reopenCase(tx, id);
    else
      recordResolution(tx, {
        exceptionId: id,
        kind: subjects.kind,
        orderNumber: subjects.orderNumber,
        by,
        action,
        reason: asWritten(reason),
        at,
      });
    return left;
  });
  if (trouble) throw new Refused('REFUSED', trouble.zh, trouble.en);

  const em = context.orm.em.fork();
  const [item] = await exceptionItems(em, [await em.findOneOrFail(StaffException, { publicId: id })], {
    now: context.now(),
    permissions: context.permissions,
    by: context.by,
  });
  return item!;
}

type HeldCase = CaseSubjects & { readonly orderNumber: string | null };
type ActingContext = Pick<ResolveContext, 'callbackKeys' | 'requireFresh' | 'twoPersonFromFen'> &
  ExceptionContext & {
    readonly within: Tx;
    /** What the platform said, where it was asked. */
    readonly parcels: readonly LogisticsItem[];
  };

/** Runs the verb of that name in the caller's transaction; answers the trouble when it is still there. */
const actions = {
  replay_callback: async (context, { kind, callback }, reason) => {
    const { within, by, now } = context;
    const opened = await openReplay(within, context, callback!.id);
    const applied = await runReplay(within, opened, { by, at: now(), reason });
    return isSettledBy(kind, applied.outcome) ? undefined : stillThere(applied.detail ?? NOTHING_SAID);
  },
  return_money: async (context, { callback }, reason) => {
    await returnMismatchedMoney(context, { callbackId: callback!.id, reason });
  },
  retry_refund: async (context, { refund }) => {
    await retryRefund(context, { id: refund!.publicId });
  },
  approve_refund: async (context, { refund }) => {
    await approveRefund(context, { id: refund!.publicId });
  },
  decline_refund: async (context, { refund }, reason) => {
    await declineRefund(context, { id: refund!.publicId, reason });
  },
  settle_by_hand: async (context, { refund }, reason) => {
    await settleRefundByHand(context, { id: refund!.publicId, reason });
  },
  // Its outcome comes later and, when it is a failure again, as a case of its own.
  push_again: async (context, { orderNumber }) => {
    await pushOrder(context, { orderNumber: orderNumber! });
  },
  ask_platform: async (context, { orderNumber }) => {
    let isConfirmed = false;
    await actOnOrder(context, orderNumber!, async (tx, locked, cause) => {
      await saveParcels(tx, locked, context.parcels, cause);
      isConfirmed = locked.order.haierStatus !== 'push_pending';
    });
    return isConfirmed ? undefined : NOTHING_SENT;
  },
  cancel_order: async (context, { orderNumber }, reason) => {
    await cancelOrder(context, { orderNumber: orderNumber!, reason: reason.slice(0, CANCEL_REASON_MAX) });
  },
  release_stock: async (context, { orderNumber }) => {
    await releaseHeldStock(context, { orderNumber: orderNumber! });
  },
  acknowledge: async () => undefined,
} satisfies Record<
  ExceptionAction,
  (context: ActingContext, held: HeldCase, reason: string) => Promise<Text | undefined | void>
>;

const stillThere = ({ zh, en }: Text): Text => ({
  zh: `重放后问题仍在：${zh}`,
  en: `Replayed, the trouble is still there: ${en}`,
});

const NOTHING_SENT: Text = {
  zh: '平台没有返回物流单号，无法确认接单：请在对账中核对该订单',
  en: 'The platform names no parcel with a number, so nobody knows that it took the order: look at it in reconciliation',
};

const NOTHING_SAID: Text = { zh: '未改变任何内容', en: 'nothing was changed' };

/** As long as `order.cancel` takes it. */
const CANCEL_REASON_MAX = 200;

/** Asks the platform about the order of a case, when this person may. @throws as resolveException does */
async function askAboutCase(context: ResolveContext, id: string): Promise<LogisticsItem[]> {
  const em = context.orm.em.fork();
  const known = await em.findOne(StaffException, { publicId: id });
  if (!known) throw exceptionNotFound();
  const [subjects] = await subjectsOf(em, [known]);
  refuseIf(whyNoAction(subjects!, 'ask_platform', context));
  return askForParcels(context, subjects!.orderNumber!);
}

/**
 * A case as it is now, with its order locked: two people at one case of an order come one after the other.
 * @throws NotFound
 */
async function holdCase(tx: Tx, id: string): Promise<HeldCase> {
  // Read through a unit of work of its own, so that the verb loads everything anew under its locks.
  const reader = tx.em.fork({ keepTransactionContext: true });
  const known = await reader.findOne(StaffException, { publicId: id });
  if (!known) throw exceptionNotFound();
  if (known.orderId) await tx.em.execute(`select id from orders where id = ? for update`, [known.orderId]);
  const [subjects] = await subjectsOf(reader, [await reader.refreshOrFail(known)]);
  return subjects!;
}

async function closeCase(
  tx: Tx,
  id: string,
  { by, action, reason, at }: { by: string; action: ExceptionAction; reason: string; at: Date },
): Promise<void> {
  const closed = await tx.em.execute<unknown[]>(
    `update exceptions set status = 'resolved', resolved_at = ?, resolved_by = ?, resolved_action = ?, resolved_reason = ?, resolved_reason_en = ?
      where public_id = ? and status = 'open' returning id`,
    [at, by, action, reason, reason, id],
  );
  if (closed.length > 0) return;
  // A case without an order has nothing to wait at but its own row.
  const [row] = await tx.em.execute<{ resolved_by: string | null }[]>(
    `select resolved_by from exceptions where public_id = ?`,
    [id],
  );
  const why = resolvedAlready(row?.resolved_by ?? null);
  throw new Refused('CONFLICT', why.zh, why.en);
}

const reopenCase = (tx: Tx, id: string) =>
  tx.em.execute(
    `update exceptions set status = 'open', resolved_at = null, resolved_by = null, resolved_action = null, resolved_reason = null, resolved_reason_en = null
      where public_id = ?`,
    [id],
    'run',
  );
