/** What a staff member or machine may do. A procedure without one of these cannot be built (design.md §7). */
export const PERMISSIONS = [
  'orders.view',
  'orders.place',
  'payments.open',
  'callbacks.view',
  'callbacks.replay',
  'integrations.view',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const STAFF_ROLES = ['admin', 'operator', 'viewer'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

const viewing = ['orders.view', 'callbacks.view', 'integrations.view'] as const satisfies readonly Permission[];

/** Permissions of each role. */
export const ROLE_PERMISSIONS = {
  admin: PERMISSIONS,
  operator: [...viewing, 'orders.place', 'payments.open', 'callbacks.replay'],
  viewer: viewing,
} as const satisfies Record<StaffRole, readonly Permission[]>;

/** Permissions of the storefront's bearer token: it may place orders and open payments, nothing else. */
export const STOREFRONT_PERMISSIONS = ['orders.place', 'payments.open'] as const satisfies readonly Permission[];
