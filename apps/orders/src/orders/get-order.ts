import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import type { Permission } from '@orderbridge/contracts/permissions';
import { NotFound } from '../errors.ts';
import { orderView } from './order-view.ts';
import { Order } from './order.entity.ts';

/** @throws NotFound */
export async function getOrder(
  em: SqlEntityManager,
  orderNumber: string,
  viewer: { now: Date; permissions: readonly Permission[] },
): Promise<OrderView> {
  const order = await em.findOne(Order, { orderNumber });
  if (!order) throw orderNotFound(orderNumber);
  return orderView(em, order, viewer);
}

export const orderNotFound = (orderNumber: string) =>
  new NotFound(`订单不存在：${orderNumber}`, `There is no order ${orderNumber}`);
