import { useInfiniteQuery } from '@tanstack/react-query';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useSession } from '../session/session-guard.tsx';
import { allOf } from './all-pages.ts';

const AT_ONCE = 50;

/** The callbacks of an order, for its table and its timeline, the newest first; nothing is asked for who may not see them. */
export function useOrderCallbacks(orderNumber: string) {
  const maySee = useSession().permissions.includes('callbacks.view');
  const input = { orderNumber, limit: AT_ONCE };
  const callbacks = useInfiniteQuery({
    queryKey: ordersApi.callback.list.infiniteQueryKey(input),
    queryFn: ({ pageParam, signal }) =>
      ordersClient.callback.list.query({ ...input, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: allOf,
    enabled: maySee,
  });
  return { maySee, callbacks };
}
