import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import type { AuditExport } from '@orderbridge/contracts/exports-api';
import type { Column } from '../exports/csv.ts';
import type { ExportContext } from '../exports/record-export.ts';
import { exportRows } from '../exports/export-rows.ts';
import { pagesOf } from '../exports/pages-of.ts';
import { listAudit } from './list-audit.ts';

/** The audit as CSV text, newest first, with the filters of the list, masked as it is there. */
export const exportAudit = (
  context: ExportContext,
  { lang, ...filter }: AuditExport,
): AsyncGenerator<string, void, void> =>
  exportRows(context, {
    what: 'audit',
    lang,
    columns: COLUMNS,
    batches: pagesOf((place) => listAudit(context.orm.em.fork(), { ...filter, ...place })),
    filter,
  });

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: { zh: '记录号', en: 'Entry' }, text: (entry) => entry.id },
  { name: { zh: '时间（北京时间）', en: 'When (Beijing time)' }, time: (entry) => entry.at },
  { name: { zh: '操作人', en: 'By' }, text: (entry) => entry.actor },
  { name: { zh: '动作', en: 'Action' }, text: (entry) => entry.action },
  { name: { zh: '对象类型', en: 'Kind of subject' }, text: (entry) => entry.resourceType },
  { name: { zh: '对象', en: 'Subject' }, text: (entry) => entry.resourceId },
  { name: { zh: '详情', en: 'Detail' }, text: (entry) => JSON.stringify(entry.detail) },
  {
    name: { zh: '已封存', en: 'Sealed' },
    text: ({ sealed }, say) => say(sealed ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }),
  },
];
