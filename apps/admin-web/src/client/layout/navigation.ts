import type { Permission } from '@orderbridge/contracts/permissions';

type Room = { path: string; name: string; permission: Permission };

/** The rooms of the house, as the menu groups them; whoever lacks the permission does not see the door. */
export const ROOM_GROUPS = [
  {
    group: 'daily',
    rooms: [
      { path: '/overview', name: 'overview', permission: 'orders.view' },
      { path: '/orders', name: 'orders', permission: 'orders.view' },
      { path: '/exceptions', name: 'exceptions', permission: 'exceptions.view' },
      { path: '/callbacks', name: 'callbacks', permission: 'callbacks.view' },
      { path: '/payments', name: 'payments', permission: 'payments.view' },
    ],
  },
  {
    group: 'supply',
    rooms: [
      { path: '/products', name: 'products', permission: 'catalogue.view' },
      { path: '/haier', name: 'haierData', permission: 'integrations.view' },
      { path: '/jobs', name: 'jobs', permission: 'integrations.view' },
      { path: '/syncs', name: 'syncs', permission: 'integrations.view' },
      { path: '/reconcile', name: 'reconcile', permission: 'reconcile.run' },
    ],
  },
  {
    group: 'house',
    rooms: [
      { path: '/configuration', name: 'configuration', permission: 'integrations.configure' },
      { path: '/staff', name: 'staff', permission: 'staff.manage' },
      { path: '/audit', name: 'audit', permission: 'audit.view' },
      { path: '/health', name: 'health', permission: 'integrations.view' },
    ],
  },
] as const satisfies readonly { group: string; rooms: readonly Room[] }[];

export type RoomName = (typeof ROOM_GROUPS)[number]['rooms'][number]['name'];
