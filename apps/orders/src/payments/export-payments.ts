import type { PaymentsExport } from '@orderbridge/contracts/exports-api';
import type { PaymentView } from '@orderbridge/contracts/orders-api';
import type { Column } from '../exports/csv.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportRows } from '../exports/export-rows.ts';
import { pagesOf } from '../exports/pages-of.ts';
import { PAYMENT_METHOD_NAMES, PAYMENT_STATE_NAMES } from '../orders/state-names.ts';
import { listPayments } from './list-payments.ts';

/** Payments as CSV text, newest first, with the filters of the list; they hold nothing that names a person. */
export function exportPayments(
  context: ExportContext,
  { lang, ...filter }: PaymentsExport,
): AsyncGenerator<string, void, void> {
  return exportRows(context, {
    what: 'payments',
    lang,
    columns: COLUMNS,
    batches: pagesOf((place) => listPayments(context.orm.em.fork(), { ...filter, ...place })),
    filter,
  });
}

const COLUMNS: readonly Column<PaymentView>[] = [
  { name: { zh: '支付编号', en: 'Payment id' }, text: (payment) => payment.id },
  { name: { zh: '订单号', en: 'Order number' }, text: (payment) => payment.orderNumber },
  { name: { zh: '支付方式', en: 'Method' }, text: (payment, say) => say(PAYMENT_METHOD_NAMES[payment.method]) },
  { name: { zh: '商户单号', en: 'Merchant number' }, text: (payment) => payment.providerOrderNo },
  { name: { zh: '支付状态', en: 'Status' }, text: (payment, say) => say(PAYMENT_STATE_NAMES[payment.status]) },
  { name: { zh: '金额（元）', en: 'Amount (yuan)' }, yuan: (payment) => payment.amountFen },
  { name: { zh: '交易号', en: 'Transaction' }, text: (payment) => payment.transactionId },
  { name: { zh: '创建时间（北京时间）', en: 'Opened (Beijing time)' }, time: (payment) => payment.createdAt },
  { name: { zh: '到期时间（北京时间）', en: 'Expires (Beijing time)' }, time: (payment) => payment.expiresAt },
  { name: { zh: '支付时间（北京时间）', en: 'Paid (Beijing time)' }, time: (payment) => payment.paidAt },
];
