import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { paymentApi, PaymentView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { idOfCursor, pageOf } from '../paging.ts';
import { Order } from '../orders/order.entity.ts';
import { Payment } from './payment.entity.ts';
import { paymentView } from './payment-view.ts';

/** A page of payments, newest first. */
export async function listPayments(
  em: SqlEntityManager,
  { orderNumber, status, method, createdFrom, createdTo, cursor, limit }: z.output<typeof paymentApi.list.input>,
): Promise<{ items: PaymentView[]; nextCursor: string | null }> {
  const order = orderNumber ? await em.findOne(Order, { orderNumber }, { fields: ['id'] }) : undefined;
  if (order === null) return { items: [], nextCursor: null };
  const payments = await em.find(
    Payment,
    {
      ...(order && { orderId: order.id }),
      ...(status && { status: { $in: [status].flat() } }),
      ...(method && { method: { $in: [method].flat() } }),
      ...((createdFrom || createdTo) && {
        createdAt: {
          ...(createdFrom && { $gte: new Date(createdFrom) }),
          ...(createdTo && { $lt: new Date(createdTo) }),
        },
      }),
      ...(cursor && { id: { $lt: Number(idOfCursor(cursor)) } }),
    },
    { orderBy: { id: 'desc' }, limit: limit + 1 },
  );
  const orders = await em.find(
    Order,
    { id: { $in: payments.map((payment) => payment.orderId) } },
    { fields: ['id', 'orderNumber'] },
  );
  const numbers = new Map(orders.map(({ id, orderNumber: number }) => [id, number]));
  return pageOf(payments, limit, (payment) => paymentView(payment, numbers.get(payment.orderId)!));
}
