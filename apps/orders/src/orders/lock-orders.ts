import { LockMode } from '@mikro-orm/core';
import { Payment } from '../payments/payment.entity.ts';
import { Refund } from '../payments/refund.entity.ts';
import type { Tx } from '../transaction.ts';
import { OrderLine } from './order.entity.ts';
import { MOVED_COLUMNS, type MovedOrder, movedOrder, type MovedOrderRow } from './moved-order.ts';
import { watchOrder } from './write-orders.ts';

/** An order whose row is locked until the transaction ends, with what its moves may touch. */
export type LockedOrder = {
  readonly order: MovedOrder;
  readonly lines: OrderLine[];
  readonly payments: Payment[];
  readonly refunds: Refund[];
};

/** Keys that name orders; an order that any of them names is meant. */
export type OrderKeys = {
  readonly numbers?: readonly string[];
  readonly haierOrderNos?: readonly string[];
  readonly ids?: readonly number[];
};

/**
 * Locks the orders that these keys name, ordered by id so that two transactions cannot lock crosswise; what changes of
 * them is written at the end. Read by hand, because building this query through the ORM costs a batch more than the
 * database takes for it.
 */
export async function lockOrders(
  tx: Tx,
  { numbers = [], haierOrderNos = [], ids = [] }: OrderKeys,
): Promise<MovedOrder[]> {
  const named = [
    ['order_number', numbers],
    ['haier_order_no', haierOrderNos],
    ['id', ids],
  ].filter(([, keys]) => keys!.length > 0);
  if (named.length === 0) return [];
  const rows = await tx.em.execute<MovedOrderRow[]>(
    `select ${MOVED_COLUMNS} from orders where ${named.map(([column]) => `${String(column)} in (?)`).join(' or ')} order by id for update`,
    named.map(([, keys]) => keys),
  );
  const orders = rows.map(movedOrder);
  for (const order of orders) watchOrder(tx.watched, order);
  return orders;
}

/** Lines, payments and refunds of these orders; payments are locked too, always after the orders. */
export async function loadWhole({ em }: Tx, orders: readonly MovedOrder[]): Promise<Map<number, LockedOrder>> {
  const whole = new Map(
    orders.map((order): [number, LockedOrder] => [order.id, { order, lines: [], payments: [], refunds: [] }]),
  );
  if (whole.size === 0) return whole;
  const ofThese = { orderId: { $in: [...whole.keys()] } };
  const byId = { orderBy: { id: 'asc' } } as const;
  // One connection, one query at a time; payments ordered by id so that two transactions cannot lock crosswise.
  for (const payment of await em.find(Payment, ofThese, { ...byId, lockMode: LockMode.PESSIMISTIC_WRITE }))
    whole.get(payment.orderId)?.payments.push(payment);
  for (const line of await em.find(OrderLine, ofThese, byId)) whole.get(line.orderId)?.lines.push(line);
  for (const refund of await em.find(Refund, ofThese, byId)) whole.get(refund.orderId)?.refunds.push(refund);
  return whole;
}

/** Locks one order by its number, with everything that belongs to it; undefined when there is none. */
export async function lockOrder(tx: Tx, orderNumber: string): Promise<LockedOrder | undefined> {
  const [order] = await lockOrders(tx, { numbers: [orderNumber] });
  return order && (await loadWhole(tx, [order])).get(order.id);
}
