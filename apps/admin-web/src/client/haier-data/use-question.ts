import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { applyChange } from '../paging/use-list-address.ts';

/** A question costs a call to Haier: it is put when it is sent, not when somebody comes back to the window. */
export const ASKED_ONCE = { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false, retry: false } as const;

/** What a form asks; undefined until it is sent. An address that holds a question puts it at once. */
export function useQuestion<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const written = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>;
  const [asked, setAsked] = useState(names.some((name) => params.has(name)) ? written : undefined);
  const ask = (values: Record<Name, string>) => {
    setAsked(values);
    setParams((before) => applyChange(before, values), { replace: true });
  };
  return { written, asked, ask };
}
