import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { paymentApi, PaymentView } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { Order } from '../orders/order.entity.ts';
import { pageOfMoney } from './page-of-money.ts';
import { Payment } from './payment.entity.ts';
import { paymentView } from './payment-view.ts';

/**
 * A page of payments, newest first unless told otherwise.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listPayments(
  em: SqlEntityManager,
  { method, ...filter }: z.output<typeof paymentApi.list.input>,
): Promise<{ items: PaymentView[]; nextCursor: string | null }> {
  const page = await pageOfMoney(
    em,
    'payments',
    filter,
    method ? [{ sql: `method in (?)`, params: [[method].flat()] }] : [],
  );
  const payments = new Map((await em.find(Payment, { id: { $in: page.items } })).map((entry) => [entry.id, entry]));
  const shown = page.items.map((id) => payments.get(id)!);
  const orders = await em.find(
    Order,
    { id: { $in: shown.map(({ orderId }) => orderId) } },
    { fields: ['id', 'orderNumber'] },
  );
  const numbers = new Map(orders.map(({ id, orderNumber }) => [id, orderNumber]));
  return {
    items: shown.map((payment) => paymentView(payment, numbers.get(payment.orderId)!)),
    nextCursor: page.nextCursor,
  };
}
