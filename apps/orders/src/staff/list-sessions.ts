import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SessionItem } from '@orderbridge/contracts/staff-api';
import { NotAllowed } from '../errors.ts';
import { LIVE_SESSION, liveSince } from './live-session.ts';
import type { StaffPrincipal } from './principal.ts';

const SHOWN_MAX = 500;

type Row = {
  id: string;
  public_id: string;
  username: string;
  source: string;
  user_agent: string | null;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
};

/**
 * Live sessions, last seen first, at most 500: one's own, or with `sessions.manage` those of the named account or of
 * everybody (ASVS 5.0 V7.5.2).
 * @throws NotAllowed when others' are asked for without that permission
 */
export async function listSessions(
  em: SqlEntityManager,
  { username }: { username?: string | undefined },
  principal: StaffPrincipal,
  now: Date,
): Promise<SessionItem[]> {
  const managesAll = principal.permissions.includes('sessions.manage');
  if (username !== undefined && username !== principal.name && !managesAll) throw new NotAllowed();
  const whose = username ?? (managesAll ? null : principal.name);
  const rows = await em.execute<Row[]>(
    `select s.id, s.public_id, m.username, s.source, s.user_agent, s.created_at, s.last_seen_at, s.expires_at
       from staff_sessions s join staff m on m.id = s.staff_id
      where ${LIVE_SESSION} and (?::text is null or m.username = ?)
      order by s.last_seen_at desc, s.id desc limit ${SHOWN_MAX}`,
    [...liveSince(now), whose, whose],
  );
  return rows.map((row) => ({
    id: row.public_id,
    username: row.username,
    source: row.source,
    userAgent: row.user_agent,
    createdAt: new Date(row.created_at).toISOString(),
    lastSeenAt: new Date(row.last_seen_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    isCurrent: Number(row.id) === principal.sessionId,
  }));
}
