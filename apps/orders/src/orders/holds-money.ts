import { BEYOND_PAYMENT } from '../payments/return-money.ts';

/**
 * Condition on an order `o`: it has money that has not gone back. A pending one is a person's to decide on (R84), so
 * cancel-unpaid.ts leaves it alone and expire-payments.ts ends its other payments.
 */
export const HOLDS_MONEY = `exists (select 1 from payments p where p.order_id = o.id and p.status = 'succeeded' and p.amount_fen >
  (select coalesce(sum(r.amount_fen), 0) from refunds r
    where r.payment_id = p.id and r.status = 'succeeded' and r.cause not in (${BEYOND_PAYMENT.map((cause) => `'${cause}'`).join(', ')})))`;
