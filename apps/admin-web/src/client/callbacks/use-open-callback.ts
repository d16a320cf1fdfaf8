import { useOpenRecord } from '../paging/use-open-record.ts';

export const CALLBACK_PARAM = 'callback';

/** Opens a callback beside whatever is on the page, null closes it. */
export function useOpenCallback(): (id: string | null) => void {
  const [, open] = useOpenRecord(CALLBACK_PARAM);
  return open;
}
