import type { Permission } from '@orderbridge/contracts/permissions';
import type { Translation } from '../locales/zh-CN.ts';

/** The rooms of the house in the order of the header; whoever lacks the permission does not see the door. */
export const ROOMS = [
  { path: '/orders', name: 'orders', permission: 'orders.view' },
  { path: '/callbacks', name: 'callbacks', permission: 'callbacks.view' },
] as const satisfies readonly { path: string; name: keyof Translation['navigation']; permission: Permission }[];
