import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** Adds rows set-based in one statement; `columns` is a record definition of PostgreSQL. Ids rise in the order given. */
export async function insertRows(
  em: SqlEntityManager,
  table: string,
  columns: string,
  rows: readonly object[],
  onConflict = '',
): Promise<void> {
  await em.execute(`${insertSql(table, columns)} ${onConflict}`, [JSON.stringify(rows)], 'run');
}

/** The statement of `insertRows`; its one parameter is the rows as JSON. */
export function insertSql(table: string, columns: string): string {
  const names = columns.replaceAll(/ [a-z]+(?=,|$)/g, '');
  return `insert into ${table} (${names}) select ${names} from json_to_recordset(?::json) as r(${columns})`;
}
