import { orderNumberOfRefund, type PaymentNotice, type RefundNotice } from '@orderbridge/contracts/payment-callback';
import { loadWhole, type LockedOrder, lockOrders } from '../orders/lock-orders.ts';
import type { MovedOrder } from '../orders/moved-order.ts';
import { isOpen } from '../payments/ask-schedule.ts';
import type { Payment } from '../payments/payment.entity.ts';
import type { Refund } from '../payments/refund.entity.ts';
import type { Tx } from '../transaction.ts';
import { needsWholeOrder } from './apply-haier-notice.ts';
import type { CallbackReading } from './read-callback.ts';

/** Locked orders by every key a callback may name them with. */
export type NamedOrders = {
  readonly byNumber: ReadonlyMap<string, LockedOrder>;
  readonly all: readonly LockedOrder[];
  readonly byPaymentId: ReadonlyMap<string, LockedOrder>;
};
/** The order, and for news of money the payment or the refund, that one callback is about. */
export type FoundOrder = {
  readonly locked: LockedOrder | undefined;
  readonly payment: Payment | undefined;
  readonly refund: Refund | undefined;
  /** Two numbers in a Haier callback name two orders. */
  readonly ambiguous: boolean;
  /** The numbers in news of money belong to different payments or orders. */
  readonly mismatched: boolean;
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
    } else if (kind === 'refund') {
      const orderNumber = orderNumberOfRefund(meaning.notice.refundNo);
      if (orderNumber) numbers.add(orderNumber);
    } else {
      const notice = meaning.notice;
      if (isFoundById(notice)) paymentIds.add(notice.paymentId);
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
    } else if (kind === 'refund') {
      keys.add(orderNumberOfRefund(meaning.notice.refundNo) ?? '');
    } else {
      const notice = meaning.notice;
      if (needsWholeOrder(notice) || notice.items) keys.add(notice.platformOrderNo).add(notice.extOrderNo ?? '');
    }
  }
  // One callback of the batch may give an order the Haier number by which a later one finds it.
  for (const { kind, meaning } of readings)
    if (kind === 'haier' && meaning.ok && meaning.notice.extOrderNo && keys.has(meaning.notice.extOrderNo))
      keys.add(meaning.notice.platformOrderNo);
  return orders.filter(
    (order) =>
      ids.has(order.id) || keys.has(order.orderNumber) || (order.haierOrderNo ? keys.has(order.haierOrderNo) : false),
  );
}

/** Our number of a payment at its provider carries the order's number; without one the payment's id is looked up. */
const isFoundById = (notice: PaymentNotice): notice is PaymentNotice & { paymentId: string } =>
  notice.providerOrderNo === undefined && notice.paymentId !== undefined;

/** Finds what a callback is about among the locked orders. */
export function findOrder({ kind, meaning, envelope }: CallbackReading, named: NamedOrders): FoundOrder {
  if (!meaning.ok) return NOTHING;
  if (kind === 'payment') return findPayment(meaning.notice, envelope.provider, named);
  if (kind === 'refund') return findRefund(meaning.notice, envelope.provider, named);

  // Order number first, then a stored Haier order number (domain.md §2.5).
  const notice = meaning.notice;
  const byNumber = named.byNumber.get(notice.platformOrderNo);
  // Asked of the orders as they are now: a callback earlier in the batch may have given one its Haier number.
  const byHaierNo = notice.extOrderNo
    ? named.all.filter((locked) => locked.order.haierOrderNo === notice.extOrderNo)
    : [];
  if (byHaierNo.length > 1 || (byNumber && byHaierNo[0] && byNumber !== byHaierNo[0]))
    return { ...NOTHING, ambiguous: true };
  return { ...NOTHING, locked: byNumber ?? byHaierNo[0] };
}

const NOTHING: FoundOrder = {
  locked: undefined,
  payment: undefined,
  refund: undefined,
  ambiguous: false,
  mismatched: false,
};

/**
 * By our number of it at the provider, by its id, or else, by the order's number alone: the one with that transaction,
 * the newest that is open, the newest. Numbers that contradict each other name nothing.
 */
function findPayment(notice: PaymentNotice, provider: string, named: NamedOrders): FoundOrder {
  const { paymentId, providerOrderNo, orderNumber, transactionId } = notice;
  const locked = isFoundById(notice) ? named.byPaymentId.get(notice.paymentId) : named.byNumber.get(orderNumber ?? '');
  if (!locked) return NOTHING;
  if (orderNumber !== undefined && orderNumber !== locked.order.orderNumber)
    return { ...NOTHING, locked, mismatched: true };

  const ofMethod = locked.payments.filter((payment) => payment.method === provider);
  const payment =
    providerOrderNo !== undefined
      ? ofMethod.find((entry) => entry.providerOrderNo === providerOrderNo)
      : paymentId !== undefined
        ? ofMethod.find((entry) => entry.publicId === paymentId)
        : (ofMethod.find((entry) => transactionId !== undefined && entry.transactionId === transactionId) ??
          ofMethod.findLast(isOpen) ??
          ofMethod.at(-1));
  if (!payment) return NOTHING;
  if (paymentId !== undefined && payment.publicId !== paymentId) return { ...NOTHING, locked, mismatched: true };
  return { ...NOTHING, locked, payment };
}

/** By our number of the refund, which has to be one of a payment by that provider, and by the number of that payment. */
function findRefund({ refundNo, outTradeNo }: RefundNotice, provider: string, named: NamedOrders): FoundOrder {
  const locked = named.byNumber.get(orderNumberOfRefund(refundNo) ?? '');
  const refund = locked?.refunds.find((entry) => entry.refundNo === refundNo);
  const payment = locked?.payments.find((entry) => entry.id === refund?.paymentId);
  if (!locked || !refund || payment?.method !== provider) return NOTHING;
  const isOther =
    outTradeNo !== undefined && outTradeNo !== payment.providerOrderNo && outTradeNo !== locked.order.orderNumber;
  return isOther ? { ...NOTHING, locked, mismatched: true } : { ...NOTHING, locked, refund };
}
