import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { StaffRole } from '@orderbridge/contracts/permissions';
import type { StaffView } from '@orderbridge/contracts/staff-api';
import { LIVE_SESSION, liveSince } from './live-session.ts';

export type StaffRow = {
  id: string;
  username: string;
  display_name: string;
  role: StaffRole;
  is_active: boolean;
  created_at: string;
  last_seen_at: string | null;
  sessions: number;
};

/**
 * Rows of accounts, newest first. Sessions that are over are soon deleted, so an account was last seen in one that
 * lives or, failing that, when it last did something that the audit knows.
 */
export const staffRows = (
  em: SqlEntityManager,
  now: Date,
  { where, params, limit }: { where: string; params: readonly unknown[]; limit: number },
): Promise<StaffRow[]> =>
  em.execute<StaffRow[]>(
    `select m.id, m.username, m.display_name, m.role, m.is_active, m.created_at,
            greatest((select max(s.last_seen_at) from staff_sessions s where s.staff_id = m.id),
                     (select a.at from audit_entries a where a.actor = 'staff:' || m.username order by a.id desc limit 1)) as last_seen_at,
            (select count(*)::int from staff_sessions s where s.staff_id = m.id and ${LIVE_SESSION}) as sessions
       from staff m where ${where} order by m.id desc limit ?`,
    [...liveSince(now), ...params, limit],
  );

export const staffView = (row: StaffRow): StaffView => ({
  username: row.username,
  displayName: row.display_name,
  role: row.role,
  isActive: row.is_active,
  createdAt: new Date(row.created_at).toISOString(),
  lastSeenAt: row.last_seen_at && new Date(row.last_seen_at).toISOString(),
  sessions: row.sessions,
});

/** One account as lists show it; it must exist. */
export async function viewStaff(em: SqlEntityManager, username: string, now: Date): Promise<StaffView> {
  const [row] = await staffRows(em, now, { where: 'm.username = ?', params: [username], limit: 1 });
  return staffView(row!);
}
