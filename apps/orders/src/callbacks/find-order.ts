import { loadWhole, type LockedOrder, lockOrders } from '../orders/lock-orders.ts';
import type { MovedOrder } from '../orders/moved-order.ts';
import type { Payment } from '../payments/payment.entity.ts';
import type { Tx } from '../transaction.ts';
import { needsWholeOrder } from './apply-haier-notice.ts';
import type { CallbackReading } from './read-callback.ts';

/** Locked orders by every key a callback may name them with. */
export type NamedOrders = {
  readonly byNumber: ReadonlyMap<string, LockedOrder>;
  readonly all: readonly LockedOrder[];
  readonly byPaymentId: ReadonlyMap<string, LockedOrder>;
};
/** The order, and for payments the payment, that one callback is about. */
export type FoundOrder = {
  readonly locked: LockedOrder | undefined;
  readonly payment: Payment | undefined;
  readonly ambiguous: boolean;
};

/** Locks every order that the batch names, by id, with one query; loads the rest only for those that need it. */
export async function lockNamedOrders(tx: Tx, readings: readonly CallbackReading[]): Promise<NamedOrders> {
  const numbers = new Set<string>();
  const haierNos = new Set<string>();
  const paymentIds = new Set<string>();
  for (const { kind, meaning } of readings) {
    if (!meaning.ok) continue;
    if (kind === 'haier') {
      const notice = meaning.notice;
      numbers.add(notice.platformOrderNo);
      if (notice.extOrderNo) haierNos.add(notice.extOrderNo);
    } else {
      const notice = meaning.notice;
      if (notice.paymentId) paymentIds.add(notice.paymentId);
      else if (notice.orderNumber) numbers.add(notice.orderNumber);
    }
  }
  const uuids = [...paymentIds].filter((id) => UUID.test(id));
  const ordersOfPayments =
    uuids.length === 0
      ? []
      : await tx.em.execute<{ public_id: string; order_id: string }[]>(
          `select public_id, order_id from payments where public_id in (?)`,
          [uuids],
        );
  const orders = await lockOrders(tx, {
    numbers: [...numbers],
    haierOrderNos: [...haierNos],
    ids: ordersOfPayments.map((row) => Number(row.order_id)),
  });
  const whole = await loadWhole(tx, ordersToLoadWhole(orders, readings, ordersOfPayments));
  const all = orders.map(
    (order): LockedOrder => whole.get(order.id) ?? { order, lines: [], payments: [], refunds: [] },
  );
  const byId = new Map(all.map((locked) => [locked.order.id, locked]));
  return {
    byNumber: new Map(all.map((locked) => [locked.order.orderNumber, locked])),
    all,
    byPaymentId: new Map(
      ordersOfPayments.flatMap((row) =>
        byId.has(Number(row.order_id)) ? [[row.public_id, byId.get(Number(row.order_id))!] as const] : [],
      ),
    ),
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function ordersToLoadWhole(
  orders: readonly MovedOrder[],
  readings: readonly CallbackReading[],
  ordersOfPayments: readonly { order_id: string }[],
): MovedOrder[] {
  const ids = new Set(ordersOfPayments.map((row) => Number(row.order_id)));
  const keys = new Set<string>();
  for (const { kind, meaning } of readings) {
    if (!meaning.ok) continue;
    if (kind === 'payment') {
      keys.add(meaning.notice.orderNumber ?? '');
    } else {
      const notice = meaning.notice;
      if (needsWholeOrder(notice) || notice.items) keys.add(notice.platformOrderNo).add(notice.extOrderNo ?? '');
    }
  }
  return orders.filter(
    (order) =>
      ids.has(order.id) || keys.has(order.orderNumber) || (order.haierOrderNo ? keys.has(order.haierOrderNo) : false),
  );
}

/** Order number first, then a stored Haier order number (domain.md §2.5); the payment by id, else the newest of that method. */
export function findOrder({ kind, meaning, envelope }: CallbackReading, named: NamedOrders): FoundOrder {
  const nothing: FoundOrder = { locked: undefined, payment: undefined, ambiguous: false };
  if (!meaning.ok) return nothing;
  if (kind === 'haier') {
    const notice = meaning.notice;
    const byNumber = named.byNumber.get(notice.platformOrderNo);
    // Asked of the orders as they are now: a callback earlier in the batch may have given one its Haier number.
    const byHaierNo = notice.extOrderNo
      ? named.all.filter((locked) => locked.order.haierOrderNo === notice.extOrderNo)
      : [];
    if (byHaierNo.length > 1 || (byNumber && byHaierNo[0] && byNumber !== byHaierNo[0]))
      return { ...nothing, ambiguous: true };
    return { ...nothing, locked: byNumber ?? byHaierNo[0] };
  }
  const notice = meaning.notice;
  const locked = notice.paymentId
    ? named.byPaymentId.get(notice.paymentId)
    : named.byNumber.get(notice.orderNumber ?? '');
  if (!locked || (notice.orderNumber !== undefined && notice.orderNumber !== locked.order.orderNumber)) return nothing;
  const ofMethod = locked.payments.filter((payment) => payment.method === envelope.provider);
  const payment = notice.paymentId
    ? ofMethod.find((entry) => entry.publicId === notice.paymentId)
    : (ofMethod.find((entry) => notice.transactionId !== undefined && entry.transactionId === notice.transactionId) ??
      ofMethod.at(-1));
  return { locked: payment ? locked : undefined, payment, ambiguous: false };
}
