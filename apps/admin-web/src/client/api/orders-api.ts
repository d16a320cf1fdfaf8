import { hashKey, MutationCache, QueryCache, QueryClient, type QueryFilters } from '@tanstack/react-query';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import { isNotSignedIn, isPassing } from './api-problem.ts';
import { callHeaders } from './attention.ts';

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
      false: splitLink({
        // Its thousand numbers fit in no address.
        condition: ({ path }) => path === 'order.preflightMany',
        true: httpLink({ url: URL, headers: callHeaders, methodOverride: 'POST' }),
        false: httpLink({ url: URL, headers: callHeaders }),
      }),
    }),
  ],
});

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: askWhoIsSignedIn }),
  mutationCache: new MutationCache({ onError: askWhoIsSignedIn }),
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

const SESSION = hashKey(ordersApi.session.current.queryKey());

/** Everything that was read but who is signed in. */
export const ALL_BUT_SESSION: QueryFilters = { predicate: ({ queryHash }) => queryHash !== SESSION };

// Whatever call finds out that nobody is signed in, the guard of the rooms asks again: the session may be over, or the
// call was under way while a password check gave it another token.
function askWhoIsSignedIn(error: Error): void {
  if (isNotSignedIn(error)) void queryClient.invalidateQueries(ordersApi.session.current.queryFilter());
}
