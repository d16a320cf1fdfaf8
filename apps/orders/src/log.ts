import type { Log } from '@orderbridge/service-kit/logger';

/** Fields that orders may log, beside the common ones. No name, phone or address is among them. */
export const LOG_FIELDS = [
  'orderNumber',
  'outcome',
  'provider',
  'actor',
  'action',
  'procedure',
  'errorCode',
  'repeated',
  'conflicts',
  'head',
] as const;

export type OrdersLog = Log<(typeof LOG_FIELDS)[number]>;
