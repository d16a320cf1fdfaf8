import type { SavedView } from '@orderbridge/contracts/view-api';
import { transact } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import { listViews } from './list-views.ts';
import type { StaffPrincipal } from './principal.ts';

/** Forgets a saved view of the account that asks; doing it again changes nothing. */
export const removeView = (
  context: StaffContext & { readonly principal: StaffPrincipal },
  { room, name }: Pick<SavedView, 'room' | 'name'>,
): Promise<SavedView[]> =>
  transact(context, async ({ em }) => {
    await em.execute(
      `delete from saved_views where staff_id = ? and room = ? and name = ?`,
      [context.principal.staffId, room, name],
      'run',
    );
    return listViews(em, context.principal);
  });
