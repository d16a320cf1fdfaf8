import type { SavedView } from '@orderbridge/contracts/view-api';
import { VIEWS_MAX } from '@orderbridge/contracts/view-rooms';
import { Refused } from '../errors.ts';
import { transact } from '../transaction.ts';
import type { StaffContext } from './create-staff.ts';
import { listViews } from './list-views.ts';
import type { StaffPrincipal } from './principal.ts';

/**
 * Keeps filters of a list under a name, for the account that asks; one of the same name gets the new filters.
 * @throws Refused when the list has as many views as it can
 */
export async function keepView(
  context: StaffContext & { readonly principal: StaffPrincipal },
  { room, name, query }: SavedView,
): Promise<SavedView[]> {
  const { staffId } = context.principal;
  return transact(context, async ({ em }) => {
    // Two windows of one person must not count past each other.
    await em.execute(`select 1 from staff where id = ? for no key update`, [staffId]);
    const [others] = await em.execute<{ count: number }[]>(
      `select count(*)::int as count from saved_views where staff_id = ? and room = ? and name <> ?`,
      [staffId, room, name],
    );
    if (others!.count >= VIEWS_MAX)
      throw new Refused(
        'REFUSED',
        `一个列表最多保存 ${VIEWS_MAX} 个视图，请先删除一个`,
        `A list keeps at most ${VIEWS_MAX} views; remove one first`,
      );
    await em.execute(
      `insert into saved_views (staff_id, room, name, query) values (?, ?, ?, ?)
       on conflict (staff_id, room, name) do update set query = excluded.query`,
      [staffId, room, name, query],
      'run',
    );
    return listViews(em, context.principal);
  });
}
