import type { MikroORM } from '@mikro-orm/postgresql';
import { transact, type Tx } from '../transaction.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { StaffMember, StaffSession } from './staff.entity.ts';

const BY = 'system';

/**
 * Makes the first staff account. A password that the environment did not name last time becomes the account's and ends
 * its sessions, so that whoever runs the system can get in; the same one again changes nothing, so that a restart never
 * undoes what was changed since. Changes leave a row in the audit.
 * @throws Error in one line when the name differs from that of an account in capitals only
 */
export async function ensureFirstAdmin(
  orm: MikroORM,
  { username, password, at }: { username: string; password: string; at: Date },
): Promise<'created' | 'kept' | 'given a new password'> {
  const known = await findAccount(orm, username);
  const seeded = known?.seededPasswordHash ?? known?.passwordHash;
  if (seeded && (await verifyPassword(seeded, password))) return 'kept';
  const passwordHash = await hashPassword(password);
  await transact({ orm, wakeRelay: () => undefined }, async (tx) => {
    if (known) await changePassword(tx, known.id, passwordHash, at);
    else
      tx.em.create(StaffMember, {
        username,
        displayName: username,
        passwordHash,
        seededPasswordHash: passwordHash,
        role: 'admin',
        isActive: true,
        createdAt: at,
      });
    tx.audit.push({
      at,
      actor: BY,
      action: known ? 'staff_changed' : 'staff_created',
      resource_type: 'staff',
      resource_id: username,
      detail: known ? { newPassword: true } : { role: 'admin' },
    });
  });
  return known ? 'given a new password' : 'created';
}

async function findAccount(orm: MikroORM, username: string): Promise<StaffMember | undefined> {
  const em = orm.em.fork();
  const named = await em.execute<{ username: string }[]>(
    `select username from staff where lower(username) = lower(?)`,
    [username],
  );
  if (named.length > 0 && !named.some((row) => row.username === username))
    throw new Error(`ADMIN_USERNAME ${username}: there is the account ${named[0]!.username}; write it as it is`);
  return named.length > 0 ? em.findOneOrFail(StaffMember, { username }) : undefined;
}

async function changePassword({ em }: Tx, id: number, passwordHash: string, at: Date): Promise<void> {
  await em.nativeUpdate(StaffMember, { id }, { passwordHash, seededPasswordHash: passwordHash, updatedAt: at });
  await em.nativeDelete(StaffSession, { staffId: id });
}
