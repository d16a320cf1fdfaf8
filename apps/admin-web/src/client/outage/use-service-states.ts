import { useQuery } from '@tanstack/react-query';
import type { ServiceStates } from '@orderbridge/contracts/health-api';
import { queryClient } from '../api/orders-api.ts';
import { type KnownStates, noteStates } from './judge-outage.ts';

const QUERY_KEY = ['service-states'] as const;
const LOOK_EVERY_MS = 10_000;
/** While something is wrong, so that a page is well again soon after everything else is. */
const LOOK_AGAIN_MS = 3_000;
// The server itself waits three seconds for a service that hangs.
const TIMEOUT_MS = 6_000;

/** Which services work, asked of the server of this page while somebody looks at it; needs nobody to be signed in. */
export const useServiceStates = ({ isUrgent }: { isUrgent: boolean }) =>
  useQuery({
    queryKey: QUERY_KEY,
    queryFn: async ({ signal }) => {
      const response = await fetch('/service-states', {
        credentials: 'omit',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const answer = (await response.json()) as ServiceStates;
      return noteStates(queryClient.getQueryData<KnownStates>(QUERY_KEY), answer, Date.now());
    },
    refetchInterval: ({ state: { status, data } }) =>
      isUrgent || status === 'error' || Object.values(data?.states ?? {}).some((state) => state !== 'healthy')
        ? LOOK_AGAIN_MS
        : LOOK_EVERY_MS,
    staleTime: 0,
    // One lost request is no outage.
    retry: 1,
    retryDelay: 500,
  });
