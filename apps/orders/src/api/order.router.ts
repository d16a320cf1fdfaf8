import { orderApi } from '@orderbridge/contracts/orders-api';
import { tracked, type TRPCRouterRecord } from '@trpc/server';
import { getOrder } from '../orders/get-order.ts';
import { listOrders } from '../orders/list-orders.ts';
import { placeOrder } from '../orders/place-order.ts';
import { staff } from './trpc.ts';
import { whileAllowed } from './while-allowed.ts';

export const orderRouter = {
  place: staff('orders.place')
    .input(orderApi.place.input)
    .output(orderApi.place.output)
    .mutation(({ ctx, input }) =>
      placeOrder(
        { ...ctx, paymentTimeoutMs: ctx.config.paymentTimeoutMs, permissions: ctx.principal.permissions },
        input,
      ),
    ),
  get: staff('orders.view')
    .input(orderApi.get.input)
    .output(orderApi.get.output)
    .query(({ ctx, input }) =>
      getOrder(ctx.orm.em.fork(), input.orderNumber, { now: ctx.now(), permissions: ctx.principal.permissions }),
    ),
  list: staff('orders.view')
    .input(orderApi.list.input)
    .output(orderApi.list.output)
    .query(({ ctx, input }) => listOrders(ctx.orm.em.fork(), input)),
  changes: staff('orders.view')
    .input(orderApi.changes.input)
    .subscription(async function* ({ ctx, input, signal }) {
      const changes = whileAllowed(ctx, 'orders.view', signal, (until) => ctx.feed.after(input.lastEventId, until));
      for await (const { position, change } of changes) yield tracked(String(position), change);
    }),
} satisfies TRPCRouterRecord;
