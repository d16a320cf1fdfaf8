import type { JobView } from '@orderbridge/contracts/integrations-api';
import { textIn } from '../paging/read-filter.ts';

export const JOB_FILTER_NAMES = ['orderNumber', 'kind', 'state', 'batchId'] as const;

/** Blue is under way, orange waits, green is done, red wants a person. */
export const JOB_STATE_COLORS = {
  waiting: 'orange',
  running: 'processing',
  paused: 'default',
  done: 'green',
  refused: 'red',
  gave_up: 'red',
} as const satisfies Record<JobView['state'], string>;

const JOB_KIND_NAMES = { push: true, cancel: true } satisfies Record<JobView['kind'], true>;
export const JOB_KINDS_SHOWN = Object.keys(JOB_KIND_NAMES) as JobView['kind'][];
export const JOB_STATES_SHOWN = Object.keys(JOB_STATE_COLORS) as JobView['state'][];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the filter out of an address, as `job.list` takes it; what it does not know there, it leaves out. */
export function jobListInput(params: URLSearchParams) {
  const orderNumber = textIn(params, 'orderNumber');
  const kind = JOB_KINDS_SHOWN.find((name) => name === params.get('kind'));
  const state = JOB_STATES_SHOWN.find((name) => name === params.get('state'));
  const batchId = params.get('batchId') ?? '';
  return {
    ...(orderNumber && { orderNumber }),
    ...(kind && { kind }),
    ...(state && { state }),
    ...(UUID.test(batchId) && { batchId }),
  };
}
