import type { StaffView, staffApi } from '@orderbridge/contracts/staff-api';
import type { z } from 'zod';
import { transact } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import { lastAdmin, lockStaff } from './lock-staff.ts';
import { hashPassword } from './password.ts';
import { StaffSession } from './staff.entity.ts';
import { viewStaff } from './staff-view.ts';

/**
 * Changes an account. A new password, another role or switching off ends its sessions in the same transaction, so that
 * nobody goes on with what they had (ASVS 5.0 V7.4.2, V7.4.3).
 * @throws NotFound
 * @throws Refused when it is the last active admin and would no longer be one
 */
export async function updateStaff(
  context: StaffContext,
  { username, displayName, role, isActive, password }: z.output<typeof staffApi.update.input>,
): Promise<StaffView> {
  const at = context.now();
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return transact(context, async (tx) => {
    const { staff, isLastAdmin } = await lockStaff(tx, username);
    const next = { role: role ?? staff.role, isActive: isActive ?? staff.isActive };
    if (isLastAdmin && (next.role !== 'admin' || !next.isActive)) throw lastAdmin();

    const was = { role: staff.role, isActive: staff.isActive };
    const endsSessions = passwordHash !== undefined || next.role !== was.role || !next.isActive;
    Object.assign(staff, next, { updatedAt: at });
    if (displayName !== undefined) staff.displayName = displayName;
    if (passwordHash !== undefined) staff.passwordHash = passwordHash;
    await tx.em.flush();
    const sessionsEnded = endsSessions ? await tx.em.nativeDelete(StaffSession, { staffId: staff.id }) : 0;
    tx.audit.push({
      at,
      actor: context.by,
      action: 'staff_changed',
      resource_type: 'staff',
      resource_id: username,
      detail: { from: was, to: next, newPassword: passwordHash !== undefined, sessionsEnded },
    });
    return viewStaff(tx.em, username, at);
  });
}
