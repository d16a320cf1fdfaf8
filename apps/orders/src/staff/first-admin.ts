import type { MikroORM } from '@mikro-orm/postgresql';
import { hashPassword, verifyPassword } from './password.ts';
import { StaffMember } from './staff.entity.ts';

/** Makes the first staff account, or gives it the password named now, so that whoever runs the system can get in. */
export async function ensureFirstAdmin(
  orm: MikroORM,
  { username, password }: { username: string; password: string },
): Promise<'created' | 'kept' | 'given a new password'> {
  const em = orm.em.fork();
  const known = await em.findOne(StaffMember, { username });
  if (!known) {
    em.create(StaffMember, {
      username,
      displayName: username,
      passwordHash: await hashPassword(password),
      role: 'admin',
      isActive: true,
      createdAt: new Date(),
    });
    await em.flush();
    return 'created';
  }
  if (await verifyPassword(known.passwordHash, password)) return 'kept';
  known.passwordHash = await hashPassword(password);
  await em.flush();
  await em.execute(`delete from staff_sessions where staff_id = ?`, [known.id], 'run');
  return 'given a new password';
}
