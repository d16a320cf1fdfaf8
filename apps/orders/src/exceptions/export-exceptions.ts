import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import type { ExceptionsExport } from '@orderbridge/contracts/exports-api';
import type { Column } from '../exports/csv.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportRows } from '../exports/export-rows.ts';
import { pagesOf } from '../exports/pages-of.ts';
import { listExceptions } from './list-exceptions.ts';

/** Cases as CSV text, in the order and with the filters of the list; what quotes a person is masked as it is there. */
export function exportExceptions(
  context: ExportContext,
  { lang, ...filter }: ExceptionsExport,
): AsyncGenerator<string, void, void> {
  // What could be done about each is for a screen, so the viewer needs no permission.
  const viewer = { now: context.now(), by: context.by, permissions: [] };
  return exportRows(context, {
    what: 'exceptions',
    lang,
    columns: COLUMNS,
    batches: pagesOf((place) => listExceptions(context.orm.em.fork(), { ...filter, ...place }, viewer)),
    filter,
  });
}

const HOUR_S = 3_600;

const COLUMNS: readonly Column<ExceptionItem>[] = [
  { name: { zh: '异常编号', en: 'Case id' }, text: (entry) => entry.id },
  { name: { zh: '异常类型', en: 'Kind' }, text: (entry) => entry.kind },
  {
    name: { zh: '状态', en: 'Status' },
    text: ({ status }, say) => say(status === 'open' ? { zh: '待处理', en: 'Open' } : { zh: '已处理', en: 'Resolved' }),
  },
  { name: { zh: '订单号', en: 'Order number' }, text: (entry) => entry.orderNumber },
  { name: { zh: '说明', en: 'Detail' }, text: ({ detail, detailEn }, say) => say({ zh: detail, en: detailEn }) },
  { name: { zh: '负责人', en: 'Owner' }, text: (entry) => entry.owner },
  {
    name: { zh: '等待小时数', en: 'Hours waited' },
    text: ({ ageSeconds }) => (ageSeconds / HOUR_S).toFixed(1),
  },
  { name: { zh: '发现时间（北京时间）', en: 'Found (Beijing time)' }, time: (entry) => entry.createdAt },
  { name: { zh: '处理时间（北京时间）', en: 'Resolved (Beijing time)' }, time: (entry) => entry.resolvedAt },
  { name: { zh: '处理人', en: 'Resolved by' }, text: (entry) => entry.resolvedBy },
  { name: { zh: '处理方式', en: 'Resolved how' }, text: (entry) => entry.resolvedAction },
  {
    name: { zh: '处理原因', en: 'Reason' },
    text: ({ resolvedReason, resolvedReasonEn }, say) =>
      resolvedReason && say({ zh: resolvedReason, en: resolvedReasonEn ?? resolvedReason }),
  },
  { name: { zh: '回调编号', en: 'Callback id' }, text: (entry) => entry.callbackId },
  { name: { zh: '支付编号', en: 'Payment id' }, text: (entry) => entry.paymentId },
  { name: { zh: '退款编号', en: 'Refund id' }, text: (entry) => entry.refundId },
];
