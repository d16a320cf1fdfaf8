import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { callbackRouter } from './callback.router.ts';
import { orderRouter } from './order.router.ts';
import { overviewRouter } from './overview.router.ts';
import { paymentRouter } from './payment.router.ts';
import { sessionRouter } from './session.router.ts';
import { refundRouter } from './refund.router.ts';
import { exceptionRouter } from './exception.router.ts';
import { productRouter } from './product.router.ts';
import { inventoryRouter } from './inventory.router.ts';
import { auditRouter } from './audit.router.ts';
import { staffRouter } from './staff.router.ts';
import { systemRouter } from './system.router.ts';
import { tokenRouter } from './token.router.ts';
import { t } from './trpc.ts';
import { viewRouter } from './view.router.ts';

/** The whole API; a procedure that drifts from the contract does not compile. */
export const ordersRouter = t.router({
  session: sessionRouter,
  view: viewRouter,
  order: orderRouter,
  payment: paymentRouter,
  callback: callbackRouter,
  refund: refundRouter,
  exception: exceptionRouter,
  product: productRouter,
  inventory: inventoryRouter,
  audit: auditRouter,
  staff: staffRouter,
  token: tokenRouter,
  overview: overviewRouter,
  system: systemRouter,
}) satisfies OrdersApi;
