import type { Tx } from '../transaction.ts';
import type { StaffMember } from './staff.entity.ts';
import { wrongPair } from './try-password.ts';

/**
 * Holds an account as it was when its password was checked, until the transaction ends: a new password or a switching
 * off that came in between must not leave a session behind.
 * @throws NotSignedIn SIGN_IN_FAILED when it is another account now
 */
export async function holdAccount({ em }: Tx, staff: StaffMember): Promise<void> {
  const held = await em.execute<unknown[]>(
    `select 1 from staff where id = ? and password_hash = ? and is_active for share`,
    [staff.id, staff.passwordHash],
  );
  if (held.length === 0) throw wrongPair();
}
