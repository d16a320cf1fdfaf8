import { type FilterQuery, LockMode } from '@mikro-orm/core';
import { Payment } from '../payments/payment.entity.ts';
import { Refund } from '../payments/refund.entity.ts';
import type { Tx } from '../transaction.ts';
import { MOVED_FIELDS, type MovedOrder, Order, OrderLine } from './order.entity.ts';
import { watchOrder } from './write-orders.ts';

/** An order whose row is locked until the transaction ends, with what its moves may touch. */
export type LockedOrder = {
  readonly order: MovedOrder;
  readonly lines: OrderLine[];
  readonly payments: Payment[];
  readonly refunds: Refund[];
};

/** Locks the orders that match, ordered by id so that two transactions cannot lock crosswise; what changes of them is written at the end. */
export async function lockOrders(tx: Tx, where: FilterQuery<Order>): Promise<MovedOrder[]> {
  const orders = await tx.em.find(Order, where, {
    orderBy: { id: 'asc' },
    lockMode: LockMode.PESSIMISTIC_WRITE,
    disableIdentityMap: true,
    fields: MOVED_FIELDS,
  });
  for (const order of orders) watchOrder(tx, order);
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
  const [order] = await lockOrders(tx, { orderNumber });
  return order && (await loadWhole(tx, [order])).get(order.id);
}
