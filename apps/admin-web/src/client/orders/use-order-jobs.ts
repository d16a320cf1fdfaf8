import { useInfiniteQuery } from '@tanstack/react-query';
import { integrationsApi, integrationsClient } from '../api/integrations-api.ts';
import { useSession } from '../session/session-guard.tsx';
import { allOf } from './all-pages.ts';

const AT_ONCE = 50;
// The live feed tells of orders, not of attempts that changed nothing there.
const LOOK_EVERY_MS = 10_000;

/** The work for the platform about an order, for its table and its timeline, the newest first. */
export function useOrderJobs(orderNumber: string) {
  const maySee = useSession().permissions.includes('integrations.view');
  const input = { orderNumber, limit: AT_ONCE };
  const jobs = useInfiniteQuery({
    queryKey: integrationsApi.job.list.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) =>
      integrationsClient.job.list.query({ ...input, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: allOf,
    enabled: maySee,
    refetchInterval: LOOK_EVERY_MS,
  });
  return { maySee, jobs };
}
