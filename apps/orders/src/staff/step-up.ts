import { LockMode } from '@mikro-orm/core';
import { NotSignedIn, Refused } from '../errors.ts';
import { transact } from '../transaction.ts';
import { hashToken, newSecret } from './bearer-secret.ts';
import { holdAccount } from './hold-account.ts';
import type { StaffPrincipal } from './principal.ts';
import type { SignInContext } from './sign-in.ts';
import { StaffMember, StaffSession } from './staff.entity.ts';
import { tryPassword, withdrawTry } from './try-password.ts';

export type StepUpContext = SignInContext & { readonly principal: StaffPrincipal };

/**
 * Checks the password of whoever is signed in again: the session gets a new token, the old one ends, and for five
 * minutes what needs a fresh check is open (ASVS 5.0 V7.2.4 and V7.5.3). When the session ends stays as it was.
 * @throws NotSignedIn SIGN_IN_FAILED for a wrong password, NOT_SIGNED_IN when the session ended meanwhile
 * @throws Refused CONFLICT when another page of this browser did the same meanwhile
 * @throws TooMany under the limits of signing in, which count this too
 */
export async function stepUp(context: StepUpContext, { password }: { password: string }): Promise<{ token: string }> {
  const { orm, now, source, principal } = context;
  const at = now();
  const em = orm.em.fork();
  const staff = await em.findOne(StaffMember, { id: principal.staffId });
  const attempt = await tryPassword(em, { username: principal.name, password, staff, source, at });

  const token = newSecret();
  await transact(context, async (tx) => {
    await holdAccount(tx, staff!);
    const session = await tx.em.findOne(
      StaffSession,
      { id: principal.sessionId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    if (!session) throw new NotSignedIn('NOT_SIGNED_IN', '请先登录', 'Sign in first');
    // Of two pages of one browser only one may change the token, or the cookie and the session could part.
    if (session.authenticatedAt.getTime() !== principal.authenticatedAt.getTime())
      throw new Refused(
        'CONFLICT',
        '另一个页面刚刚验证过密码，请直接重试操作',
        'Another page has just checked the password; simply try your action again',
      );
    session.tokenHash = hashToken(token);
    session.authenticatedAt = at;
    session.lastSeenAt = at;
    await withdrawTry(tx.em, attempt);
    tx.audit.push({
      at,
      actor: `staff:${principal.name}`,
      action: 'password_checked',
      resource_type: 'staff',
      resource_id: principal.name,
      detail: { source },
    });
  });
  return { token };
}
