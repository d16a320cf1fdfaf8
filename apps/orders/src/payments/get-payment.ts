import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PaymentSheet } from '@orderbridge/contracts/orders-api';
import { NotFound } from '../errors.ts';
import { Order } from '../orders/order.entity.ts';
import { readTimeline } from '../orders/read-timeline.ts';
import { Payment } from './payment.entity.ts';
import { paymentView } from './payment-view.ts';
import { readAskers } from './read-askers.ts';
import { Refund } from './refund.entity.ts';
import { refundView } from './refund-view.ts';

/** A payment with its moves and its refunds, as `by` sees them. @throws NotFound */
export async function getPayment(em: SqlEntityManager, { id }: { id: string }, by: string): Promise<PaymentSheet> {
  const payment = await em.findOne(Payment, { publicId: id });
  if (!payment) throw paymentNotFound();
  const order = await em.findOneOrFail(Order, payment.orderId);
  const refunds = await em.find(Refund, { paymentId: payment.id }, { orderBy: { id: 'asc' } });
  const viewer = { by, askersOf: await readAskers(em, refunds) };
  return {
    ...paymentView(payment, order.orderNumber),
    history: await readTimeline(em, order, id),
    refunds: refunds.map((refund) => refundView(refund, order.orderNumber, payment, viewer, order)),
  };
}

export const paymentNotFound = () => new NotFound('支付不存在', 'There is no such payment');
