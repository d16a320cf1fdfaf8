import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { ROLE_PERMISSIONS, type StaffRole } from '@orderbridge/contracts/permissions';
import type { Principal } from './principal.ts';
import { hashToken, SESSION_IDLE_MS } from './sign-in.ts';

// Writing "last seen" at every request would make each read a write.
const SEEN_EVERY_MS = 60_000;

type StaffPrincipal = Extract<Principal, { kind: 'staff' }>;
type SessionRow = {
  id: string;
  username: string;
  display_name: string;
  role: StaffRole;
  last_seen_at: string;
  expires_at: string;
};

/** The person behind a session token; undefined when it is unknown, idle too long, too old or the account is off. */
export async function findSession(em: SqlEntityManager, token: string, now: Date): Promise<StaffPrincipal | undefined> {
  const row = await liveSession(em, 's.token_hash = ?', hashToken(token), now);
  if (!row) return undefined;
  if (now.getTime() - new Date(row.last_seen_at).getTime() > SEEN_EVERY_MS) {
    await em.execute(`update staff_sessions set last_seen_at = ? where id = ?`, [now, row.id], 'run');
  }
  return principalOf(row);
}

/** The same for a session that was found before; looking does not count as being seen. */
export async function findSessionById(
  em: SqlEntityManager,
  sessionId: number,
  now: Date,
): Promise<StaffPrincipal | undefined> {
  const row = await liveSession(em, 's.id = ?', sessionId, now);
  return row && principalOf(row);
}

async function liveSession(
  em: SqlEntityManager,
  which: 's.token_hash = ?' | 's.id = ?',
  key: string | number,
  now: Date,
): Promise<SessionRow | undefined> {
  const [row] = await em.execute<SessionRow[]>(
    `select s.id, m.username, m.display_name, m.role, s.last_seen_at, s.expires_at
       from staff_sessions s join staff m on m.id = s.staff_id
      where ${which} and m.is_active and s.expires_at > ? and s.last_seen_at > ?`,
    [key, now, new Date(now.getTime() - SESSION_IDLE_MS)],
  );
  return row;
}

const principalOf = (row: SessionRow): StaffPrincipal => ({
  kind: 'staff',
  name: row.username,
  displayName: row.display_name,
  role: row.role,
  permissions: ROLE_PERMISSIONS[row.role],
  sessionId: Number(row.id),
  expiresAt: new Date(row.expires_at),
});

/** Ends a session at once. */
export async function signOut(em: SqlEntityManager, sessionId: number): Promise<void> {
  await em.execute(`delete from staff_sessions where id = ?`, [sessionId], 'run');
}
