import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { serveCall } from '@orderbridge/service-kit/nats-calls';
import { listHaierCodes } from '../catalogue/list-haier-codes.ts';
import type { OrdersContext } from '../context.ts';
import { listForReconcile } from '../orders/list-for-reconcile.ts';
import { readPushOrders } from '../orders/read-push-orders.ts';
import { repairOrder } from '../orders/repair-order.ts';

/** Answers what integrations asks of orders; each question goes to one instance. */
export function serveInternalCalls(context: OrdersContext): { stop: () => Promise<void> } {
  const { orm, log, js } = context;
  const { connection } = js;
  const group = { queueGroup: 'orders', log };
  const served = [
    serveCall(
      connection,
      internalCalls.pushOrder,
      group,
      async ({ orderNumber }) => (await readPushOrders(orm.em.fork(), [orderNumber])).get(orderNumber) ?? null,
    ),
    serveCall(connection, internalCalls.productCodes, group, (asked) => listHaierCodes(orm.em.fork(), asked)),
    serveCall(connection, internalCalls.reconcileOrders, group, (asked) => listForReconcile(orm.em.fork(), asked)),
    serveCall(connection, internalCalls.repair, group, ({ by, ...wanted }) =>
      repairOrder({ ...context, by, twoPersonFromFen: context.config.payments.twoPersonFromFen }, wanted),
    ),
  ];
  return {
    stop: async () => {
      await Promise.all(served.map(({ stop }) => stop()));
    },
  };
}
