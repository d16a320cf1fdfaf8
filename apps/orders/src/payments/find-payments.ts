import type { FilterQuery } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { PaymentOrder } from './providers/provider.ts';
import { Payment } from './payment.entity.ts';

/** A payment as it was when it was read, without a lock, with the number of its order. */
export type FoundPayment = { readonly payment: Payment; readonly orderNumber: string };

/** Finds payments to talk about with their providers, by id. */
export async function findPayments(em: SqlEntityManager, where: FilterQuery<Payment>): Promise<FoundPayment[]> {
  const payments = await em.find(Payment, where, { orderBy: { id: 'asc' } });
  if (payments.length === 0) return [];
  const rows = await em.execute<{ id: string; order_number: string }[]>(
    `select id, order_number from orders where id in (?)`,
    [payments.map((payment) => payment.orderId)],
  );
  const numbers = new Map(rows.map((row) => [Number(row.id), row.order_number]));
  return payments.map((payment) => ({ payment, orderNumber: numbers.get(payment.orderId)! }));
}

/** A payment as its provider knows it. */
export const paymentOrder = ({ payment, orderNumber }: FoundPayment): PaymentOrder => ({
  providerOrderNo: payment.providerOrderNo,
  paymentId: payment.publicId,
  orderNumber,
  amountFen: payment.amountFen,
  description: `订单 ${orderNumber}`,
  expiresAt: payment.expiresAt,
  payerOpenId: payment.payerOpenId ?? undefined,
});
