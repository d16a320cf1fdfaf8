import type { StaffView, staffApi } from '@orderbridge/contracts/staff-api';
import type { z } from 'zod';
import { Refused } from '../errors.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { hashPassword } from './password.ts';
import { viewStaff } from './staff-view.ts';

export type StaffContext = TransactContext & { readonly now: () => Date; readonly by: string };

/**
 * Makes a staff account that may sign in at once.
 * @throws Refused CONFLICT when the name is taken, whatever its capitals
 */
export async function createStaff(
  context: StaffContext,
  { username, displayName, role, password }: z.output<typeof staffApi.create.input>,
): Promise<StaffView> {
  const at = context.now();
  const passwordHash = await hashPassword(password);
  return transact(context, async (tx) => {
    // Waits for whoever makes the same account right now, and then finds it made.
    const made = await tx.em.execute<unknown[]>(
      `insert into staff (username, display_name, password_hash, role, is_active, created_at)
       values (?, ?, ?, ?, true, ?) on conflict do nothing returning id`,
      [username, displayName, passwordHash, role, at],
    );
    if (made.length === 0)
      throw new Refused('CONFLICT', `用户名 ${username} 已被使用`, `The user name ${username} is taken`);
    tx.audit.push({
      at,
      actor: context.by,
      action: 'staff_created',
      resource_type: 'staff',
      resource_id: username,
      detail: { role },
    });
    return viewStaff(tx.em, username, at);
  });
}
