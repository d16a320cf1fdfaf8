import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { auditApi, AuditEntry } from '@orderbridge/contracts/audit-api';
import type { z } from 'zod';
import { maskText } from '../orders/mask.ts';
import { idOfCursor, pageOf } from '../paging.ts';

type Row = {
  id: string;
  at: string;
  actor: string;
  action: string;
  resource_type: string;
  resource_id: string;
  detail: Record<string, unknown>;
  sealed: boolean;
};

/** A page of the audit, newest first, by keyset; mobile numbers that people wrote into reasons are masked. */
export async function listAudit(
  em: SqlEntityManager,
  { actor, action, resourceType, resourceId, from, to, cursor, limit }: z.output<typeof auditApi.list.input>,
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> {
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, value: unknown) => {
    parts.push(sql);
    params.push(value);
  };
  if (actor) add(`e.actor = ?`, actor);
  if (action) add(`e.action = ?`, action);
  if (resourceType) add(`e.resource_type = ?`, resourceType);
  if (resourceId) add(`e.resource_id = ?`, resourceId);
  if (from) add(`e.at >= ?`, new Date(from));
  if (to) add(`e.at < ?`, new Date(to));
  if (cursor) add(`e.id < ?`, idOfCursor(cursor));
  const rows = await em.execute<Row[]>(
    `select e.id, e.at, e.actor, e.action, e.resource_type, e.resource_id, e.detail,
            exists (select 1 from audit_seals s where s.entry_id = e.id) as sealed
       from audit_entries e ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''} order by e.id desc limit ?`,
    [...params, limit + 1],
  );
  return pageOf(rows, limit, (row) => ({
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
  }));
}
