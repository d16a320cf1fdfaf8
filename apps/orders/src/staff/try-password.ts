import { randomBytes } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { networkOf } from '@orderbridge/service-kit/client-address';
import { NotSignedIn, TooMany } from '../errors.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { StaffMember } from './staff.entity.ts';

const LOCK_MS = 15 * 60_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KNOWN_ADDRESS_DAYS = 30;

/** So many failures within so long lock what the key names for 15 minutes (R149, P12). */
const RULES = {
  /** One account from one address: what a person who mistypes, or one who guesses, meets first. */
  pair: { most: 5, withinMs: MINUTE_MS },
  /** One address, whatever the accounts: names from a list. */
  address: { most: 5, withinMs: MINUTE_MS },
  /** One account, whatever the addresses: many machines that guess together. */
  account: { most: 20, withinMs: LOCK_MS },
} as const;

export type PasswordTry = {
  readonly username: string;
  readonly password: string;
  /** The account of that name, if there is one. */
  readonly staff: StaffMember | null;
  readonly source: string;
  readonly at: Date;
};

/**
 * Checks a password under the limits of R149 and P12. Answers the rows that count this try as a failure; whoever
 * succeeds takes them back with `withdrawTry`. Failures of one account from one address lock that pair for 15 minutes;
 * an address that tries many accounts, and an account tried from many addresses, are locked too, but not for a pair
 * that signed in within the last 30 days: nobody can shut others out of their own desk. A locked try is not verified,
 * so a right password is refused like a wrong one, and an account that does not exist is locked like one that does.
 * @throws NotSignedIn SIGN_IN_FAILED with one text for every wrong pair
 * @throws TooMany while locked, or when many sign in at once
 */
export async function tryPassword(
  em: SqlEntityManager,
  { username, password, staff, source, at }: PasswordTry,
): Promise<string[]> {
  const attempt = await countAsFailure(em, username, source, at);
  let fits: boolean;
  try {
    fits = await verifyPassword(staff?.passwordHash ?? (await decoyHash()), password);
  } catch (error) {
    await withdrawTry(em, attempt);
    throw error;
  }
  if (!staff || !staff.isActive || !fits) throw wrongPair();
  return attempt;
}

/** What every wrong pair is answered. */
export const wrongPair = (): NotSignedIn =>
  new NotSignedIn('SIGN_IN_FAILED', '用户名或密码不正确', 'User name or password is wrong');

export async function withdrawTry(em: SqlEntityManager, attempt: readonly string[]): Promise<void> {
  await em.execute(`delete from sign_in_failures where id in (?)`, [attempt], 'run');
}

/**
 * Counts this try as a failure until it is known to be none: whoever were counted only afterwards could try any
 * number of passwords at once.
 */
async function countAsFailure(em: SqlEntityManager, username: string, source: string, at: Date): Promise<string[]> {
  const account = username.toLowerCase();
  const address = networkOf(source);
  const keys = { pair: `pair:${account}@${address}`, address: `address:${address}`, account: `account:${account}` };
  const rows = await em.execute<{ id: string }[]>(
    `insert into sign_in_failures (key, at) select key, ?::timestamptz from json_array_elements_text(?::json) key returning id`,
    [at, JSON.stringify(Object.values(keys))],
  );
  const attempt = rows.map(({ id }) => id);
  // A second statement, which sees the rows of everybody who came before: of six at once, the last to count sees five.
  const locks = await findLocks(em, keys, attempt, at);
  const held =
    locks.find(({ rule }) => rule === 'pair') ??
    (locks.length > 0 && !(await signedInFromHere(em, username, source, at)) ? locks[0] : undefined);
  if (!held) return attempt;
  // What was refused unseen is no failure, or a lock would never end.
  await withdrawTry(em, attempt);
  const waitMs = new Date(held.since).getTime() + LOCK_MS - at.getTime();
  const minutes = Math.max(1, Math.ceil(waitMs / MINUTE_MS));
  throw new TooMany(
    `登录失败次数过多，请 ${minutes} 分钟后再试`,
    `Too many failed sign-ins; try again in ${minutes} minutes`,
    waitMs,
  );
}

type Lock = { rule: keyof typeof RULES; since: string };

/** The locks that hold now: each began with the last failure of a run of them. */
const findLocks = (
  em: SqlEntityManager,
  keys: Readonly<Record<keyof typeof RULES, string>>,
  attempt: readonly string[],
  at: Date,
): Promise<Lock[]> =>
  em.execute<Lock[]>(
    `select r.rule, max(f.at) as since
       from json_to_recordset(?::json) as r(rule text, key text, most integer, within_ms integer)
      cross join lateral (
            select at, lag(at, r.most - 1) over (order by at, id) as run_began
              from sign_in_failures where key = r.key and at > ? and id not in (?)) f
      where f.at > ? and f.at - f.run_began <= r.within_ms * interval '1 millisecond'
      group by r.rule order by since desc`,
    [
      JSON.stringify(
        Object.entries(RULES).map(([rule, { most, withinMs }]) => ({
          rule,
          key: keys[rule as keyof typeof RULES],
          most,
          within_ms: withinMs,
        })),
      ),
      new Date(at.getTime() - 2 * LOCK_MS),
      attempt,
      new Date(at.getTime() - LOCK_MS),
    ],
  );

async function signedInFromHere(em: SqlEntityManager, username: string, source: string, at: Date): Promise<boolean> {
  const rows = await em.execute<{ source: string }[]>(
    `select distinct detail->>'source' as source from audit_entries
      where actor = ? and action = 'user_login' and at > ?`,
    [`staff:${username}`, new Date(at.getTime() - KNOWN_ADDRESS_DAYS * DAY_MS)],
  );
  return rows.some((row) => networkOf(row.source) === networkOf(source));
}

let decoy: Promise<string> | undefined;
const decoyHash = (): Promise<string> => (decoy ??= hashPassword(randomBytes(16).toString('hex')));
