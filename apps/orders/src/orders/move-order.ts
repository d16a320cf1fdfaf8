import { decide, type Decision } from '@orderbridge/state-machine/decide';
import {
  type OrderEffect,
  type OrderFact,
  type OrderState,
  orderTransitions,
} from '@orderbridge/state-machine/order-transitions';
import { closePayments } from '../payments/close-payments.ts';
import { movePayment } from '../payments/move-payment.ts';
import { isAllReturned, type MoneyToReturn, ORDER_CANCELLED, returnMoney } from '../payments/return-money.ts';
import { countSales } from '../catalogue/count-sales.ts';
import { releaseStock } from '../catalogue/release-stock.ts';
import type { Text } from '../text.ts';
import type { Cause, Tx } from '../transaction.ts';
import type { LockedOrder } from './lock-orders.ts';
import { recordMove } from './record-move.ts';

/**
 * The only writer of `order.status`: decides by the table and writes state, history, audit, event and effects in the
 * caller's transaction, which holds the lock on the order. A refusal changes nothing and is the caller's to record.
 * `refund` says what a move that opens refunds returns; default everything, because the order is off.
 */
export async function moveOrder(
  tx: Tx,
  locked: LockedOrder,
  fact: OrderFact,
  cause: Cause,
  refund: MoneyToReturn = { cause: ORDER_CANCELLED, reason: cause.note ?? CANCELLED },
): Promise<Decision<OrderState, OrderEffect>> {
  const { order } = locked;
  const decision = decide(orderTransitions, order.status, fact);
  if (decision.outcome !== 'moved') return decision;

  order.status = decision.to;
  if (decision.to === 'paid' && fact === 'payment_received') order.paidAt = cause.at;
  if (decision.to === 'cancelled') order.cancelledAt = cause.at;
  recordMove(
    tx,
    {
      machine: 'order',
      order,
      subjectId: null,
      from: decision.from,
      to: decision.to,
      fact,
      action: decision.to === 'cancelled' ? 'order_cancelled' : 'order_status_changed',
      event: 'order.moved',
      data: { from: decision.from, to: decision.to, fact },
    },
    cause,
  );
  for (const effect of decision.effects) await orderEffects[effect](tx, locked, cause, refund);
  return decision;
}

const CANCELLED: Text = {
  zh: '订单取消，退还已付款项',
  en: 'The order was cancelled; what was paid goes back',
};

const PAID_ALREADY: Text = {
  zh: '订单已付款，其余支付关闭',
  en: 'The order is paid; its other payments are closed',
};

// Rows only: whatever needs the network is a row that a job takes up later.
const orderEffects = {
  release_stock: async (tx, locked, cause) =>
    releaseStock(tx, locked, locked.order.status === 'refunded' ? 'order_refunded' : 'order_cancelled', cause),
  open_refund: async (tx, locked, cause, refund) => {
    await returnMoney(tx, locked, refund, cause);
    // When all of it went back before, no refund is left whose success would end this.
    if (locked.order.status === 'refunding' && isAllReturned(locked.refunds))
      await moveOrder(tx, locked, 'refund_paid_out', cause);
  },
  close_payments: async (tx, locked, cause) => {
    await closePayments(tx, locked, locked.order.status === 'paid' ? { ...cause, note: PAID_ALREADY } : cause);
  },
  expire_payments: async (tx, locked, cause) => {
    for (const payment of locked.payments) await movePayment(tx, locked, payment, 'window_closed', cause);
  },
  count_sales: async (tx, locked) => countSales(tx, locked),
} satisfies Record<OrderEffect, (tx: Tx, locked: LockedOrder, cause: Cause, refund: MoneyToReturn) => Promise<void>>;
