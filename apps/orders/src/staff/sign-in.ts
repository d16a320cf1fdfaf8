import type { MikroORM } from '@mikro-orm/postgresql';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { transact, type TransactContext } from '../transaction.ts';
import { hashToken, newSecret } from './bearer-secret.ts';
import { SESSION_LIFE_MS } from './live-session.ts';
import { holdAccount } from './hold-account.ts';
import type { Principal } from './principal.ts';
import { StaffMember, StaffSession } from './staff.entity.ts';
import { tryPassword, withdrawTry } from './try-password.ts';

export type SignInContext = TransactContext & {
  readonly orm: MikroORM;
  readonly now: () => Date;
  readonly source: string;
  readonly userAgent: string | undefined;
  /** Whoever the browser was signed in as until now. */
  readonly principal: Principal | undefined;
};

/**
 * Checks name and password and starts a session, which counts as freshly checked; the one that the browser had ends
 * (ASVS 5.0 V7.2.4). Answers the token for the cookie; only its hash is stored.
 * @throws NotSignedIn with one text for every wrong pair
 * @throws TooMany while account or address is locked (R149, P12), or when many sign in at once
 */
export async function signIn(
  context: SignInContext,
  { username, password }: { username: string; password: string },
): Promise<{ token: string; expiresAt: Date }> {
  const { orm, now, source, userAgent, principal } = context;
  const at = now();
  const em = orm.em.fork();
  const staff = await em.findOne(StaffMember, { username });
  const attempt = await tryPassword(em, { username, password, staff, source, at });

  const token = newSecret();
  const expiresAt = new Date(at.getTime() + SESSION_LIFE_MS);
  await transact(context, async (tx) => {
    await holdAccount(tx, staff!);
    if (principal?.kind === 'staff') await tx.em.nativeDelete(StaffSession, { id: principal.sessionId });
    tx.em.create(StaffSession, {
      tokenHash: hashToken(token),
      staffId: staff!.id,
      createdAt: at,
      lastSeenAt: at,
      expiresAt,
      source,
      publicId: uuidv7(at),
      authenticatedAt: at,
      userAgent: userAgent === undefined ? null : shortened(userAgent),
    });
    await withdrawTry(tx.em, attempt);
    tx.audit.push({
      at,
      actor: `staff:${username}`,
      action: 'user_login',
      resource_type: 'staff',
      resource_id: username,
      detail: { source },
    });
  });
  return { token, expiresAt };
}

const USER_AGENT_MAX = 200;

// Written by the client: printable ASCII only, so that it is text wherever it is shown.
const shortened = (userAgent: string): string | null =>
  userAgent
    .replaceAll(/[^ -~]/g, '')
    .trim()
    .slice(0, USER_AGENT_MAX) || null;
