import { spanOf, textIn } from '../paging/read-filter.ts';

export const AUDIT_FILTER_NAMES = ['actor', 'action', 'resourceType', 'resourceId', 'from', 'to'] as const;

/** Reads the filter out of an address, as `audit.list` takes it: days are days in Beijing. */
export function auditListInput(params: URLSearchParams) {
  const actor = textIn(params, 'actor');
  const action = textIn(params, 'action', 60);
  const resourceType = textIn(params, 'resourceType', 40);
  const resourceId = textIn(params, 'resourceId');
  return {
    ...(actor && { actor }),
    ...(action && { action }),
    ...(resourceType && { resourceType }),
    ...(resourceId && { resourceId }),
    ...spanOf({ from: params.get('from') ?? undefined, to: params.get('to') ?? undefined }, ['from', 'to']),
  };
}
