import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ROLE_PERMISSIONS, type StaffRole } from '@orderbridge/contracts/permissions';
import { hashToken } from './bearer-secret.ts';
import type { StaffPrincipal } from './principal.ts';
import { LIVE_SESSION, liveSince } from './live-session.ts';

// Writing "last seen" at every request would make each read a write.
const SEEN_EVERY_MS = 60_000;

type SessionRow = {
  id: string;
  staff_id: string;
  username: string;
  display_name: string;
  role: StaffRole;
  last_seen_at: string;
  expires_at: string;
  authenticated_at: string;
};

/**
 * The person behind a session token; undefined when it is unknown, idle too long, too old or the account is off. A call
 * that a page makes by itself (`background`) is answered and does not count as the person being there.
 */
export async function findSession(
  em: SqlEntityManager,
  token: string,
  now: Date,
  { background = false }: { background?: boolean } = {},
): Promise<StaffPrincipal | undefined> {
  const [row] = await em.execute<SessionRow[]>(
    `select s.id, s.staff_id, m.username, m.display_name, m.role, s.last_seen_at, s.expires_at, s.authenticated_at
       from staff_sessions s join staff m on m.id = s.staff_id
      where s.token_hash = ? and ${LIVE_SESSION}`,
    [hashToken(token), ...liveSince(now)],
  );
  if (!row) return undefined;
  if (!background && now.getTime() - new Date(row.last_seen_at).getTime() > SEEN_EVERY_MS) {
    await em.execute(`update staff_sessions set last_seen_at = ? where id = ?`, [now, row.id], 'run');
  }
  return {
    kind: 'staff',
    name: row.username,
    staffId: Number(row.staff_id),
    displayName: row.display_name,
    role: row.role,
    permissions: ROLE_PERMISSIONS[row.role],
    sessionId: Number(row.id),
    expiresAt: new Date(row.expires_at),
    authenticatedAt: new Date(row.authenticated_at),
  };
}
