import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { RefundSheet } from '@orderbridge/contracts/orders-api';
import { Order } from '../orders/order.entity.ts';
import { readTimeline } from '../orders/read-timeline.ts';
import { refundNotFound } from './lock-refund.ts';
import { Payment } from './payment.entity.ts';
import { readAskers } from './read-askers.ts';
import { Refund } from './refund.entity.ts';
import { refundView } from './refund-view.ts';

/** A refund with its moves, as `by` sees it. @throws NotFound */
export async function getRefund(em: SqlEntityManager, { id }: { id: string }, by: string): Promise<RefundSheet> {
  const refund = await em.findOne(Refund, { publicId: id });
  if (!refund) throw refundNotFound();
  const order = await em.findOneOrFail(Order, refund.orderId);
  const payment = await em.findOneOrFail(Payment, refund.paymentId);
  return {
    ...refundView(refund, order.orderNumber, payment, { by, askersOf: await readAskers(em, [refund]) }, order),
    history: await readTimeline(em, order, id),
  };
}
