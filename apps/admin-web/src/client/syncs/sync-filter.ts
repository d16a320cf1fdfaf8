import type { SyncRun } from '@orderbridge/contracts/integrations-api';
import { dayIn, spanOf } from '../paging/read-filter.ts';

export const SYNC_FILTER_NAMES = ['type', 'status', 'from', 'to'] as const;
export const SYNC_STATUS_COLORS = {
  pending: 'default',
  processing: 'processing',
  success: 'green',
  partial: 'orange',
  failed: 'red',
} as const satisfies Record<SyncRun['status'], string>;
export const SYNC_STATUSES = Object.keys(SYNC_STATUS_COLORS) as SyncRun['status'][];
export const SYNC_TYPES = Object.keys({
  products: true,
  prices: true,
  stock: true,
  order: true,
  logistics: true,
  manual: true,
} satisfies Record<SyncRun['type'], true>) as SyncRun['type'][];

/** What an address asks for of the runs, as `sync.list` takes it; what it does not know there, it leaves out. */
export function syncListInput(params: URLSearchParams) {
  const type = SYNC_TYPES.find((name) => name === params.get('type'));
  const status = SYNC_STATUSES.find((name) => name === params.get('status'));
  return {
    ...(type && { type }),
    ...(status && { status }),
    ...spanOf({ from: dayIn(params, 'from'), to: dayIn(params, 'to') }, ['createdFrom', 'createdTo']),
  };
}
