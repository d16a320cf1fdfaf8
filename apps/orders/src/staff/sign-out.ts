import { transact } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import type { StaffPrincipal } from './principal.ts';
import { StaffSession } from './staff.entity.ts';

/** Ends the session that asks, at once. */
export async function signOut(context: StaffContext, { sessionId, name }: StaffPrincipal): Promise<void> {
  await transact(context, async (tx) => {
    await tx.em.nativeDelete(StaffSession, { id: sessionId });
    tx.audit.push({
      at: context.now(),
      actor: context.by,
      action: 'user_logout',
      resource_type: 'staff',
      resource_id: name,
      detail: {},
    });
  });
}
