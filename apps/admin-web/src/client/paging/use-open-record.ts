import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { applyChange } from './use-list-address.ts';

/** What the address names under `param` is open beside the list; opening another, or null, keeps the list where it is. */
export function useOpenRecord(param: string): readonly [asked: string | null, open: (id: string | null) => void] {
  const [params, setParams] = useSearchParams();
  const { state } = useLocation() as { state: unknown };
  const open = useCallback(
    (id: string | null) => setParams((before) => applyChange(before, { [param]: id }), { state }),
    [setParams, state, param],
  );
  return [params.get(param), open];
}
