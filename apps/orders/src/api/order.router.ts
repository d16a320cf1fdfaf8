import { orderApi } from '@orderbridge/contracts/orders-api';
import { tracked, type TRPCRouterRecord } from '@trpc/server';
import { addNote } from '../orders/add-note.ts';
import { adjustPrice } from '../orders/adjust-price.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { completeOrder } from '../orders/complete-order.ts';
import { getOrder } from '../orders/get-order.ts';
import { listOrders } from '../orders/list-orders.ts';
import { placeOrder } from '../orders/place-order.ts';
import { preflightMany } from '../orders/preflight-many.ts';
import { preflightOrder } from '../orders/preflight-order.ts';
import { pushMany } from '../orders/push-many.ts';
import { pushOrder } from '../orders/push-order.ts';
import { queryDeliveryImages } from '../orders/query-delivery-images.ts';
import { queryLogistics } from '../orders/query-logistics.ts';
import { recordInvoice } from '../orders/record-invoice.ts';
import { rebuildOrder } from '../orders/rebuild-order.ts';
import { rescheduleOrder } from '../orders/reschedule-order.ts';
import { revealOrder } from '../orders/reveal-order.ts';
import { shipOrder } from '../orders/ship-order.ts';
import { requestRefund } from '../payments/request-refund.ts';
import { withdrawRefund } from '../payments/withdraw-refund.ts';
import type { OrdersConfig } from '../config.ts';
import type { Principal } from '../staff/principal.ts';
import { requireFresh } from '../staff/require-fresh.ts';
import { fresh, staff } from './trpc.ts';
import { whileAllowed } from './while-allowed.ts';

/** The request's context as verbs take it: who acts, and with which permissions. */
const actorIn = <Context extends { principal: Principal; config: Pick<OrdersConfig, 'payments'> }>(ctx: Context) => ({
  ...ctx,
  permissions: ctx.principal.permissions,
  twoPersonFromFen: ctx.config.payments.twoPersonFromFen,
});

/** The same for verbs that wait for the platform. */
const waiterIn = <Context extends { principal: Principal; config: Pick<OrdersConfig, 'haierWaitMs' | 'payments'> }>(
  ctx: Context,
) => ({
  ...actorIn(ctx),
  haierWaitMs: ctx.config.haierWaitMs,
});

export const orderRouter = {
  place: staff('orders.place')
    .input(orderApi.place.input)
    .output(orderApi.place.output)
    .mutation(({ ctx, input }) =>
      placeOrder(
        {
          ...actorIn(ctx),
          paymentTimeoutMs: ctx.config.paymentTimeoutMs,
          haierStockCheck: ctx.config.haierStockCheck,
        },
        input,
      ),
    ),
  get: staff('orders.view')
    .input(orderApi.get.input)
    .output(orderApi.get.output)
    .query(({ ctx, input }) => getOrder(ctx.orm.em.fork(), input.orderNumber, { ...actorIn(ctx), now: ctx.now() })),
  list: staff('orders.view')
    .input(orderApi.list.input)
    .output(orderApi.list.output)
    .query(({ ctx, input }) => listOrders(ctx.orm.em.fork(), input)),
  preflight: staff('orders.push')
    .input(orderApi.preflight.input)
    .output(orderApi.preflight.output)
    .query(({ ctx, input }) => preflightOrder(ctx, input)),
  preflightMany: staff('orders.push')
    .input(orderApi.preflightMany.input)
    .output(orderApi.preflightMany.output)
    .query(({ ctx, input }) => preflightMany(ctx, input)),
  push: staff('orders.push')
    .input(orderApi.push.input)
    .output(orderApi.push.output)
    .mutation(({ ctx, input }) => pushOrder(waiterIn(ctx), input)),
  pushMany: staff('orders.push')
    .input(orderApi.pushMany.input)
    .output(orderApi.pushMany.output)
    .mutation(({ ctx, input }) => pushMany(actorIn(ctx), input)),
  logistics: staff('orders.ship')
    .input(orderApi.logistics.input)
    .output(orderApi.logistics.output)
    .mutation(({ ctx, input }) => queryLogistics(actorIn(ctx), input)),
  deliveryImages: staff('orders.ship')
    .input(orderApi.deliveryImages.input)
    .output(orderApi.deliveryImages.output)
    .mutation(({ ctx, input }) => queryDeliveryImages(actorIn(ctx), input)),
  ship: staff('orders.ship')
    .input(orderApi.ship.input)
    .output(orderApi.ship.output)
    .mutation(({ ctx, input }) => shipOrder(actorIn(ctx), input)),
  complete: staff('orders.complete', 'orders.completeOwn')
    .input(orderApi.complete.input)
    .output(orderApi.complete.output)
    .mutation(({ ctx, input }) => completeOrder(actorIn(ctx), input)),
  cancel: staff('orders.cancel', 'orders.cancelOwn')
    .input(orderApi.cancel.input)
    .output(orderApi.cancel.output)
    .mutation(({ ctx, input }) => cancelOrder({ ...waiterIn(ctx), requireFresh: () => requireFresh(ctx) }, input)),
  requestRefund: fresh('refunds.request')
    .input(orderApi.requestRefund.input)
    .output(orderApi.requestRefund.output)
    .mutation(({ ctx, input }) => requestRefund(actorIn(ctx), input)),
  withdrawRefund: staff('refunds.request')
    .input(orderApi.withdrawRefund.input)
    .output(orderApi.withdrawRefund.output)
    .mutation(({ ctx, input }) => withdrawRefund(actorIn(ctx), input)),
  adjustPrice: staff('orders.adjustPrice')
    .input(orderApi.adjustPrice.input)
    .output(orderApi.adjustPrice.output)
    .mutation(({ ctx, input }) => adjustPrice(actorIn(ctx), input)),
  reschedule: staff('orders.reschedule')
    .input(orderApi.reschedule.input)
    .output(orderApi.reschedule.output)
    .mutation(({ ctx, input }) => rescheduleOrder(actorIn(ctx), input)),
  addNote: staff('orders.note')
    .input(orderApi.addNote.input)
    .output(orderApi.addNote.output)
    .mutation(({ ctx, input }) => addNote(actorIn(ctx), input)),
  recordInvoice: staff('orders.invoice')
    .input(orderApi.recordInvoice.input)
    .output(orderApi.recordInvoice.output)
    .mutation(({ ctx, input }) => recordInvoice(actorIn(ctx), input)),
  reveal: fresh('orders.reveal')
    .input(orderApi.reveal.input)
    .output(orderApi.reveal.output)
    .mutation(({ ctx, input }) => revealOrder(ctx, input)),
  rebuild: staff('orders.rebuild')
    .input(orderApi.rebuild.input)
    .output(orderApi.rebuild.output)
    .query(({ ctx, input }) => rebuildOrder(ctx, input)),
  changes: staff('orders.view')
    .input(orderApi.changes.input)
    .subscription(async function* ({ ctx, input, signal }) {
      const changes = whileAllowed(ctx, 'orders.view', signal, (until) => ctx.feed.after(input.lastEventId, until));
      for await (const { position, change } of changes) yield tracked(String(position), change);
    }),
} satisfies TRPCRouterRecord;
