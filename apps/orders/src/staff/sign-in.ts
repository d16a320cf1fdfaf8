import { createHash, randomBytes } from 'node:crypto';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { NotSignedIn, TooMany } from '../errors.ts';
import { transact } from '../transaction.ts';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
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
 * @throws NotSignedIn with one text for every wrong pair, TooMany after 5 failures a minute of an account or address (R149) or when many sign in at once
 */
export async function signIn(
  context: SignInContext,
  { username, password }: { username: string; password: string },
): Promise<{ token: string; expiresAt: Date }> {
  const { orm, now, source } = context;
  const at = now();
  const em = orm.em.fork();
  const attempt = await beginAttempt(em, [`account:${username.toLowerCase()}`, `address:${source}`], at);
  const staff = await em.findOne(StaffMember, { username });
  let fits: boolean;
  try {
    fits = await verifyPassword(staff?.passwordHash ?? (await decoyHash()), password);
  } catch (error) {
    await withdraw(em, attempt);
    throw error;
  }
  if (!staff || !staff.isActive || !fits)
    throw new NotSignedIn('SIGN_IN_FAILED', '用户名或密码不正确', 'User name or password is wrong');

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
      publicId: uuidv7(at),
      authenticatedAt: at,
    });
    await withdraw(tx.em, attempt);
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

/**
 * Counts this sign-in as a failure until it is known to be none: whoever were counted only afterwards could try any
 * number of passwords at once. Answers the rows that stand for it.
 */
async function beginAttempt(em: SqlEntityManager, keys: readonly string[], at: Date): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>(
    `insert into sign_in_failures (key, at) select key, ?::timestamptz from json_array_elements_text(?::json) key returning id`,
    [at, JSON.stringify(keys)],
  );
  const attempt = rows.map(({ id }) => id);
  // A second statement, which sees the rows of everybody who came before: of six at once, the last to count sees six.
  const [recent] = await em.execute<{ most: number }[]>(
    `select coalesce(max(n), 0)::int as most from (select count(*) n from sign_in_failures where key in (?) and at > ? group by key) counts`,
    [keys, new Date(at.getTime() - FAILURES_WINDOW_MS)],
  );
  if (recent!.most <= FAILURES_MAX) return attempt;
  // What was refused unseen is no failure, or waiting a minute would not be enough.
  await withdraw(em, attempt);
  throw new TooMany('登录失败次数过多，请一分钟后再试', 'Too many failed sign-ins; try again in a minute');
}

async function withdraw(em: SqlEntityManager, attempt: readonly string[]): Promise<void> {
  await em.execute(`delete from sign_in_failures where id in (?)`, [attempt], 'run');
}

/** SHA-256 of a session or bearer token, hex: what is stored and compared. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

let decoy: Promise<string> | undefined;
const decoyHash = (): Promise<string> => (decoy ??= hashPassword(randomBytes(16).toString('hex')));
