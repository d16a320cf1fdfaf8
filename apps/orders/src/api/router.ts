import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { callbackRouter } from './callback.router.ts';
import { orderRouter } from './order.router.ts';
import { paymentRouter } from './payment.router.ts';
import { sessionRouter } from './session.router.ts';
import { t } from './trpc.ts';

/** The whole API; a procedure that drifts from the contract does not compile. */
export const ordersRouter = t.router({
  session: sessionRouter,
  order: orderRouter,
  payment: paymentRouter,
  callback: callbackRouter,
}) satisfies OrdersApi;
