import { endOfDay, startOfDay } from '../format/beijing-time.ts';

export const AUDIT_FILTER_NAMES = ['actor', 'action', 'resourceType', 'resourceId', 'from', 'to'] as const;

const TEXTS = ['actor', 'action', 'resourceType', 'resourceId'] as const;

/** Reads the filter out of an address, as `audit.list` takes it: days are days in Beijing. */
export function auditListInput(params: URLSearchParams) {
  const texts = TEXTS.flatMap((name) => {
    const text = params.get(name)?.trim().slice(0, 40);
    return text ? [[name, text] as const] : [];
  });
  const from = startOfDay(params.get('from'));
  const to = endOfDay(params.get('to'));
  return {
    ...(Object.fromEntries(texts) as Partial<Record<(typeof TEXTS)[number], string>>),
    ...(from && { from }),
    ...(to && { to }),
  };
}
