import { Refused } from '../errors.ts';
import { transact } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import { lastAdmin, lockStaff } from './lock-staff.ts';
import { StaffSession } from './staff.entity.ts';

/**
 * Deletes an account that never did anything; a name that history and audit know must stay the same person's (R161).
 * @throws NotFound
 * @throws Refused when it ever did something, signing in included, answers for an exception, or is the last active admin
 */
export async function removeStaff(context: StaffContext, { username }: { username: string }): Promise<void> {
  await transact(context, async (tx) => {
    const { staff, isLastAdmin } = await lockStaff(tx, username);
    if (isLastAdmin) throw lastAdmin();
    const [traces] = await tx.em.execute<{ any: boolean }[]>(
      `select exists (select 1 from audit_entries where actor = ?) or exists (select 1 from exceptions where owner in (?)) as any`,
      [`staff:${username}`, [username, `staff:${username}`]],
    );
    if (traces!.any)
      throw new Refused(
        'REFUSED',
        '该账号已有操作记录，不能删除；请改为停用',
        'This account has done something before and cannot be removed; switch it off instead',
      );
    await tx.em.nativeDelete(StaffSession, { staffId: staff.id });
    tx.em.remove(staff);
    tx.audit.push({
      at: context.now(),
      actor: context.by,
      action: 'staff_removed',
      resource_type: 'staff',
      resource_id: username,
      detail: { role: staff.role },
    });
  });
}
