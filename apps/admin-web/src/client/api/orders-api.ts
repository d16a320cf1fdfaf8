import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { isNotSignedIn, isPassing } from './api-problem.ts';

const URL = '/trpc/orders';
const RETRIES = 2;
const RECOVER_EVERY_MS = 5_000;
// Longer than a glance at another page; the live feed says earlier when something changed.
const STALE_AFTER_MS = 60_000;

export const ordersClient = createTRPCClient<OrdersApi>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url: URL }),
      false: httpLink({ url: URL }),
    }),
  ],
});

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetSessionWhenOver }),
  mutationCache: new MutationCache({ onError: forgetSessionWhenOver }),
  defaultOptions: {
    queries: {
      // A page that is offline says so at once instead of waiting without a word.
      networkMode: 'always',
      staleTime: STALE_AFTER_MS,
      retry: (failures, error) => isPassing(error) && failures < RETRIES,
      refetchInterval: ({ state }) => (state.status === 'error' && isPassing(state.error) ? RECOVER_EVERY_MS : false),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** Query and mutation options of every procedure of orders. */
export const ordersApi = createTRPCOptionsProxy<OrdersApi>({ client: ordersClient, queryClient });

// Whatever call finds out that the session is over, the guard of the rooms then asks to sign in.
function forgetSessionWhenOver(error: Error): void {
  if (isNotSignedIn(error)) queryClient.setQueryData(ordersApi.session.current.queryKey(), null);
}
