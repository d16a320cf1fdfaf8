/** Idle 30 minutes, 12 hours at the most (ASVS 5.0 V7.3.1 and V7.3.2). */
const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LIFE_MS = 12 * 3_600_000;

/** The one condition under which a session `s` of an account `m` counts; its parameters are `liveSince(now)`. */
export const LIVE_SESSION = `m.is_active and s.expires_at > ? and s.last_seen_at > ?`;

export const liveSince = (now: Date): [Date, Date] => [now, new Date(now.getTime() - SESSION_IDLE_MS)];
