import { createHash, randomBytes } from 'node:crypto';
import type { MikroORM } from '@mikro-orm/postgresql';
import { NotSignedIn, TooMany } from '../errors.ts';
import { transact } from '../transaction.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { StaffMember, StaffSession } from './staff.entity.ts';

/** Idle 30 minutes, 12 hours at the most (ASVS 5.0 V7.3). */
export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LIFE_MS = 12 * 3_600_000;

const FAILURES_MAX = 5;
const FAILURES_WINDOW_MS = 60_000;

export type SignInContext = {
  readonly orm: MikroORM;
  readonly wakeRelay: () => void;
  readonly now: () => Date;
  readonly source: string;
};

/**
 * Checks name and password and starts a session. Answers the token for the cookie; only its hash is stored.
 * @throws NotSignedIn with one text for every wrong pair, TooMany after 5 failures a minute of an account or address (R149)
 */
export async function signIn(
  context: SignInContext,
  { username, password }: { username: string; password: string },
): Promise<{ token: string; expiresAt: Date }> {
  const { orm, now, source } = context;
  const at = now();
  const em = orm.em.fork();
  const keys = [`account:${username.toLowerCase()}`, `address:${source}`];
  const [recent] = await em.execute<{ most: number }[]>(
    `select coalesce(max(n), 0)::int as most from (select count(*) n from sign_in_failures where key in (?) and at > ? group by key) counts`,
    [keys, new Date(at.getTime() - FAILURES_WINDOW_MS)],
  );
  if (recent!.most >= FAILURES_MAX)
    throw new TooMany('登录失败次数过多，请一分钟后再试', 'Too many failed sign-ins; try again in a minute');

  const staff = await em.findOne(StaffMember, { username });
  const fits = await verifyPassword(staff?.passwordHash ?? (await decoyHash()), password);
  if (!staff || !staff.isActive || !fits) {
    for (const key of keys) await em.execute(`insert into sign_in_failures (key, at) values (?, ?)`, [key, at], 'run');
    throw new NotSignedIn('SIGN_IN_FAILED', '用户名或密码不正确', 'User name or password is wrong');
  }

  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(at.getTime() + SESSION_LIFE_MS);
  await transact(context, async (tx) => {
    tx.em.create(StaffSession, {
      tokenHash: hashToken(token),
      staffId: staff.id,
      createdAt: at,
      lastSeenAt: at,
      expiresAt,
      source,
    });
    await tx.em.execute(
      `delete from sign_in_failures where key in (?) or at < ?`,
      [keys, new Date(at.getTime() - FAILURES_WINDOW_MS)],
      'run',
    );
    tx.audit.push({
      at,
      actor: `staff:${staff.username}`,
      action: 'user_login',
      resource_type: 'staff',
      resource_id: staff.username,
      detail: { source },
    });
  });
  return { token, expiresAt };
}

/** SHA-256 of a session or bearer token, hex: what is stored and compared. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

let decoy: Promise<string> | undefined;
const decoyHash = (): Promise<string> => (decoy ??= hashPassword(randomBytes(16).toString('hex')));
