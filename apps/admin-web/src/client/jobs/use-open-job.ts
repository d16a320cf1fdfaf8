import { useOpenRecord } from '../paging/use-open-record.ts';

export const JOB_PARAM = 'job';

/** Opens a job beside whatever is on the page, null closes it. */
export function useOpenJob(): (id: string | null) => void {
  const [, open] = useOpenRecord(JOB_PARAM);
  return open;
}
