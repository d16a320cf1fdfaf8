import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CaseOwner } from '@orderbridge/contracts/exceptions-api';
import { ROLE_PERMISSIONS, STAFF_ROLES, type StaffRole } from '@orderbridge/contracts/permissions';

/** More than any list to choose from can show. */
const MOST = 500;

/** Roles whose people may act on cases. */
const ACTING_ROLES = STAFF_ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('exceptions.resolve'));

export const mayOwnCases = (role: StaffRole): boolean => ACTING_ROLES.includes(role);

/** Everybody who can be given a case, by user name. */
export async function listOwners(em: SqlEntityManager): Promise<CaseOwner[]> {
  const rows = await em.execute<{ username: string; display_name: string }[]>(
    `select username, display_name from staff where is_active and role in (?) order by username limit ?`,
    [ACTING_ROLES, MOST],
  );
  return rows.map(({ username, display_name }) => ({ username, displayName: display_name }));
}
