import type { SupplierEvent, SupplierEventType } from '@orderbridge/contracts/supplier-events';
import { applyCatalogue } from '../catalogue/apply-catalogue.ts';
import { closeNeverTaken } from '../exceptions/close-overdue.ts';
import { raiseException } from '../exceptions/raise-exception.ts';
import { loadWhole, type LockedOrder, lockOrders } from '../orders/lock-orders.ts';
import { moveHaier } from '../orders/move-haier.ts';
import type { MovedOrder } from '../orders/moved-order.ts';
import { recordAmendment } from '../orders/record-amendment.ts';
import { saveDeliveryImages } from '../orders/save-delivery-images.ts';
import { saveParcels } from '../orders/save-parcels.ts';
import { asWritten } from '../text.ts';
import { type Cause, transact, type TransactContext, type Tx } from '../transaction.ts';
import { rememberEvents } from './remember-events.ts';

type EventOf<T extends SupplierEventType> = Extract<SupplierEvent, { type: T }>;

/** Who caused what an event of integrations brings about. */
const BY = 'integrations';

/**
 * Applies what integrations tells, each event once however often it comes (design.md §1), several in one transaction and
 * in their order: all of them or none. A bulk push brings 80 a second, and the answer to a person's push stands behind
 * them. News of a request of ours counts for that request only, and never overwrites what a callback has told in the
 * meantime (R20, P31): the state machine takes it or not. No two syncs of the catalogue at a time: each locks products by
 * id.
 */
export function applySupplierEvents(
  context: TransactContext & { readonly now: () => Date },
  events: readonly SupplierEvent[],
): Promise<('applied' | 'repeated')[]> {
  return transact(context, (tx) => takeSupplierEvents(tx, events, context.now()));
}

/** The same in the caller's transaction. */
export async function takeSupplierEvents(
  tx: Tx,
  events: readonly SupplierEvent[],
  at: Date,
): Promise<('applied' | 'repeated')[]> {
  const fresh = await rememberEvents(tx, events, at);
  const news = events.filter(({ id }) => fresh.has(id));
  const orders = await lockSubjects(tx, news);
  const taken = news.flatMap((event) => {
    const order = orders.get(event.subject)?.order;
    return event.type === 'push.accepted' && event.data.round === order?.haierRound ? [order.id] : [];
  });
  if (taken.length > 0) await closeNeverTaken(tx, taken, at);
  const outcomes: ('applied' | 'repeated')[] = [];
  for (const event of events) {
    const isFresh = fresh.delete(event.id);
    if (isFresh) await apply(tx, event, orders.get(event.subject), { by: BY, at });
    outcomes.push(isFresh ? 'applied' : 'repeated');
  }
  return outcomes;
}

/** The orders that these events are about, by number. */
async function lockSubjects(tx: Tx, events: readonly SupplierEvent[]): Promise<ReadonlyMap<string, LockedOrder>> {
  const numbers = events.flatMap(({ type, subject }) =>
    type === 'staff.acted' || type === 'catalogue.synced' ? [] : [subject],
  );
  const orders = await loadWhole(tx, await lockOrders(tx, { numbers: [...new Set(numbers)] }));
  return new Map(Array.from(orders.values(), (locked) => [locked.order.orderNumber, locked]));
}

async function apply(tx: Tx, event: SupplierEvent, locked: LockedOrder | undefined, cause: Cause): Promise<void> {
  if (event.type === 'staff.acted') return recordStaffAct(tx, event);
  if (event.type === 'catalogue.synced') {
    await applyCatalogue(tx, event);
    return;
  }
  // An order that a restored backup no longer has: nothing is left to tell.
  if (!locked) return;
  switch (event.type) {
    case 'push.accepted':
      return takeAcceptance(tx, locked.order, event, cause);
    case 'push.refused':
      return refusePush(tx, locked.order, event, cause);
    case 'cancel.accepted':
      return noteCancelTaken(tx, locked.order, event, cause);
    case 'cancel.refused':
      return refuseCancel(tx, locked.order, event, cause);
    case 'logistics.found':
      return saveParcels(tx, locked, event.data.items, cause);
    case 'images.found':
      await saveDeliveryImages(tx, locked.order, event.data.urls, cause);
  }
}

/** The platform took the push; its confirmation comes by callback and may have come already, or lies in the answer. */
function takeAcceptance(tx: Tx, order: MovedOrder, { data }: EventOf<'push.accepted'>, cause: Cause): void {
  const { round, retailOrderNo, confirmation } = data;
  if (round !== order.haierRound) return;
  if (retailOrderNo && !order.haierOrderNo) {
    order.haierOrderNo = retailOrderNo;
    // `haierOrderNo` is what a rebuild reads (read-history.ts).
    recordAmendment(
      tx,
      order,
      {
        what: 'haier_number',
        fact: 'haier_number_learned',
        note: asWritten(retailOrderNo),
        detail: { haierOrderNo: retailOrderNo, round },
      },
      cause,
    );
  }
  if (confirmation && order.haierStatus === 'push_pending')
    moveHaier(tx, order, 'order_confirmed', { ...cause, note: { zh: confirmation.detail, en: confirmation.detailEn } });
}

async function refusePush(tx: Tx, order: MovedOrder, { data }: EventOf<'push.refused'>, cause: Cause): Promise<void> {
  if (data.round !== order.haierRound || order.haierStatus !== 'push_pending') return;
  const said = { zh: data.detail, en: data.detailEn };
  moveHaier(tx, order, 'push_refused', { ...cause, note: said });
  order.haierFailMessage = data.detail;
  await raiseException(tx, {
    kind: 'push_failed',
    order,
    dedupKey: `push_failed:${order.id}:${order.haierRound}`,
    detail: { zh: `推送失败：${said.zh}`, en: `The push failed: ${said.en}` },
    at: cause.at,
  });
}

function noteCancelTaken(
  tx: Tx,
  { orderNumber, haierRound }: LockedOrder['order'],
  { data }: EventOf<'cancel.accepted'>,
  { by, at }: Cause,
): void {
  if (data.round !== haierRound) return;
  tx.audit.push({
    at,
    actor: by,
    action: 'haier_cancel_accepted',
    resource_type: 'order',
    resource_id: orderNumber,
    detail: { orderNumber, round: haierRound },
  });
}

async function refuseCancel(
  tx: Tx,
  order: MovedOrder,
  { data }: EventOf<'cancel.refused'>,
  cause: Cause,
): Promise<void> {
  if (data.round !== order.haierRound || order.haierStatus !== 'cancel_pending') return;
  const said = { zh: data.detail, en: data.detailEn };
  moveHaier(tx, order, 'cancel_refused', { ...cause, note: said });
  order.haierFailMessage = data.detail;
  await raiseException(tx, {
    kind: 'cancel_refused',
    order,
    dedupKey: `cancel_refused:${order.id}:${order.haierRound}`,
    detail: {
      zh: `取消未能提交给海尔：${said.zh}`,
      en: `The cancellation could not be passed on to Haier: ${said.en}`,
    },
    at: cause.at,
  });
}

/** What a person did in integrations stands in the same chain as everything else (R130, R153). */
function recordStaffAct(tx: Tx, { time, data }: EventOf<'staff.acted'>): void {
  const { actor, action, resourceType, resourceId, detail } = data;
  tx.audit.push({
    at: new Date(time),
    actor,
    action,
    resource_type: resourceType,
    resource_id: resourceId,
    detail,
  });
}
