import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { auditApi, AuditEntry } from '@orderbridge/contracts/audit-api';
import { ascending, descending } from '@orderbridge/service-kit/keyset';
import type { z } from 'zod';
import { pageIn, startOfPage } from '../paging.ts';
import { AUDIT_COLUMNS, auditEntry, type AuditEntryRow } from './audit-view.ts';

type Row = AuditEntryRow & { place: string[] };

const ID = { sql: 'e.id', holds: 'integer' } as const;
const AT = { sql: 'e.at', holds: 'instant' } as const;
const SEQUENCES = { newest: descending('newest', ID), oldest: ascending('oldest', ID) };
const SEQUENCES_OF_DAYS = { newest: descending('newest', AT, ID), oldest: ascending('oldest', AT, ID) };

/**
 * A page of the audit, newest first unless told otherwise, by keyset; mobile numbers that people wrote into reasons are
 * masked. Days of the past are read by time: going along the ids to find them would pass all that came before or since.
 * @throws Refused BAD_INPUT for a cursor that is none of this sequence
 */
export async function listAudit(
  em: SqlEntityManager,
  {
    actor,
    action,
    resourceType,
    resourceId,
    from,
    to,
    sort = 'newest',
    cursor,
    limit,
  }: z.output<typeof auditApi.list.input>,
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> {
  const sequence = (from || to ? SEQUENCES_OF_DAYS : SEQUENCES)[sort];
  const { behind, orderBy, place } = startOfPage(sequence, cursor);
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, ...values: readonly unknown[]) => {
    parts.push(sql);
    params.push(...values);
  };
  if (actor) add(`e.actor = ?`, actor);
  if (action) add(`e.action = ?`, action);
  if (resourceType) add(`e.resource_type = ?`, resourceType);
  if (resourceId) add(`e.resource_id = ?`, resourceId);
  if (from) add(`e.at >= ?`, new Date(from));
  if (to) add(`e.at < ?`, new Date(to));
  if (behind) add(behind.sql, ...behind.params);
  const rows = await em.execute<Row[]>(
    `select ${AUDIT_COLUMNS}, ${place}
       from audit_entries e ${parts.length > 0 ? `where ${parts.join(' and ')}` : ''} order by ${orderBy} limit ?`,
    [...params, limit + 1],
  );
  return pageIn(sequence, rows, limit, auditEntry);
}
