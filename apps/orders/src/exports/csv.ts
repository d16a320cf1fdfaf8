import { formatYuan } from '@orderbridge/contracts/payment-callback';
import { stringify } from 'csv-stringify/sync';
import type { Text } from '../text.ts';

export type ExportLanguage = 'zh-CN' | 'en';

/** A column of an export: its name and what stands in it; `yuan` is given fen. */
export type Column<Row> = { readonly name: Text } & (
  | { readonly text: (row: Row, say: (words: Text) => string) => string | null }
  | { readonly yuan: (row: Row) => number }
  | { readonly time: (row: Row) => Date | string | null }
);

/**
 * Rows as CSV text in the form that Excel opens as it is: UTF-8 with a byte order mark, CRLF, header in the language
 * asked for. No cell is taken for a formula (P30), and numbers of orders and transactions stay text.
 */
export function csvOf<Row>(columns: readonly Column<Row>[], language: ExportLanguage) {
  const say = (words: Text) => (language === 'en' ? words.en : words.zh);
  return {
    header: (): string => write([columns.map((column) => say(column.name))], true),
    rows: (rows: readonly Row[]): string =>
      rows.length === 0
        ? ''
        : write(
            rows.map((row) => columns.map((column) => cell(column, row, say))),
            false,
          ),
  };
}

const write = (records: string[][], isFirst: boolean): string =>
  // The library marks what begins like a formula. By itself it quotes for a whole CRLF only, and half of one ends a row too.
  stringify(records, { bom: isFirst, escape_formulas: true, record_delimiter: '\r\n', quoted_match: /[\r\n]/ });

function cell<Row>(column: Column<Row>, row: Row, say: (words: Text) => string): string {
  if ('yuan' in column) return formatYuan(column.yuan(row));
  if ('time' in column) return beijingTime(column.time(row));
  return plainText(column.text(row, say) ?? '');
}

/**
 * What Excel would change when it opens the file: it cuts numbers to 15 digits, drops leading zeros, reads `1E5` as a
 * power of ten and, with a blank or a line break in front, still finds a formula.
 */
const CHANGED_BY_EXCEL = /^(?:\d{12,}|0\d+|\d+(?:\.\d+)?[eE][+-]?\d+|\s+[=+\-@＝＋－＠\t\r].*|[\n\v\f].*)$/s;

/** A leading apostrophe makes it text, as everywhere in the file. */
const plainText = (text: string): string => (CHANGED_BY_EXCEL.test(text) ? `'${text}` : text);

const BEIJING_AHEAD_MS = 8 * 3_600_000;

function beijingTime(at: Date | string | null): string {
  if (at === null) return '';
  return new Date(new Date(at).getTime() + BEIJING_AHEAD_MS).toISOString().slice(0, 19).replace('T', ' ');
}
