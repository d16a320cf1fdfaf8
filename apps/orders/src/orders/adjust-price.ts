import type { orderApi, OrderView } from '@orderbridge/contracts/orders-api';
import { formatFen } from '@orderbridge/contracts/money';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { closePayments } from '../payments/close-payments.ts';
import { asWritten } from '../text.ts';
import { type ActContext, actOnOrder } from './act-on-order.ts';
import { refuseIf, whyNoNewPrice } from './allowed-actions.ts';
import { moveOrder } from './move-order.ts';
import { recordAmendment } from './record-amendment.ts';

/**
 * Sets what a pending order costs, in fen. Open payments of the old price are closed, so that nobody pays it; an order
 * that costs nothing is paid by that (domain.md T43).
 * @throws NotFound, Refused (INVALID_ORDER_STATUS, or REFUSED when the price stays the same)
 */
export const adjustPrice = (
  context: ActContext,
  { orderNumber, payableFen, reason }: z.output<typeof orderApi.adjustPrice.input>,
): Promise<OrderView> =>
  actOnOrder(context, orderNumber, async (tx, locked, cause) => {
    const { order } = locked;
    refuseIf(whyNoNewPrice(locked));
    // An order placed for nothing waits until somebody says that this is meant.
    if (order.payableFen === payableFen && payableFen > 0)
      throw new Refused(
        'REFUSED',
        `应付金额已是 ${formatFen(payableFen)}，无需改价`,
        `The amount due is ${formatFen(payableFen)} already`,
      );

    const fromFen = order.payableFen;
    order.payableFen = payableFen;
    const closed = await closePayments(tx, locked, { ...cause, note: asWritten(reason) });
    for (const payment of closed)
      tx.audit.push({
        at: cause.at,
        actor: cause.by,
        action: 'cancelled_by_admin_adjust',
        resource_type: 'payment',
        resource_id: payment.publicId,
        detail: { orderNumber, amountFen: payment.amountFen },
      });
    recordAmendment(
      tx,
      order,
      {
        what: 'price',
        fact: 'price_adjusted',
        note: {
          zh: `应付 ${formatFen(fromFen)} → ${formatFen(payableFen)}：${reason}`,
          en: `Due ${formatFen(fromFen)} → ${formatFen(payableFen)}: ${reason}`,
        },
        detail: { fromFen, toFen: payableFen, reason },
      },
      cause,
    );
    if (payableFen === 0) await moveOrder(tx, locked, 'payment_received', { ...cause, note: NOTHING_DUE });
  });

const NOTHING_DUE = {
  zh: '应付金额改为 0，无需支付',
  en: 'The amount due was set to 0; no payment is needed',
};
