import type { MikroORM } from '@mikro-orm/postgresql';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { Refused } from '../errors.ts';
import { orderNotFound } from '../orders/get-order.ts';
import { lockOrder } from '../orders/lock-orders.ts';
import { type Cause, recordEvent, transact } from '../transaction.ts';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { Payment } from './payment.entity.ts';
import { paymentView } from './payment-view.ts';

export type OpenPaymentContext = {
  readonly orm: MikroORM;
  readonly wakeRelay: () => void;
  readonly now: () => Date;
  readonly paymentTimeoutMs: number;
  readonly by: string;
  /** Ways to pay that this installation offers; the mock provider is demo only (R107). */
  readonly methods: readonly PaymentView['method'][];
};

/**
 * Opens a payment of what a pending order costs, or answers the one of that method still open (domain.md §4.2, R94).
 * @throws NotFound, Refused (INVALID_ORDER_STATUS, ORDER_EXPIRED, PAYMENT_METHOD_UNAVAILABLE)
 */
export async function openPayment(
  context: OpenPaymentContext,
  { orderNumber, method }: { orderNumber: string; method: PaymentView['method'] },
): Promise<PaymentView> {
  const { now, by, methods } = context;
  if (!methods.includes(method))
    throw new Refused(
      'PAYMENT_METHOD_UNAVAILABLE',
      `支付方式 ${method} 未开通`,
      `Payment method ${method} is not available here`,
    );
  return transact(context, async (tx) => {
    const locked = await lockOrder(tx, orderNumber);
    if (!locked) throw orderNotFound(orderNumber);
    const at = now();
    const { order, payments } = locked;
    if (order.status !== 'pending')
      throw new Refused(
        'INVALID_ORDER_STATUS',
        `订单状态为${order.status}，不允许支付`,
        `An order that is ${order.status} cannot be paid`,
      );
    if (at > order.expiresAt)
      throw new Refused('ORDER_EXPIRED', '订单已过期，请重新创建', 'The order has expired; place it again');
    if (order.payableFen === 0)
      throw new Refused('REFUSED', '订单应付金额为 0，无需支付', 'Nothing is due for this order');

    const open = payments.find(
      (payment) =>
        payment.method === method &&
        (payment.status === 'init' || payment.status === 'processing') &&
        at <= payment.expiresAt &&
        payment.amountFen === order.payableFen,
    );
    if (open) return paymentView(open, orderNumber);

    const payment = tx.em.create(Payment, {
      publicId: uuidv7(at),
      orderId: order.id,
      method,
      // Counted under the order's lock, so no two payments of an order share a number.
      providerOrderNo: `${orderNumber}-P${payments.length + 1}`,
      status: 'init',
      amountFen: order.payableFen,
      createdAt: at,
      updatedAt: at,
      // One timeout rules order and payment alike (R87).
      expiresAt: order.expiresAt,
    });
    const cause: Cause = { by, at };
    tx.audit.push({
      at,
      actor: cause.by,
      action: 'payment_created',
      resource_type: 'payment',
      resource_id: payment.publicId,
      detail: { orderNumber, method, amountFen: payment.amountFen },
    });
    recordEvent(tx, at, 'payment.opened', orderNumber, { paymentId: payment.publicId, amountFen: payment.amountFen });
    return paymentView(payment, orderNumber);
  });
}
