import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import { NotFound } from '../errors.ts';
import { AUDIT_COLUMNS, auditEntry, type AuditEntryRow } from './audit-view.ts';

/** @throws NotFound */
export async function getAuditEntry(em: SqlEntityManager, { id }: { id: string }): Promise<AuditEntry> {
  const [row] = await em.execute<AuditEntryRow[]>(`select ${AUDIT_COLUMNS} from audit_entries e where e.id = ?`, [id]);
  if (!row) throw new NotFound(`审计条目不存在：${id}`, `There is no audit entry ${id}`);
  return auditEntry(row);
}
