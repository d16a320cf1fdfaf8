import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { applyChange } from '../paging/use-list-address.ts';

export const CALLBACK_PARAM = 'callback';

/** Opens a callback beside whatever is on the page, null closes it; the address says which, so that a link shows it. */
export function useOpenCallback(): (id: string | null) => void {
  const [, setParams] = useSearchParams();
  const { state } = useLocation() as { state: unknown };
  return useCallback(
    (id) => setParams((before) => applyChange(before, { [CALLBACK_PARAM]: id }), { state }),
    [setParams, state],
  );
}
