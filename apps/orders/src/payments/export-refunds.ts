import type { RefundsExport } from '@orderbridge/contracts/exports-api';
import type { RefundView } from '@orderbridge/contracts/orders-api';
import type { Column } from '../exports/csv.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportRows } from '../exports/export-rows.ts';
import { pagesOf } from '../exports/pages-of.ts';
import { PAYMENT_METHOD_NAMES, REFUND_STATE_NAMES } from '../orders/state-names.ts';
import { listRefunds } from './list-refunds.ts';

/** Refunds as CSV text, newest first, with the filters of the list; what people wrote is masked as it is there. */
export const exportRefunds = (
  context: ExportContext,
  { lang, ...filter }: RefundsExport,
): AsyncGenerator<string, void, void> =>
  exportRows(context, {
    what: 'refunds',
    lang,
    columns: COLUMNS,
    batches: pagesOf((place) => listRefunds(context.orm.em.fork(), { ...filter, ...place }, context.by)),
    filter,
  });

const COLUMNS: readonly Column<RefundView>[] = [
  { name: { zh: '退款编号', en: 'Refund id' }, text: (refund) => refund.id },
  { name: { zh: '订单号', en: 'Order number' }, text: (refund) => refund.orderNumber },
  { name: { zh: '商户退款单号', en: 'Refund number' }, text: (refund) => refund.refundNo },
  {
    name: { zh: '支付方式', en: 'Method' },
    text: ({ method }, say) => method && say(PAYMENT_METHOD_NAMES[method]),
  },
  { name: { zh: '支付编号', en: 'Payment id' }, text: (refund) => refund.paymentId },
  { name: { zh: '退款状态', en: 'Status' }, text: (refund, say) => say(REFUND_STATE_NAMES[refund.status]) },
  { name: { zh: '金额（元）', en: 'Amount (yuan)' }, yuan: (refund) => refund.amountFen },
  { name: { zh: '退款类型', en: 'Cause' }, text: (refund) => refund.cause },
  { name: { zh: '原因', en: 'Reason' }, text: ({ reason, reasonEn }, say) => say({ zh: reason, en: reasonEn }) },
  { name: { zh: '渠道退款单号', en: 'Number at the provider' }, text: (refund) => refund.providerRefundId },
  { name: { zh: '发起人', en: 'Asked for by' }, text: (refund) => refund.requestedBy },
  { name: { zh: '批准人', en: 'Approved by' }, text: ({ approval }) => approval?.approvedBy ?? null },
  { name: { zh: '请求次数', en: 'Calls' }, text: (refund) => String(refund.attempts) },
  {
    name: { zh: '最近错误', en: 'Last error' },
    text: ({ lastError, lastErrorEn }, say) => lastError && say({ zh: lastError, en: lastErrorEn ?? lastError }),
  },
  { name: { zh: '创建时间（北京时间）', en: 'Opened (Beijing time)' }, time: (refund) => refund.createdAt },
  { name: { zh: '更新时间（北京时间）', en: 'Changed (Beijing time)' }, time: (refund) => refund.updatedAt },
  { name: { zh: '撤回时间（北京时间）', en: 'Withdrawn (Beijing time)' }, time: (refund) => refund.withdrawnAt },
];
