import type { MikroORM } from '@mikro-orm/postgresql';
import { orderNotFound } from './get-order.ts';
import { MOVED_COLUMNS, type MovedOrder, movedOrder, type MovedOrderRow } from './moved-order.ts';

/**
 * An order as moves see it, without a lock: for a look before somebody is asked over the network.
 * @throws NotFound
 */
export async function findMoved(orm: MikroORM, orderNumber: string): Promise<MovedOrder> {
  const [row] = await orm.em
    .fork()
    .execute<MovedOrderRow[]>(`select ${MOVED_COLUMNS} from orders where order_number = ?`, [orderNumber]);
  if (!row) throw orderNotFound(orderNumber);
  return movedOrder(row);
}
