/** What a staff member or machine may do. A procedure without one of these cannot be built (design.md §7). */
export const PERMISSIONS = [
  'orders.view',
  'orders.place',
  'orders.ship',
  'orders.complete',
  'orders.cancel',
  'orders.reschedule',
  'orders.note',
  'orders.adjustPrice',
  /** Number and date of a government order's invoice. */
  'orders.invoice',
  /** Name, phone and address in clear, with a purpose, after a fresh password check. */
  'orders.reveal',
  'orders.rebuild',
  /** The same verbs for the orders of one named buyer only; what a storefront holds. */
  'orders.cancelOwn',
  'orders.completeOwn',
  'payments.open',
  'payments.view',
  'payments.sync',
  'refunds.view',
  'refunds.request',
  'refunds.retry',
  'exceptions.view',
  'exceptions.resolve',
  'callbacks.view',
  'callbacks.replay',
  'catalogue.view',
  'catalogue.adjustStock',
  'catalogue.setPrice',
  'exports.download',
  'audit.view',
  'staff.manage',
  'sessions.manage',
  'tokens.manage',
  /** Push orders to Haier, one or many, and ask for other times there. */
  'orders.push',
  'integrations.view',
  'integrations.sync',
  'integrations.configure',
  'jobs.manage',
  'reconcile.run',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const STAFF_ROLES = ['admin', 'operator', 'viewer'] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

const viewing = [
  'orders.view',
  'payments.view',
  'refunds.view',
  'exceptions.view',
  'callbacks.view',
  'catalogue.view',
  'integrations.view',
] as const satisfies readonly Permission[];

const operating = [
  ...viewing,
  'orders.place',
  'orders.ship',
  'orders.complete',
  'orders.cancel',
  'orders.reschedule',
  'orders.note',
  'orders.adjustPrice',
  'orders.invoice',
  'orders.reveal',
  'orders.rebuild',
  'payments.open',
  'payments.sync',
  'refunds.request',
  'exceptions.resolve',
  'callbacks.replay',
  'catalogue.adjustStock',
  'catalogue.setPrice',
  'exports.download',
  'orders.push',
  'integrations.sync',
  'jobs.manage',
  'reconcile.run',
] as const satisfies readonly Permission[];

/** What belongs to storefronts: an admin acts on any order and needs no `Own` permission. */
const STOREFRONT_ONLY: readonly Permission[] = ['orders.cancelOwn', 'orders.completeOwn'];

/** Permissions of each role. Refund retries, staff, sessions, tokens and the audit are the admin's. */
export const ROLE_PERMISSIONS: Readonly<Record<StaffRole, readonly Permission[]>> = {
  admin: PERMISSIONS.filter((permission) => !STOREFRONT_ONLY.includes(permission)),
  operator: operating,
  viewer: viewing,
};

/** Permissions of the storefront's bearer token: it places orders, opens payments and acts for the buyer it names. */
export const STOREFRONT_PERMISSIONS = [
  'orders.place',
  'payments.open',
  'orders.cancelOwn',
  'orders.completeOwn',
] as const satisfies readonly Permission[];

/** Permissions that a machine token may carry (`token.create`); those that manage people stay with people. */
export const TOKEN_SCOPES = PERMISSIONS.filter(
  (permission) => !['orders.reveal', 'staff.manage', 'sessions.manage', 'tokens.manage'].includes(permission),
);
