import type { FilterQuery } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { refundApi, RefundView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Order } from '../orders/order.entity.ts';
import { idOfCursor, pageOf } from '../paging.ts';
import { Payment } from './payment.entity.ts';
import { Refund } from './refund.entity.ts';
import { refundView } from './refund-view.ts';

type Filter = z.output<typeof refundApi.list.input>;

/** A page of refunds, newest first, by keyset. */
export async function listRefunds(
  em: SqlEntityManager,
  filter: Filter,
): Promise<{ items: RefundView[]; nextCursor: string | null }> {
  const of = filter.orderNumber
    ? await em.findOne(Order, { orderNumber: filter.orderNumber }, { fields: ['id'] })
    : undefined;
  if (of === null) return { items: [], nextCursor: null };
  const refunds = await em.find(Refund, conditions(filter, of?.id), {
    orderBy: { id: 'desc' },
    limit: filter.limit + 1,
  });
  const payments = new Map(
    (await em.find(Payment, { id: { $in: refunds.map(({ paymentId }) => paymentId) } })).map((payment) => [
      payment.id,
      payment,
    ]),
  );
  const orders = new Map(
    (
      await em.find(Order, { id: { $in: refunds.map(({ orderId }) => orderId) } }, { fields: ['id', 'orderNumber'] })
    ).map((order) => [order.id, order.orderNumber]),
  );
  return pageOf(refunds, filter.limit, (refund) =>
    refundView(refund, orders.get(refund.orderId)!, payments.get(refund.paymentId)),
  );
}

const conditions = (
  { status, toApprove, createdFrom, createdTo, cursor }: Filter,
  orderId: number | undefined,
): FilterQuery<Refund> => ({
  ...(orderId !== undefined && { orderId }),
  ...(status && { status: { $in: [status].flat() } }),
  ...(toApprove && {
    approvalNeeded: true,
    approvedAt: null,
    withdrawnAt: null,
    $and: [{ status: { $ne: 'succeeded' } }],
  }),
  ...((createdFrom || createdTo) && {
    createdAt: {
      ...(createdFrom && { $gte: new Date(createdFrom) }),
      ...(createdTo && { $lt: new Date(createdTo) }),
    },
  }),
  ...(cursor && { id: { $lt: Number(idOfCursor(cursor)) } }),
});
