import type { MikroORM } from '@mikro-orm/postgresql';
import { liveSince } from './live-session.ts';

/** Removes sessions that nobody can use any more. */
export async function pruneSessions(orm: MikroORM, now: Date): Promise<void> {
  await orm.em
    .fork()
    .execute(`delete from staff_sessions where expires_at <= ? or last_seen_at <= ?`, liveSince(now), 'run');
}
