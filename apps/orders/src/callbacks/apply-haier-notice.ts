import type { CallbackOutcomeName, CallbackProblem } from '@orderbridge/contracts/callback-envelope';
import type { HaierMethod, HaierNotice } from '@orderbridge/contracts/haier-callback';
import type { HaierPlatformFact } from '@orderbridge/state-machine/haier-transitions';
import { raiseException } from '../exceptions/raise-exception.ts';
import type { LockedOrder } from '../orders/lock-orders.ts';
import { moveHaier } from '../orders/move-haier.ts';
import { readCancelWish } from '../orders/read-cancel-wish.ts';
import { moveOrder } from '../orders/move-order.ts';
import { changeInSentence, HAIER_STATE_NAMES, inSentence, ORDER_STATE_NAMES } from '../orders/state-names.ts';
import { ORDER_CANCELLED, PARTIAL_CANCEL, returnMoney } from '../payments/return-money.ts';
import { asWritten, type Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';

/** What a callback did, with one line for staff; `problem` where a provider has an answer of its own for it. */
export type Applied = { outcome: CallbackOutcomeName; detail: Text | null; problem?: CallbackProblem };

/** The line for news whose meaning was applied before, under another signature. */
export const SAID_BEFORE: Text = {
  zh: '内容与已处理的回调相同',
  en: 'The content is the same as that of a callback already applied',
};

/** A cause that is a callback. */
export type CallbackCause = Cause & { readonly callbackId: string };

/**
 * What a verified Haier or YLH callback does to its order (domain.md §2.5, rulings.md). The order is locked; lines,
 * payments and refunds are loaded when `needsWholeOrder` said so. Nothing here overwrites stronger news by weaker.
 */
export async function applyHaierNotice(
  tx: Tx,
  locked: LockedOrder,
  notice: HaierNotice,
  cause: CallbackCause,
): Promise<Applied> {
  const { order } = locked;
  const unfit = whyUnfit(locked, notice);
  if (unfit) return conflict(tx, locked, unfit.kind, unfit.why, cause);

  const before = order.haierStatus;
  const decision = moveHaier(tx, order, factOf(notice), {
    ...cause,
    note: notice.failMessage === undefined ? cause.note : asWritten(notice.failMessage),
  });
  // Whatever became of the status: the number it was taken under, and its counts, are facts in any order of arrival (P3).
  if (notice.extOrderNo && notice.state === 1) order.haierOrderNo ??= notice.extOrderNo;
  const quantitiesChanged = settleQuantities(locked, notice);
  const standing = inSentence(HAIER_STATE_NAMES[order.haierStatus]);
  if (decision.outcome === 'refused') {
    if (quantitiesChanged) await returnRefusedUnits(tx, locked, cause);
    return conflict(
      tx,
      locked,
      'conflicting_callback',
      {
        zh: `回调内容（${describe(notice).zh}）与订单当前海尔状态“${standing.zh}”矛盾，未改变状态`,
        en: `The callback (${describe(notice).en}) contradicts the order's current Haier status (${standing.en}); the status was not changed`,
      },
      cause,
    );
  }
  if (decision.outcome === 'repeated') {
    if (quantitiesChanged) await returnRefusedUnits(tx, locked, cause);
    return {
      outcome: quantitiesChanged ? 'applied' : 'repeated',
      detail: quantitiesChanged
        ? { zh: '更新了签收/退货/拒收数量', en: 'Received, returned and rejected quantities were updated' }
        : { zh: `海尔状态已是“${standing.zh}”`, en: `The Haier status is already ${standing.en}` },
    };
  }

  order.haierFailMessage = notice.failMessage ?? (notice.state === 1 ? null : order.haierFailMessage);
  for (const effect of decision.effects) await haierEffects[effect](tx, locked, notice, cause);
  if (before === 'failed' && decision.to === 'confirmed') {
    const why: Text = {
      zh: '平台先回调失败、后回调成功，已按成功处理，请核对',
      en: 'The platform reported failure first and success later; it was handled as success. Please check',
    };
    await raiseConflict(tx, locked, 'conflicting_callback', why, cause);
  }
  const change = changeInSentence(HAIER_STATE_NAMES[before], HAIER_STATE_NAMES[decision.to]);
  return { outcome: 'applied', detail: { zh: `海尔状态 ${change.zh}`, en: `Haier status ${change.en}` } };
}

/** Whether applying this notice may touch more than the order row: cancels do, plain news does not. */
export const needsWholeOrder = (notice: HaierNotice): boolean => notice.method === 'hmm.scm_heorder.cancel';

function factOf({ method, state }: HaierNotice): HaierPlatformFact {
  if (method === 'hmm.scm_heorder.cancel') return CANCEL_FACTS[state];
  if (method === 'hmm.scm_heorder.oostock') return state === 1 ? 'out_of_stock_reported' : 'out_of_stock_report_failed';
  return state === 1 ? 'order_confirmed' : 'order_rejected';
}

const CANCEL_FACTS = { 0: 'cancel_refused', 1: 'cancel_agreed', 2: 'cancelled_in_part' } as const;

const METHOD_NAMES: Record<HaierMethod, Text> = {
  OrderStatusChange: { zh: '接单确认', en: 'Order confirmation' },
  'hmm.scm_heorder.confirm': { zh: '接单确认', en: 'Order confirmation' },
  'hmm.scm_heorder.cancel': { zh: '取消', en: 'Cancellation' },
  'hmm.scm_heorder.oostock': { zh: '缺货', en: 'Out of stock' },
};

const describe = ({ method, state }: HaierNotice): Text => ({
  zh: `${METHOD_NAMES[method].zh} State=${state}`,
  en: `${METHOD_NAMES[method].en} State=${state}`,
});

type Unfit = { kind: 'conflicting_callback' | 'quantity_conflict'; why: Text };

/** Why the order cannot take this notice at all (rulings.md "Callback for an order with no push of ours"). */
function whyUnfit({ order, lines }: LockedOrder, notice: HaierNotice): Unfit | undefined {
  const no = (zh: string, en: string): Unfit => ({ kind: 'conflicting_callback', why: { zh, en } });
  if (order.haierLineCount === 0)
    return no('订单没有海尔商品，回调未改变任何内容', 'The order has no Haier products; the callback changed nothing');
  if (order.haierStatus === 'none' && (order.status === 'pending' || order.status === 'cancelled')) {
    const standing = inSentence(ORDER_STATE_NAMES[order.status]);
    return no(
      `订单状态为“${standing.zh}”且未推送，回调未改变任何内容`,
      `The order is ${standing.en} and was not pushed; the callback changed nothing`,
    );
  }
  if (notice.extOrderNo && order.haierOrderNo && notice.extOrderNo !== order.haierOrderNo) {
    return no(
      `海尔订单号不一致：已记录 ${order.haierOrderNo}，回调为 ${notice.extOrderNo}`,
      `Haier order numbers differ: ${order.haierOrderNo} is on record, the callback says ${notice.extOrderNo}`,
    );
  }
  const wrongItem = notice.items?.find((item) => {
    const line = lines.find((entry) => entry.productCode === item.productCode);
    return (
      item.receivedQty + item.rejectedQty > item.totalQty ||
      item.returnedQty > item.receivedQty ||
      (line && item.totalQty > line.quantity)
    );
  });
  if (wrongItem)
    return {
      kind: 'quantity_conflict',
      why: {
        zh: `商品 ${wrongItem.productCode} 的数量互相矛盾，未计入订单`,
        en: `The quantities of product ${wrongItem.productCode} contradict each other; they were not applied to the order`,
      },
    };
  return undefined;
}

/**
 * Takes the platform's count of each product. Counts are snapshots: they replace, never add (domain.md §2.5), and by
 * their own time stamp, so that an older one that arrives later changes nothing. Unknown products are skipped (R59).
 */
function settleQuantities({ order, lines }: LockedOrder, { items, sentAt }: HaierNotice): boolean {
  if (!items || (order.haierCountedAt && sentAt < order.haierCountedAt)) return false;
  order.haierCountedAt = sentAt;
  let changed = false;
  for (const item of items) {
    const line = lines.find((entry) => entry.productCode === item.productCode);
    if (!line) continue;
    changed ||=
      line.receivedQty !== item.receivedQty ||
      line.returnedQty !== item.returnedQty ||
      line.rejectedQty !== item.rejectedQty;
    line.receivedQty = item.receivedQty;
    line.returnedQty = item.returnedQty;
    line.rejectedQty = item.rejectedQty;
  }
  return changed;
}

/** Opens the refund for units that came back or were refused, beyond what earlier snapshots already opened. */
async function returnRefusedUnits(tx: Tx, locked: LockedOrder, cause: Cause): Promise<void> {
  const { order, lines, refunds } = locked;
  const refusedFen = lines.reduce(
    (sum, line) => sum + line.unitPriceFen * Math.min(line.quantity, line.rejectedQty + line.returnedQty),
    0,
  );
  // A price adjusted before payment is shared by all units alike; rounding down never returns more than was paid.
  const dueFen =
    order.totalFen === 0 ? 0 : Number((BigInt(order.payableFen) * BigInt(refusedFen)) / BigInt(order.totalFen));
  const openedFen = refunds
    .filter((refund) => refund.cause === PARTIAL_CANCEL)
    .reduce((sum, refund) => sum + refund.amountFen, 0);
  if (dueFen > openedFen)
    await returnMoney(
      tx,
      locked,
      {
        ...(await readCancelWish(tx, order.orderNumber, cause.at)),
        cause: PARTIAL_CANCEL,
        reason: { zh: '部分商品被拒收或退回', en: 'Some of the goods were refused or returned' },
        amountFen: dueFen - openedFen,
      },
      cause,
    );
}

const haierEffects = {
  order_cancelled: async (tx: Tx, locked: LockedOrder, notice: HaierNotice, cause: CallbackCause) => {
    const note: Text =
      notice.failMessage === undefined
        ? { zh: '平台通知订单已取消', en: 'The platform says that the order is cancelled' }
        : asWritten(notice.failMessage);
    const sent = locked.order.status === 'shipped' || locked.order.status === 'completed';
    const wish = await readCancelWish(tx, locked.order.orderNumber, cause.at);
    const decision = await moveOrder(
      tx,
      locked,
      sent ? 'refund_agreed' : 'cancel_agreed',
      { ...cause, note },
      { ...wish, cause: ORDER_CANCELLED, reason: note },
    );
    if (decision.outcome === 'refused') {
      await raiseConflict(
        tx,
        locked,
        'conflicting_callback',
        {
          zh: `平台已取消，但订单处于 ${decision.at}，请人工处理`,
          en: `The platform cancelled, but the order is ${decision.at}; please handle it by hand`,
        },
        cause,
      );
    }
  },
  settle_quantities: async (tx: Tx, locked: LockedOrder, notice: HaierNotice, cause: CallbackCause) => {
    await returnRefusedUnits(tx, locked, cause);
    const unknown =
      notice.items?.filter((item) => !locked.lines.some((line) => line.productCode === item.productCode)) ?? [];
    if (!notice.items || unknown.length > 0) {
      const codes = unknown.map((item) => item.productCode);
      const why: Text = notice.items
        ? {
            zh: `部分取消中有订单之外的商品：${codes.join('、')}`,
            en: `The partial cancellation names products that are not in the order: ${codes.join(', ')}`,
          }
        : { zh: '部分取消没有给出商品数量', en: 'The partial cancellation gives no product quantities' };
      await raiseConflict(tx, locked, 'quantity_conflict', why, cause);
    }
  },
  alert_staff: async (tx: Tx, locked: LockedOrder, notice: HaierNotice, cause: CallbackCause) => {
    const kind =
      notice.method === 'hmm.scm_heorder.oostock'
        ? 'out_of_stock'
        : notice.method === 'hmm.scm_heorder.cancel'
          ? 'cancel_refused'
          : 'push_failed';
    await raiseException(tx, {
      kind,
      order: locked.order,
      callbackId: cause.callbackId,
      dedupKey: `${kind}:${locked.order.id}:${locked.order.haierRound}`,
      detail: {
        zh: `${describe(notice).zh}：${notice.failMessage ?? '平台未说明原因'}`,
        en: `${describe(notice).en}: ${notice.failMessage ?? 'the platform gave no reason'}`,
      },
      at: cause.at,
    });
  },
};

async function conflict(
  tx: Tx,
  locked: LockedOrder,
  kind: 'conflicting_callback' | 'quantity_conflict',
  why: Text,
  cause: CallbackCause,
): Promise<Applied> {
  await raiseConflict(tx, locked, kind, why, cause);
  return { outcome: 'conflict', detail: why };
}

const raiseConflict = (
  tx: Tx,
  { order }: LockedOrder,
  kind: 'conflicting_callback' | 'quantity_conflict',
  detail: Text,
  cause: CallbackCause,
) =>
  raiseException(tx, {
    kind,
    order,
    callbackId: cause.callbackId,
    dedupKey: `${kind}:${cause.callbackId}`,
    detail,
    at: cause.at,
  });
