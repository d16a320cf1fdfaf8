import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'react-router';

const PAGE_SIZES: readonly number[] = [20, 50, 100];

/** Parameters of an address; a list stands for a name that occurs several times, null removes it. */
export type AddressChange = Readonly<Record<string, string | readonly string[] | null>>;

/**
 * Filters, page size and position of a list, kept in the address so that a link shows the same page. A keyset knows
 * no way back, so the cursors of the pages before travel in the history entry.
 */
export function useListAddress(pageSizes = PAGE_SIZES) {
  const [params, setParams] = useSearchParams();
  const location = useLocation();
  const trail = readTrail(location.state);
  const { cursor, limit } = readPlace(params, pageSizes);

  const go = useCallback(
    (change: AddressChange, nextTrail: readonly string[], replace = false) =>
      setParams((before) => applyChange(before, change), { state: { trail: nextTrail }, replace }),
    [setParams],
  );

  return {
    params,
    cursor,
    pageSizes,
    limit,
    hasPrevious: trail.length > 0,
    /** Another selection starts at its first page. */
    filter: (change: AddressChange, { replace = false } = {}) => go({ ...change, cursor: null }, [], replace),
    toNext: (nextCursor: string) => go({ cursor: nextCursor }, [...trail, cursor ?? '']),
    toPrevious: () => go({ cursor: trail.at(-1) || null }, trail.slice(0, -1)),
    toFirst: () => go({ cursor: null }, []),
  };
}

export type ListAddress = ReturnType<typeof useListAddress>;

/** What filters need of it: what stands there, and how to write something else. */
export type FilterableAddress = Pick<ListAddress, 'params' | 'filter'>;

/** Which page of a list an address names. */
export function readPlace(params: URLSearchParams, pageSizes: readonly number[]) {
  return {
    cursor: params.get('cursor') ?? undefined,
    limit: pageSizes.find((size) => String(size) === params.get('limit')) ?? pageSizes[0]!,
  };
}

export function applyChange(params: URLSearchParams, change: AddressChange): URLSearchParams {
  const changed = new URLSearchParams(params);
  for (const [name, value] of Object.entries(change)) {
    changed.delete(name);
    for (const entry of [value ?? []].flat()) if (entry !== '') changed.append(name, entry);
  }
  return changed;
}

function readTrail(state: unknown): readonly string[] {
  const { trail } = (state ?? {}) as { trail?: unknown };
  return Array.isArray(trail) && trail.every((cursor) => typeof cursor === 'string') ? trail : [];
}
