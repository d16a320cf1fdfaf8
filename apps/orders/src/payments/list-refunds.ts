import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { refundApi, RefundView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Order } from '../orders/order.entity.ts';
import { pageOfMoney } from './page-of-money.ts';
import { Payment } from './payment.entity.ts';
import { readAskers } from './read-askers.ts';
import { AWAITS_APPROVAL_SQL } from './refund-rules.ts';
import { Refund } from './refund.entity.ts';
import { refundView } from './refund-view.ts';

const AWAITS_APPROVAL = { sql: AWAITS_APPROVAL_SQL, params: [] };

/**
 * A page of refunds as `by` sees them, newest first unless told otherwise.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listRefunds(
  em: SqlEntityManager,
  { toApprove, ...filter }: z.output<typeof refundApi.list.input>,
  by: string,
): Promise<{ items: RefundView[]; nextCursor: string | null }> {
  const page = await pageOfMoney(em, 'refunds', filter, toApprove ? [AWAITS_APPROVAL] : []);
  const refunds = new Map((await em.find(Refund, { id: { $in: page.items } })).map((entry) => [entry.id, entry]));
  const shown = page.items.map((id) => refunds.get(id)!);
  const payments = new Map(
    (await em.find(Payment, { id: { $in: shown.map(({ paymentId }) => paymentId) } })).map((payment) => [
      payment.id,
      payment,
    ]),
  );
  const orders = new Map(
    (await em.find(Order, { id: { $in: shown.map(({ orderId }) => orderId) } }, { fields: ['id', 'orderNumber'] })).map(
      (order) => [order.id, order.orderNumber],
    ),
  );
  const viewer = { by, askersOf: await readAskers(em, shown) };
  return {
    items: shown.map((refund) =>
      refundView(refund, orders.get(refund.orderId)!, payments.get(refund.paymentId), viewer),
    ),
    nextCursor: page.nextCursor,
  };
}
