/** Lists whose filters can be kept under a name. */
export const VIEW_ROOMS = [
  'orders',
  'callbacks',
  'payments',
  'refunds',
  'exceptions',
  'products',
  'jobs',
  'syncs',
  'audit',
] as const;
export type ViewRoom = (typeof VIEW_ROOMS)[number];

/** As many as one list of one account has. */
export const VIEWS_MAX = 30;
export const VIEW_NAME_MAX = 40;
