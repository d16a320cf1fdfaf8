import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SavedView } from '@orderbridge/contracts/view-api';
import type { StaffPrincipal } from './principal.ts';

/** The saved views of an account, in the order in which they were made. */
export const listViews = (em: SqlEntityManager, { staffId }: StaffPrincipal): Promise<SavedView[]> =>
  em.execute<SavedView[]>(`select room, name, query from saved_views where staff_id = ? order by id`, [staffId]);
