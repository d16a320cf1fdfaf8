import { recordExport, type ExportContext } from './record-export.ts';
import { type Column, csvOf, type ExportLanguage } from './csv.ts';

export type Export<Row> = {
  /** What is exported, as the audit names it. */
  readonly what: 'orders' | 'payments' | 'refunds' | 'exceptions' | 'callbacks' | 'audit';
  readonly lang: ExportLanguage;
  readonly columns: readonly Column<Row>[];
  /** Rows in batches, as they are read. */
  readonly batches: AsyncIterable<readonly Row[]>;
  /** For the audit: which rows were asked for. */
  readonly filter: object;
  /** What personal data in clear is needed for; absent when it is masked. */
  readonly purpose?: string | undefined;
};

/**
 * Streams an export as text, a batch at a time and only as fast as it is read. What is revealed is in the audit before
 * the first row is; how many rows left, and whether all of them did, once it ends or its reader goes away.
 */
export async function* exportRows<Row>(
  context: ExportContext,
  { what, lang, columns, batches, filter, purpose }: Export<Row>,
): AsyncGenerator<string, void, void> {
  const audit = recordExport(context, { resourceType: 'export', resourceId: what, purpose, detail: { filter } });
  await audit.begin();
  const csv = csvOf(columns, lang);
  let rows = 0;
  let complete = false;
  try {
    yield csv.header();
    for await (const batch of batches) {
      rows += batch.length;
      yield csv.rows(batch);
    }
    complete = true;
  } finally {
    await audit.end({ rows, complete });
  }
}
