import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { orderNotFound } from './get-order.ts';
import { MOVED_COLUMNS, type MovedOrder, movedOrder, type MovedOrderRow } from './moved-order.ts';

/**
 * An order as moves see it, without a lock: for a look before somebody is asked over the network.
 * @throws NotFound
 */
export async function findMoved(orm: MikroORM, orderNumber: string): Promise<MovedOrder> {
  const order = (await findManyMoved(orm.em.fork(), [orderNumber])).get(orderNumber);
  if (!order) throw orderNotFound(orderNumber);
  return order;
}

/** The same of many, by number; one that is not there is left out. */
export async function findManyMoved(
  em: SqlEntityManager,
  orderNumbers: readonly string[],
): Promise<ReadonlyMap<string, MovedOrder>> {
  const rows = await em.execute<MovedOrderRow[]>(`select ${MOVED_COLUMNS} from orders where order_number in (?)`, [
    orderNumbers,
  ]);
  return new Map(rows.map((row) => [row.order_number, movedOrder(row)]));
}
