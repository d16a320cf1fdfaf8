import type { PaymentView } from '@orderbridge/contracts/orders-api';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import type { Payment } from './payment.entity.ts';

/** A payment as the API shows it. */
export const paymentView = (payment: Payment, orderNumber: string): PaymentView => ({
  id: payment.publicId,
  orderNumber,
  method: payment.method,
  providerOrderNo: payment.providerOrderNo,
  status: payment.status,
  amountFen: payment.amountFen,
  transactionId: payment.transactionId ?? null,
  createdAt: payment.createdAt.toISOString(),
  expiresAt: payment.expiresAt.toISOString(),
  paidAt: payment.paidAt?.toISOString() ?? null,
});

/** A payment as its provider's callback is answered (domain.md §2.6 "Success body"); amounts in yuan. */
export const paymentAnswer = (payment: Payment, orderNumber: string): Record<string, unknown> => ({
  id: payment.publicId,
  order: orderNumber,
  amount: formatYuan(payment.amountFen),
  method: payment.method,
  status: payment.status,
  created_at: payment.createdAt.toISOString(),
  updated_at: payment.updatedAt.toISOString(),
  expires_at: payment.expiresAt.toISOString(),
  logs: [
    { t: payment.createdAt.toISOString(), event: 'payment_created' },
    ...(payment.paidAt ? [{ t: payment.paidAt.toISOString(), event: 'payment_succeeded' }] : []),
  ],
});
