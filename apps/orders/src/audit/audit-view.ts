import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import { maskText } from '../orders/mask.ts';

/** Columns of an entry, for `audit_entries e`. */
export const AUDIT_COLUMNS = `e.id, e.at, e.actor, e.action, e.resource_type, e.resource_id, e.detail,
            exists (select 1 from audit_seals s where s.entry_id = e.id) as sealed`;

export type AuditEntryRow = {
  id: string;
  at: string;
  actor: string;
  action: string;
  resource_type: string;
  resource_id: string;
  detail: Record<string, unknown>;
  sealed: boolean;
};

/** An entry as staff see it: mobile numbers that people wrote into reasons are masked. */
export const auditEntry = (row: AuditEntryRow): AuditEntry => ({
  id: row.id,
  at: new Date(row.at).toISOString(),
  actor: row.actor,
  action: row.action,
  resourceType: row.resource_type,
  resourceId: row.resource_id,
  detail: JSON.parse(JSON.stringify(row.detail), (_name, value: unknown) =>
    typeof value === 'string' ? maskText(value) : value,
  ) as Record<string, unknown>,
  sealed: row.sealed,
});
