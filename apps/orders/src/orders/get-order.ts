import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { NotFound } from '../errors.ts';
import { type OrderViewer, orderView } from './order-view.ts';
import { Order } from './order.entity.ts';

/** @throws NotFound */
export async function getOrder(em: SqlEntityManager, orderNumber: string, viewer: OrderViewer): Promise<OrderView> {
  const order = await em.findOne(Order, { orderNumber });
  if (!order) throw orderNotFound(orderNumber);
  return orderView(em, order, viewer);
}

export const orderNotFound = (orderNumber: string) =>
  new NotFound(`订单不存在：${orderNumber}`, `There is no order ${orderNumber}`);
