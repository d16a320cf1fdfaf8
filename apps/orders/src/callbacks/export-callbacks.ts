import type { CallbacksExport } from '@orderbridge/contracts/exports-api';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';
import type { Column } from '../exports/csv.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportRows } from '../exports/export-rows.ts';
import { pagesOf } from '../exports/pages-of.ts';
import { listCallbacks } from './list-callbacks.ts';

/** Callbacks as CSV text, newest first, with the filters of the list and without their bodies. */
export const exportCallbacks = (
  context: ExportContext,
  { lang, ...filter }: CallbacksExport,
): AsyncGenerator<string, void, void> =>
  exportRows(context, {
    what: 'callbacks',
    lang,
    columns: COLUMNS,
    batches: pagesOf((place) => listCallbacks(context.orm.em.fork(), { ...filter, ...place })),
    filter,
  });

const COLUMNS: readonly Column<CallbackItem>[] = [
  { name: { zh: '回调编号', en: 'Callback id' }, text: (callback) => callback.id },
  { name: { zh: '接收时间（北京时间）', en: 'Received (Beijing time)' }, time: (callback) => callback.receivedAt },
  { name: { zh: '来源系统', en: 'Provider' }, text: (callback) => callback.provider },
  { name: { zh: '方法', en: 'Method' }, text: (callback) => callback.method },
  { name: { zh: '订单号', en: 'Order number' }, text: (callback) => callback.orderNumber },
  { name: { zh: '处理结果', en: 'Outcome' }, text: (callback) => callback.outcome },
  {
    name: { zh: '说明', en: 'Detail' },
    text: ({ detail, detailEn }, say) => detail && say({ zh: detail, en: detailEn ?? detail }),
  },
  { name: { zh: '处理时间（北京时间）', en: 'Decided (Beijing time)' }, time: (callback) => callback.decidedAt },
  { name: { zh: '来源地址', en: 'Source address' }, text: (callback) => callback.source },
  { name: { zh: '重放次数', en: 'Replays' }, text: (callback) => String(callback.replays) },
];
