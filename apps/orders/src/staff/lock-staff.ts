import { LockMode } from '@mikro-orm/core';
import { NotFound, Refused } from '../errors.ts';
import type { Tx } from '../transaction.ts';
import { StaffMember } from './staff.entity.ts';

/**
 * Locks an account and every active admin, by id: of two admins who switch each other off, the second finds that only
 * one is left.
 * @throws NotFound
 */
export async function lockStaff({ em }: Tx, username: string): Promise<{ staff: StaffMember; isLastAdmin: boolean }> {
  const locked = await em.find(
    StaffMember,
    { $or: [{ username }, { role: 'admin', isActive: true }] },
    { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  const staff = locked.find((member) => member.username === username);
  if (!staff) throw new NotFound('没有这个账号', 'There is no such account');
  const isLastAdmin = !locked.some((member) => member !== staff && isActiveAdmin(member)) && isActiveAdmin(staff);
  return { staff, isLastAdmin };
}

const isActiveAdmin = ({ role, isActive }: StaffMember): boolean => role === 'admin' && isActive;

/** What is answered when nobody would be left who can manage accounts. */
export const lastAdmin = (): Refused =>
  new Refused(
    'REFUSED',
    '这是最后一个可用的管理员账号，不能降级、停用或删除；请先设置另一个管理员',
    'This is the last active admin: it cannot be demoted, switched off or removed. Make another admin first',
  );
